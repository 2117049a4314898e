// in Node `timeOrigin` is off by as long as the thread was held up while it started, some milliseconds on a busy machine;
// hrtime is the same everywhere on the machine
const node = (globalThis as { process?: Pick<NodeJS.Process, "hrtime"> }).process?.hrtime;
const shared = node ? offsetOf(node) : performance.timeOrigin;

// the clocks are read as close together as they are in the best of a few tries
function offsetOf(hrtime: NodeJS.HRTime): number {
  let offset = 0;
  let closest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = performance.now();
    const [seconds, nanoseconds] = hrtime();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2;
  }
  return offset;
}

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
