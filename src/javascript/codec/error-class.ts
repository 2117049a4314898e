import { types } from "node:util";
import { look, type Place } from "../addressing/scripts.js";

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

export type ErrorClass = { readonly name: string; readonly prototype: Error };

/** By which the other side finds the very class of an error. */
export interface ClassAddress {
  readonly name: string;
  /** its keys in what the module of the work exports, if it is there */
  readonly path?: readonly string[];
  /** where it was made, if it is not */
  readonly place?: Place;
}

/** How an address is told from others. */
export function idOf({ name, place }: ClassAddress): string {
  return `${place?.url}:${place?.line}:${place?.column} ${name}`;
}

/** Looks up the address of a class. */
export type Locate = (errorClass: ErrorClass, exports: Exports) => ClassAddress;

/** The address of a class in the exports alone. */
export const locateExport: Locate = (errorClass, exports) => ({
  name: nameOf(errorClass),
  path: pathOf(errorClass, exports),
});

const places = new WeakMap<object, { readonly place: Place | undefined }>();

/** The address of a class, wherever it was made. */
export const locateClass: Locate = (errorClass, exports) => {
  const address = locateExport(errorClass, exports);
  if (address.path) return address;
  let known = places.get(errorClass);
  if (!known) {
    known = { place: look([errorClass]).places[0] };
    places.set(errorClass, known);
  }
  return { ...address, place: known.place };
};

/** The own name of a function, which may be anything. */
export function nameOf(value: object): string {
  const name = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" ? name : "";
}

const paths = new WeakMap<Exports, Map<unknown, readonly string[] | undefined>>();

function pathOf(errorClass: ErrorClass, exports: Exports): readonly string[] | undefined {
  let known = paths.get(exports);
  if (!known) {
    known = new Map();
    paths.set(exports, known);
  }
  if (!known.has(errorClass)) {
    let found: readonly string[] | undefined;
    for (const [path, value] of functionsIn(exports, nameOf(errorClass))) {
      if (value === errorClass && !(found && found.length <= path.length)) found = path;
    }
    known.set(errorClass, found);
  }
  return known.get(errorClass);
}

/** What stands at a path of a module's exports. */
export function classAt({ path, name }: ClassAddress, exports: Exports): ErrorClass | undefined {
  if (!path) return undefined;
  let at: unknown = exports;
  for (const step of path) at = dataOf(at, step, name);
  return isErrorClass(at) ? at : undefined;
}

/** Whether errors can be of this class. */
export function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" && value.prototype instanceof Error;
}

// more is a table of something else
const mostKeys = 1000;

/**
 * The functions that a module exports, and those in what it exports, as CommonJS modules have them. Getters may do
 * anything, so they run only under the name of the class that is looked for.
 */
export function* functionsIn(
  exports: unknown,
  name: string,
  before: readonly string[] = [],
): Iterable<[path: readonly string[], value: object]> {
  const keys = Object.getOwnPropertyNames(exports);
  if (keys.length > mostKeys) return;
  for (const key of keys) {
    const value = dataOf(exports, key, name);
    const path = [...before, key];
    if (typeof value === "function") yield [path, value];
    if (before.length === 0 && isHolder(value)) yield* functionsIn(value, name, path);
  }
}

function dataOf(holder: unknown, key: string, name: string): unknown {
  try {
    const { value, get } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
    return get && (key === name || key === "default") ? get.call(holder) : value;
  } catch {
    // an export that has no value yet
    return undefined;
  }
}

function isHolder(value: unknown): boolean {
  if (types.isProxy(value)) return false;
  if (typeof value === "function" || types.isModuleNamespaceObject(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
