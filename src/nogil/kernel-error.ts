import type { Kernel } from "../kernel.js";
import type { Location } from "./locate.js";
import type { Fault } from "./protocol.js";

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

/**
 * What became of an item whose kernel threw or trapped: an Error of the class that was thrown, if JavaScript has it, with
 * the message as it was thrown, and own properties `kernel`, `item`, and `file` and `line` in the kernel's source, where they are known.
 */
export function kernelError(
  { name, message }: Fault,
  kernel: Kernel,
  item: number,
  location?: Location,
): Error {
  const error = new (classes[name] ?? Error)(message);
  if (error.name !== name) define(error, "name", name, false);
  const at = location ? `${location.file}:${location.line}` : `item ${item}`;
  define(error, "stack", `${name}: ${message}\n    at ${kernel.name} (${at})`, false);
  return Object.assign(error, { kernel: kernel.name, item }, location);
}

function define(error: Error, key: string, value: string, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}
