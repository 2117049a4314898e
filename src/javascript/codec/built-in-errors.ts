import type { ErrorClass } from "./error-class.js";

const globals = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
  "SuppressedError",
  "DOMException",
];

const ofWebAssembly = ["CompileError", "LinkError", "RuntimeError"];

const assertion = "AssertionError";

/** The name of a class of errors that Node has; undefined for any other. */
export function builtInName(value: unknown): string | undefined {
  if (typeof value !== "function") return undefined;
  const { name } = value;
  if (name === assertion) return value === assertionError() ? name : undefined;
  // by name, since an error may come from another realm
  const isKnown = globals.includes(name) || ofWebAssembly.includes(name);
  return isKnown && (value === DOMException || isNative(value)) ? name : undefined;
}

/** The class of that name here. */
export function builtInClass(name: string): ErrorClass {
  if (name === assertion) return assertionError() as ErrorClass;
  const holder: unknown = ofWebAssembly.includes(name) ? WebAssembly : globalThis;
  return (holder as Record<string, ErrorClass | undefined>)[name] ?? Error;
}

function assertionError(): unknown {
  return process.getBuiltinModule?.("node:assert").AssertionError ?? Error;
}

function isNative(value: object): boolean {
  return Function.prototype.toString.call(value).includes("[native code]");
}
