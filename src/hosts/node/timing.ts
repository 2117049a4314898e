/**
 * `timeOrigin` is off by as long as the thread was held up while it started, some milliseconds on a busy machine; hrtime is the
 * same everywhere on the machine. The two clocks are read as close together as they are in the best of a few tries.
 */
export function machineOrigin(): number {
  let offset = 0;
  let closest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2;
  }
  return offset;
}

// as it is before a test runner puts a clock of its own in its place
const { setImmediate } = globalThis;

export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export function later(task: () => void): void {
  setImmediate(task);
}
