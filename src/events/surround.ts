import type { StepStarted } from "./events.js";

/** Runs a piece of work of what an event says has begun, in a context of its own. Returns what the work does. */
export type Surround = <T>(event: StepStarted, work: () => T) => T;

const all = new Set<Surround>();

/** Has work run within what is given, until the function that comes back is called. It must run the work once. */
export function surround(own: Surround): () => void {
  all.add(own);
  return () => void all.delete(own);
}

/** Runs the work within all that wants to surround it. */
export function surrounded<T>(event: StepStarted, work: () => T): T {
  if (all.size === 0) return work();
  const within = [...all].reduce((inner, own) => () => own(event, inner), work);
  return within();
}
