import type { Host } from "../host.js";

export const channel: Host["channel"]["channel"] = () => {
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
