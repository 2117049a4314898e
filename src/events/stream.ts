import { channel as openChannel } from "#host/events";
import { isFunction, isKernelLike } from "../base/callables.js";
import type { NogilEvent } from "./events.js";

/** What `subscribe` calls with every event. */
export type Listener = (event: NogilEvent) => void;

const channel = openChannel("nogil");

/** Whether anybody listens; where making an event costs something, it need not be made for nobody. */
export function observed(): boolean {
  return channel.hasSubscribers;
}

/** Tells every listener. */
export function publish(event: NogilEvent): void {
  channel.publish(event);
}

/**
 * Calls the listener with every event of this thread, at once and in order, until the returned function is called. It should
 * return quickly, and must not change what it gets. One that throws harms no call: its first error is printed on the console.
 * @param listener gets each event
 * @returns a function that ends it
 * @throws TypeError for what is not a function
 * @cost The listener's own time, a few events a call and worker; none for each item.
 * @example
 * import { subscribe } from "nogil";
 *
 * const unsubscribe = subscribe((event) => {
 *   if (event.type === "callEnded") console.log(event.action, event.items, event.milliseconds);
 * });
 * await batch.standardize();
 * unsubscribe();
 */
export function subscribe(listener: Listener): () => void {
  if (!isFunction(listener)) {
    throw new TypeError(
      `subscribe() takes a function of an event, got ${listener === null ? "null" : isKernelLike(listener) ? "a kernel" : `a ${typeof listener}`}.`,
    );
  }
  let complained = false;
  // a function of its own, so that one listener may subscribe twice
  const own = (event: NogilEvent) => {
    try {
      listener(event);
    } catch (error) {
      if (!complained)
        console.error("nogil: a listener of subscribe() threw, and still receives events:", error);
      complained = true;
    }
  };
  channel.subscribe(own);
  return () => channel.unsubscribe(own);
}
