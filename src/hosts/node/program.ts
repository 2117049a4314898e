import * as os from "node:os";

export const processId: number = process.pid;

export function onExit(listener: () => void): () => void {
  process.once("exit", listener);
  return () => void process.off("exit", listener);
}

export function warn(text: string): void {
  process.emitWarning(text);
}

/** As Node's own modules log in a program that was started with `NODE_DEBUG=nogil`: to stderr. */
export function debugLog(): ((text: string) => void) | undefined {
  if (!process.env.NODE_DEBUG) return undefined;
  const log = process.getBuiltinModule("node:util").debuglog("nogil");
  // the text is no format: a name may have percent signs
  return log.enabled ? (text) => log("%s", text) : undefined;
}

export function parallelism(): number {
  return os.availableParallelism();
}
