import { machineOrigin } from "#host/timing";

const shared = machineOrigin();
const origin = Date.now() - performance.now();

/** Milliseconds since 1970, with fractions, that never run backwards. */
export function now(): number {
  return origin + performance.now();
}

/** A moment of `performance.now()` on the clock that all threads and processes of the machine share. */
export function toShared(moment: number): number {
  return moment + shared;
}

/** A time of the shared clock, perhaps another thread's, as `now` tells it here. */
export function fromShared(time: number): number {
  return time - shared + origin;
}
