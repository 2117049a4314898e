export const whyNoSharedMemory =
  "The system limits the address space of this process: check ulimit -v, and how many programs that use nogil run here.";

export const canCollectGarbage = true;

let collector: (() => void) | undefined;

/** Milliseconds, more in a process with many objects. */
export function collectGarbage(): void {
  collector ??= makeCollector();
  collector();
}

function makeCollector(): () => void {
  process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  const vm = process.getBuiltinModule("node:vm");
  const gc: () => void = vm.runInNewContext("gc");
  // what a WeakRef was made of stays until all microtasks are done, which a context with a queue of its own can say at any time
  const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  const nothing = new vm.Script("0");
  return () => {
    nothing.runInContext(context);
    gc();
  };
}
