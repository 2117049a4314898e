/** What a target runs for each item: a method of the batch, a kernel, or a function. */
export type CallableKind = "method" | "kernel" | "function";

/**
 * Every engine by its name, with what a method that declares it is: the callable itself, or what returns a kernel or a
 * function. The registry of engines fills it, so that targets are known here, below, without their engines.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the registry fills it
export interface Engines {}

/** What runs the items: worker threads, WebAssembly kernels, the event loops of worker threads, processes, or a loop here. */
export type Target = keyof Engines & string;
