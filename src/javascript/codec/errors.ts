import { isError } from "../../base/realms.js";
import { builtInClass, builtInName } from "./built-in-errors.js";
import { type Packed, pack, unpack } from "./codec.js";
import {
  type ClassAddress,
  classAt,
  type ErrorClass,
  type Exports,
  idOf,
  type Locate,
  locateExport,
} from "./error-class.js";

/**
 * Errors keep what structured clone loses: class, code, own properties, the errors of an AggregateError, and the same of
 * every cause. They travel as a list of records that refer to each other by position, since causes can form a cycle.
 */
export type PackedError = Packed;

interface ErrorRecord {
  /** the nearest built-in class */
  readonly builtIn: string;
  /** the classes that are nearer, the nearest first */
  readonly classes: readonly ClassAddress[];
  readonly name: unknown;
  readonly properties: readonly (readonly [key: string, kind: Kind, part: Part])[];
  /** what the accessors of its classes return: they may read private fields, which do not travel */
  readonly accessors: readonly (readonly [key: string, part: Part])[];
}

/** An accessor stays one, since Node prints no list behind it. */
interface Kind {
  readonly enumerable: boolean;
  readonly isAccessor?: true;
}

type Part = { readonly value: unknown } | { readonly error: number } | { readonly list: readonly Part[] };

/**
 * Packs an error with everything of it that can travel; own properties that cannot are left out.
 * @param exports of the module that the work lies in, where the other side finds classes too
 * @param locate tells by what the other side finds a class
 */
export function packError(error: Error, exports: Exports = {}, locate: Locate = locateExport): PackedError {
  const records: ErrorRecord[] = [];
  const positions = new Map<Error, number>();

  function add(each: Error): number {
    const known = positions.get(each);
    if (known !== undefined) return known;
    const position = records.length;
    positions.set(each, position);
    const properties: [string, Kind, Part][] = [];
    const accessors: [string, Part][] = [];
    const name = read(each, "name");
    const classes = classesOf(each, exports, locate);
    records.push({ ...classes, name: travels(name) ? name : "Error", properties, accessors });
    for (const key of keysOf(each)) {
      const part = toPart(read(each, key));
      if (part) properties.push([key, kindOf(each, key), part]);
    }
    for (const key of classes.classes.length > 0 ? accessorsOf(each) : []) {
      const part = toPart(read(each, key));
      if (part) accessors.push([key, part]);
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

/** Classes by their addresses' ids. */
export type FoundClasses = ReadonlyMap<string, ErrorClass>;

/** A packed error on the way to be one again. */
export class ErrorParcel {
  readonly #records: readonly ErrorRecord[];

  constructor(packed: PackedError) {
    this.#records = unpack(packed);
  }

  /** The addresses of the classes that are not built in, of each error the nearest first. */
  get classes(): readonly (readonly ClassAddress[])[] {
    return this.#records.map(({ classes }) => classes).filter((classes) => classes.length > 0);
  }

  /**
   * The error, of the nearest class that is known on this side.
   * @param exports of the module of the work on this side
   * @param found classes that lie elsewhere
   */
  open(exports: Exports = {}, found: FoundClasses = new Map()): Error {
    const errors = this.#records.map((record) => makeError(record, exports, found));
    const fromPart = (part: Part): unknown => {
      if ("error" in part) return errors[part.error];
      return "list" in part ? part.list.map(fromPart) : part.value;
    };
    this.#records.forEach(({ builtIn, properties, accessors }, i) => {
      for (const [key, { enumerable, isAccessor }, part] of properties) {
        if (builtIn === "DOMException" && key === "message") continue;
        const value = fromPart(part);
        if (isAccessor)
          Object.defineProperty(errors[i], key, { get: () => value, enumerable, configurable: true });
        else define(errors[i], key, value, enumerable);
      }
      for (const [key, part] of accessors) {
        const value = fromPart(part);
        if (!returns(errors[i], key, value)) define(errors[i], key, value, false);
      }
    });
    return errors[0];
  }
}

// an accessor that returns objects may make a new one each time
function returns(error: Error, key: string, value: unknown): boolean {
  const own = read(error, key);
  if (typeof value !== "object" || value === null) return Object.is(own, value);
  return typeof own === "object" && own !== null;
}

function makeError(
  { builtIn, classes, name, properties }: ErrorRecord,
  exports: Exports,
  found: FoundClasses,
) {
  const own = firstFound(classes, exports, found);
  if (builtIn === "DOMException") {
    const message = properties.find(([key]) => key === "message")?.[2];
    const error = new DOMException(message && "value" in message ? String(message.value) : "", String(name));
    return own ? Object.setPrototypeOf(error, own.prototype) : error;
  }
  const error = bareError((own ?? builtInClass(builtIn)).prototype);
  if (read(error, "name") !== name) define(error, "name", name, false);
  return error;
}

/** The nearest of an error's classes that is known here. */
export function firstFound(
  classes: readonly ClassAddress[],
  exports: Exports,
  found: FoundClasses,
): ErrorClass | undefined {
  for (const address of classes) {
    const known = classAt(address, exports) ?? found.get(idOf(address));
    if (known) return known;
  }
  return undefined;
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

function classesOf(error: Error, exports: Exports, locate: Locate): Pick<ErrorRecord, "builtIn" | "classes"> {
  const classes: ClassAddress[] = [];
  for (let at = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) {
    const errorClass = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    const builtIn = builtInName(errorClass);
    if (builtIn) return { builtIn, classes };
    if (typeof errorClass !== "function" || errorClass.prototype !== at) continue;
    const address = locate(errorClass, exports);
    // Node's own, which nobody else has
    if (!address.place?.url.startsWith("node:")) classes.push(address);
  }
  return { builtIn: "Error", classes };
}

const inRecord = new Set(["name", "message", "stack"]);

function accessorsOf(error: Error): Set<string> {
  const keys = new Set<string>();
  for (let at = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype || builtInName(Object.getOwnPropertyDescriptor(at, "constructor")?.value))
      break;
    for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (get && !inRecord.has(key) && !Object.hasOwn(error, key)) keys.add(key);
  }
  return keys;
}

function keysOf(error: Error): Set<string> {
  return new Set(["message", "stack", ...Object.getOwnPropertyNames(error)]);
}

function kindOf(error: Error, key: string): Kind {
  const { enumerable = false, get, set } = Object.getOwnPropertyDescriptor(error, key) ?? {};
  // the engine may have the stack behind accessors of its own
  return get && !set && !inRecord.has(key) ? { enumerable, isAccessor: true } : { enumerable };
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
