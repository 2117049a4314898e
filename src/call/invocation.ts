import { isTypedArray } from "../abi/dtype.js";
import { knownAcrossCopies } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { isPlainObject } from "../base/realms.js";
import type { Component } from "../columns/column.js";
import { elementAt, isColumn } from "../columns/from-values.js";
import { hintForEntries } from "./mistaken-entries.js";

/**
 * Arguments by name.
 * @group Types behind types
 */
export type Named = Readonly<Record<string, unknown>>;

/**
 * The arguments of one run of a parallel method, before those of the call are added.
 * @group Types behind types
 */
export class Invocation<P extends readonly unknown[] = readonly unknown[], N = Named> {
  constructor(
    /** arguments by position */
    readonly positional: P,
    /** arguments by name */
    readonly named?: N,
  ) {}
}

knownAcrossCopies(Invocation, "invocation", "any");

/**
 * Exactly these arguments for one run, whatever their shape. An init that returns entries as they are has an array taken for a
 * list of arguments, and an object for named ones; an invocation says which of them is meant.
 * @param positional arguments by position
 * @param named arguments by name
 * @throws TypeError for anything but an array, and a plain object
 * @cost An object and a copy of the array for each item.
 * @example
 * import { Batch, inbatchParallel, invocation, type Item } from "nogil";
 *
 * class Pairs extends Batch<{ pair: [number, number][] }, number> {
 *   pairs() {
 *     return this.data.pair.map((pair) => invocation([pair])); // the pair is one argument
 *   }
 *
 *   \@inbatchParallel({ init: "pairs", target: "for" })
 *   check(pair: Item<[number, number]>) {
 *     if (pair[0] > pair[1]) throw new RangeError("a pair in the wrong order");
 *   }
 * }
 */
export function invocation<
  P extends readonly [] | readonly unknown[],
  N extends Named = Record<never, never>,
>(positional: P, named?: N): Invocation<P, N> {
  if (!Array.isArray(positional)) {
    throw new TypeError(
      `invocation() takes the positional arguments in an array, got ${kindOf(positional)}.`,
    );
  }
  if (named !== undefined && !isPlainObject(named)) {
    throw new TypeError(`invocation() takes named arguments in a plain object second, got ${kindOf(named)}.`);
  }
  return new Invocation([...positional] as readonly unknown[] as P, named);
}

/** Every run of one call. */
export type Invocations = Listed | Zipped;

/** The arguments of each run. */
export interface Listed {
  readonly kind: "list";
  readonly length: number;
  readonly entries: readonly Invocation[];
}

/** Element `i` of every component for run `i`, so that a million items cost no more to describe than one. */
export interface Zipped {
  readonly kind: "zipped";
  readonly length: number;
  readonly components: readonly Component[];
  /** what the components are called, for errors */
  readonly names?: readonly string[];
}

/**
 * Reads one entry of what an init returned.
 *
 * An array is a list of positional arguments, a plain object is named arguments, an array of exactly
 * `[array, plain object]` is both; anything else, typed arrays included, is a single positional argument.
 */
export function toInvocation(entry: unknown): Invocation {
  if (entry instanceof Invocation) return entry;
  if (Array.isArray(entry)) {
    return isBoth(entry) ? new Invocation(entry[0], entry[1]) : new Invocation(entry);
  }
  return isValue(entry) ? new Invocation([entry]) : new Invocation([], entry as Named);
}

/** Whether an entry that is an array is positional and named arguments. */
function isBoth(entry: readonly unknown[]): entry is [unknown[], Record<string, unknown>] {
  return entry.length === 2 && Array.isArray(entry[0]) && isPlainObject(entry[1]);
}

/** Whether an entry that is not an array is one positional argument. */
function isValue(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return true;
  // most are one or the other
  if (ArrayBuffer.isView(entry)) return true;
  return !isPlainObject(entry) && !(entry instanceof Invocation);
}

/** Named arguments of several sources in one object, the later winning; undefined when there are none. */
export function mergeNamed(...sources: readonly (Named | undefined)[]): Named | undefined {
  const merged: Record<string, unknown> = Object.assign({}, ...sources);
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** The names that arguments are given by. An undefined one counts as absent, as where JavaScript has default values. */
export function namesOf({ named }: Invocation): string[] {
  return named ? Object.keys(named).filter((name) => named[name] !== undefined) : [];
}

/** A call's arguments split into positional ones and the named ones of a plain object in the last place. */
export function splitNamed(args: readonly unknown[]): Invocation {
  const last = args.at(-1);
  return isPlainObject(last) ? new Invocation(args.slice(0, -1), last) : new Invocation(args);
}

/** What one run is called with: the item's arguments, then the call's; named ones merged and put last. */
export function joinArguments(item: Invocation, call: Invocation): unknown[] {
  const named = mergeNamed(item.named, call.named);
  const positional = [...item.positional, ...call.positional];
  return named ? [...positional, named] : positional;
}

/** The item's arguments of run `i`. */
export function invocationAt(invocations: Invocations, i: number): Invocation {
  if (invocations.kind === "list") return invocations.entries[i];
  return new Invocation(invocations.components.map((component) => elementAt(component, i)));
}

/**
 * Reads what stands for the invocations of a call: an iterable of entries, or a column, whose every element is one.
 * @throws TypeError for anything else
 */
export function listInvocations(entries: unknown, what: string): Invocations {
  if (isColumn(entries)) return { kind: "zipped", length: entries.length, components: [entries] };
  if (isTypedArray(entries))
    return { kind: "zipped", length: entries.length, components: [Array.from<unknown>(entries)] };
  if (typeof entries !== "object" || entries === null || !(Symbol.iterator in entries)) {
    throw new TypeError(
      `${what} ${kindOf(entries)}, expected an iterable with an entry for each item, such as an array of arguments.` +
        hintForEntries(entries),
    );
  }
  const list = Array.isArray(entries) ? entries : Array.from(entries as Iterable<unknown>);
  const components = asComponents(list);
  if (components) return { kind: "zipped", length: list.length, components };
  return { kind: "list", length: list.length, entries: Array.from(list, toInvocation) };
}

// entries with the same number of positional arguments and nothing else are an array for each argument, which takes
// no object for each entry
function asComponents(entries: readonly unknown[]): unknown[][] | undefined {
  const { length } = entries;
  if (length === 0) return undefined;
  const [first] = entries;
  const size = Array.isArray(first) ? first.length : -1;
  const components: unknown[][] = [];
  while (components.length < Math.abs(size)) components.push(new Array<unknown>(length));
  for (let i = 0; i < length; i++) {
    const entry = entries[i];
    if (Array.isArray(entry)) {
      if (entry.length !== size || (size === 2 && isBoth(entry))) return undefined;
      for (let p = 0; p < size; p++) components[p][i] = entry[p];
    } else {
      if (size !== -1 || !isValue(entry)) return undefined;
      components[0][i] = entry;
    }
  }
  return components;
}
