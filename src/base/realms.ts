// What a value is, whichever realm made it. A vm context or a test runner's sandbox has classes of its own, of which a
// value from elsewhere is no instance; what the engine keeps within the value tells in every realm.

import { hostSymbol, isNativeError as isNativeErrorHere } from "#host/realm";

// classes have to have these under the same symbols that the host's have
for (const name of ["dispose", "asyncDispose"] as const) {
  if (Symbol[name]) continue;
  Object.defineProperty(Symbol, name, { value: hostSymbol(name) ?? Symbol(`Symbol.${name}`) });
}

const tagOf = (value: object): string => Object.prototype.toString.call(value);

const nameOfArray = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/** The class of a typed array as the language has it: `Uint8Array` for Node's Buffer too; undefined for all else. */
export function typedArrayName(value: unknown): string | undefined {
  return nameOfArray.call(value);
}

/** Reads what only a real instance has within it, and throws for anything else. */
type Proof = (this: any) => unknown;

// most values are of this realm, and the tag of others may be any object's
function isOf<T>(name: string, proof?: Proof): (value: unknown) => value is T {
  const own: unknown = (globalThis as Record<string, unknown>)[name];
  const tag = `[object ${name}]`;
  return (value): value is T => {
    if (typeof value !== "object" || value === null) return false;
    if (typeof own === "function" && value instanceof own) return true;
    return tagOf(value) === tag && (!proof || proves(proof, value));
  };
}

function proves(proof: Proof, value: object): boolean {
  try {
    proof.call(value);
    return true;
  } catch {
    return false;
  }
}

function getterOf(itsClass: { prototype: object } | undefined, name: string): Proof | undefined {
  return itsClass && Object.getOwnPropertyDescriptor(itsClass.prototype, name)?.get;
}

export const isMap = isOf<Map<unknown, unknown>>("Map", getterOf(Map, "size"));
export const isSet = isOf<Set<unknown>>("Set", getterOf(Set, "size"));
export const isDate = isOf<Date>("Date", Date.prototype.getTime);
export const isArrayBuffer = isOf<ArrayBuffer>("ArrayBuffer", getterOf(ArrayBuffer, "byteLength"));

const isSharedBuffer = isOf<SharedArrayBuffer>(
  "SharedArrayBuffer",
  // browsers have it in isolated pages only
  getterOf(globalThis.SharedArrayBuffer, "byteLength"),
);

export function isSharedArrayBuffer(value: unknown): value is SharedArrayBuffer {
  // most buffers are ordinary ones
  return !(value instanceof ArrayBuffer) && isSharedBuffer(value);
}

const opaque = new Set(
  ["Date", "RegExp", "ArrayBuffer", "SharedArrayBuffer", "Promise", "WeakMap", "WeakSet", "WeakRef"].map(
    (name) => `[object ${name}]`,
  ),
);

/** Whether what a value has is not to be seen in its properties: it travels, or does not, as a whole. */
export function isOpaque(value: object): boolean {
  if (Array.isArray(value) || isPlainObject(value)) return false;
  return ArrayBuffer.isView(value) || opaque.has(tagOf(value)) || isError(value);
}

type Ask = (value: unknown) => boolean;

// Node 24 has it, older ones by another name
const isNativeError: Ask = (Error as { isError?: Ask }).isError ?? isNativeErrorHere;

const errorTags = ["[object Error]", "[object DOMException]"];

export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Error) return true;
  // what most results are, asked in a few nanoseconds
  if (Object.getPrototypeOf(value) === Object.prototype || ArrayBuffer.isView(value)) return false;
  return isNativeError(value) || errorTags.includes(tagOf(value));
}

/** An object as `{}` makes it, or one without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Whether this is where chains of prototypes end, with what every object has. */
export function isObjectPrototype(value: object): boolean {
  if (value === Object.prototype) return true;
  return Object.getPrototypeOf(value) === null && Object.hasOwn(value, "hasOwnProperty");
}

/** As Node's own functions know a URL; those of jsdom are of another class. */
export function isURL(value: unknown): value is URL {
  if (typeof value !== "object" || value === null) return false;
  const { href, protocol, searchParams } = value as Partial<URL>;
  return typeof href === "string" && typeof protocol === "string" && typeof searchParams === "object";
}

/** Whatever can be asked and listened to as a signal, polyfills too. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === "boolean" &&
    typeof addEventListener === "function" &&
    typeof removeEventListener === "function"
  );
}
