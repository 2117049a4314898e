import type { Kernel } from "../../abi/kernel.js";
import type { Location } from "../../abi/source-map.js";
import { stackTraces } from "../../base/stack-traces.js";
import type { Fault } from "../round-protocol.js";
import type { Origin } from "./fault-location.js";
import { misfit } from "./faults.js";

const classes: Record<string, new (message: string) => Error> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  RuntimeError: WebAssembly.RuntimeError,
};

interface KernelError extends Error, Partial<Location> {
  kernel?: string;
  item?: number;
}

/**
 * What became of an item whose kernel threw or trapped: an Error of the class that was thrown, if JavaScript has it, with
 * the message as it was thrown, and own properties `kernel`, `item`, and `file` and `line` in the kernel's source, where they are known.
 * @param item absent where the kernel itself was called
 * @param first number of the call's first item among those that the user counts
 */
export function kernelError(
  { message: thrown, site: { name } }: Fault,
  kernel: Kernel,
  item: number | undefined,
  { place, converts }: Origin = {},
  first = 0,
): Error {
  // a trap does not say what it was about
  const message = converts && thrown === misfit() ? misfit(converts) : thrown;
  const error: KernelError = new (classes[name] ?? Error)(message);
  if (error.name !== name)
    Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  const at = place
    ? `${place.file}:${place.line}`
    : item === undefined
      ? "WebAssembly"
      : `item ${first + item}`;
  error.stack = `${name}: ${message}\n    at ${kernel.name} (${at})`;
  error.kernel = kernel.name;
  if (item !== undefined) error.item = item;
  if (place) {
    error.file = place.file;
    error.line = place.line;
  }
  return error;
}

/** Makes errors whose stack is replaced, so that it need not be taken. */
export function withoutStacks<T>(make: () => T): T {
  const { stackTraceLimit } = stackTraces;
  stackTraces.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    stackTraces.stackTraceLimit = stackTraceLimit;
  }
}
