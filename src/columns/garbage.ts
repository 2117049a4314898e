interface NodeProcess {
  getBuiltinModule?(name: string): any;
}

const node: NodeProcess | undefined = (globalThis as { process?: NodeProcess }).process;
let collector: (() => void) | undefined;

/** Whether `collectGarbage` does anything here: in Node it does, in browsers only the browser decides. */
export const canCollectGarbage = typeof node?.getBuiltinModule === "function";

/** Runs a full garbage collection. Milliseconds, more in a process with many objects. */
export function collectGarbage(): void {
  if (!collector) {
    node!.getBuiltinModule!("node:v8").setFlagsFromString("--expose-gc");
    collector = node!.getBuiltinModule!("node:vm").runInNewContext("gc");
  }
  collector!();
}
