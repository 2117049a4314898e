import { type Packed, pack, unpack } from "./packing.js";

/**
 * Errors keep what structured clone loses: class, code, own properties, the errors of an AggregateError, and the same of
 * every cause. They travel as a list of records that refer to each other by position, since causes can form a cycle.
 */
export type PackedError = Packed;

interface ErrorRecord {
  /** the nearest built-in class */
  readonly builtIn: string;
  /** the nearest class that the module of the work exports, by its key there, if it is nearer */
  readonly exported?: string;
  readonly name: unknown;
  readonly properties: readonly (readonly [key: string, enumerable: boolean, part: Part])[];
}

type Part = { readonly value: unknown } | { readonly error: number } | { readonly list: readonly Part[] };

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

const builtIns = [
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

type ErrorClass = { readonly name: string; readonly prototype: Error };

const builtInClasses: Exports = globalThis as unknown as Exports;

/** Errors of another realm, such as a test runner's or that of `node:vm`, count too. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** What an item threw, as an Error; anything else becomes the cause of one. */
export function toError(thrown: unknown): Error {
  try {
    if (isError(thrown)) return thrown;
    return new Error(`The item threw ${describe(thrown)}, which is not an Error.`, { cause: thrown });
  } catch (error) {
    // a revoked proxy, a getter that throws
    const text = `The item threw an object that throws when it is looked at: ${(error as Error)?.message ?? String(error)}.`;
    return new Error(text, { cause: error });
  }
}

function describe(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (typeof value === "object" && value !== null)
    return `an object (${value.constructor?.name ?? "no class"})`;
  return String(value);
}

/**
 * Packs an error with everything of it that can travel; own properties that cannot are left out.
 * @param exports of the module that the work lies in, where the other side finds classes too
 */
export function packError(error: Error, exports: Exports = {}): PackedError {
  const records: ErrorRecord[] = [];
  const positions = new Map<Error, number>();
  const classes = exportedClasses(exports);

  function add(each: Error): number {
    const known = positions.get(each);
    if (known !== undefined) return known;
    const position = records.length;
    positions.set(each, position);
    const properties: [string, boolean, Part][] = [];
    const name = read(each, "name");
    records.push({ ...findClass(each, classes), name: travels(name) ? name : "Error", properties });
    for (const key of keysOf(each)) {
      const part = toPart(read(each, key));
      const enumerable = Object.getOwnPropertyDescriptor(each, key)?.enumerable ?? false;
      if (part) properties.push([key, enumerable, part]);
    }
    return position;
  }

  function toPart(value: unknown): Part | undefined {
    if (isError(value)) return { error: add(value) };
    if (Array.isArray(value) && value.some(isError)) {
      return { list: value.map((element) => toPart(element) ?? { value: undefined }) };
    }
    return travels(value) ? { value } : undefined;
  }

  add(error);
  return pack(records, "copy", "The error");
}

/** A packed error on the way to be one again. */
export class ErrorParcel {
  readonly #records: readonly ErrorRecord[];

  constructor(packed: PackedError) {
    this.#records = unpack(packed);
  }

  /** Whether a class of it is looked for in the module's exports. */
  get needsExports(): boolean {
    return this.#records.some(({ exported }) => exported !== undefined);
  }

  /** @param exports of the module on this side; a class that is not there becomes the built-in one it extends */
  open(exports: Exports = {}): Error {
    const errors = this.#records.map((record) => makeError(record, exports));
    const fromPart = (part: Part): unknown => {
      if ("error" in part) return errors[part.error];
      return "list" in part ? part.list.map(fromPart) : part.value;
    };
    this.#records.forEach(({ builtIn, properties }, i) => {
      for (const [key, enumerable, part] of properties) {
        if (builtIn === "DOMException" && key === "message") continue;
        define(errors[i], key, fromPart(part), enumerable);
      }
    });
    return errors[0];
  }
}

function makeError({ builtIn, exported, name, properties }: ErrorRecord, exports: Exports): Error {
  if (builtIn === "DOMException") {
    const message = properties.find(([key]) => key === "message")?.[2];
    return new DOMException(message && "value" in message ? String(message.value) : "", String(name));
  }
  const found = exported === undefined ? undefined : exports[exported];
  const error = bareError(((found ?? builtInClasses[builtIn] ?? Error) as ErrorClass).prototype);
  if (error.name !== name) define(error, "name", name, false);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

// a real error of the class, made without calling its constructor
function bareError(prototype: Error): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error();
  Error.stackTraceLimit = limit;
  return Object.setPrototypeOf(error, prototype);
}

function exportedClasses(exports: Exports): Map<unknown, string> {
  return new Map(
    Object.entries(exports)
      .filter(([, value]) => typeof value === "function")
      .map(([name, value]) => [value, name]),
  );
}

function findClass(
  error: Error,
  classes: ReadonlyMap<unknown, string>,
): Pick<ErrorRecord, "builtIn" | "exported"> {
  let exported: string | undefined;
  for (let at = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) {
    const errorClass = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    exported ??= classes.get(errorClass);
    // by name, since an error may come from another realm
    if (builtIns.includes(errorClass?.name) && !isUserClass(errorClass))
      return { builtIn: errorClass.name, exported };
  }
  return { builtIn: "Error", exported };
}

function isUserClass(value: unknown): boolean {
  return !Function.prototype.toString.call(value).includes("[native code]") && value !== DOMException;
}

function keysOf(error: Error): Set<string> {
  return new Set(["message", "stack", ...Object.getOwnPropertyNames(error)]);
}

function read(error: Error, key: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function travels(value: unknown): boolean {
  if (typeof value !== "object" || value === null)
    return typeof value !== "function" && typeof value !== "symbol";
  try {
    pack(value, "copy", "");
    return true;
  } catch {
    return false;
  }
}
