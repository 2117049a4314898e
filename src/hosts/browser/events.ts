import type { Host } from "../host.js";

export const channel: Host["events"]["channel"] = () => {
  const listeners = new Set<(event: any) => void>();
  return {
    get hasSubscribers() {
      return listeners.size > 0;
    },
    publish(event) {
      for (const listener of [...listeners]) listener(event);
    },
    subscribe: (listener) => void listeners.add(listener),
    unsubscribe: (listener) => void listeners.delete(listener),
  };
};

// browsers do not count listeners
export const allowManyListeners: Host["events"]["allowManyListeners"] = () => {};
