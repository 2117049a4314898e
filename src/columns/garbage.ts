interface NodeProcess {
  getBuiltinModule?(name: string): any;
}

const node: NodeProcess | undefined = (globalThis as { process?: NodeProcess }).process;
let collector: (() => void) | undefined;

/** Whether `collectGarbage` does anything here: in Node it does, in browsers only the browser decides. */
export const canCollectGarbage = typeof node?.getBuiltinModule === "function";

/**
 * Runs a full garbage collection, which also finds what became garbage since the event loop turned last. Milliseconds, more in a
 * process with many objects.
 */
export function collectGarbage(): void {
  collector ??= makeCollector();
  collector();
}

function makeCollector(): () => void {
  node!.getBuiltinModule!("node:v8").setFlagsFromString("--expose-gc");
  const vm = node!.getBuiltinModule!("node:vm");
  const gc = vm.runInNewContext("gc");
  // what a WeakRef was made of stays until all microtasks are done, which a context with a queue of its own can say at any time
  const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  const nothing = new vm.Script("0");
  return () => {
    nothing.runInContext(context);
    gc();
  };
}
