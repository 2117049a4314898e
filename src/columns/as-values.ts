import { type Dtype, isTypedArray, type TypedArray } from "../abi/dtype.js";
import { roomFor } from "../base/arrays.js";
import { type Inspect, type InspectOptions, inspectKey, mostShown } from "../base/console.js";
import type { Column } from "./column.js";

const mostItems = 10;
const mostElements = 5;

// structured clone cannot copy a symbol, and says which
const uncloneable = Symbol(
  "a column is located in shared memory and is not copied as an object: send its values, or its toArray()",
);

/** What compares and prints a column by its values: test runners, assertions, JSON and Node's console. */
export abstract class AsValues<D extends Dtype, Row> implements Iterable<Row> {
  abstract readonly dtype: D;
  abstract readonly length: number;
  abstract readonly shape: readonly (number | null)[];
  abstract at(i: number): Row;
  abstract shapeAt(i: number): readonly number[];
  protected abstract readonly kind: string;
  protected abstract readonly isDisposed: boolean;

  // no "Object", which test runners take apart and put together without private fields
  get [Symbol.toStringTag](): string {
    return "Column";
  }

  *[Symbol.iterator](): IterableIterator<Row> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  toArray(): Row[] {
    return this.map((item) => item);
  }

  map<T>(fn: (item: Row, i: number, column: Column<D, Row>) => T): T[] {
    const { length } = this;
    const made = roomFor<T>(length);
    for (let i = 0; i < length; i++) made[i] = fn(this.at(i), i, this as never);
    return made;
  }

  /** Numbers in arrays, nested as the items' shapes are; 64-bit integers as strings. O(elements). */
  toJSON(): unknown[] {
    const made = new (namedArray(`${this.kind} <${this.dtype}>`))();
    for (let i = 0; i < this.length; i++) {
      const item = this.at(i);
      made.push(isTypedArray(item) ? nested(item, this.shapeAt(i)) : jsonOf(item));
    }
    return made;
  }

  /** What Node's console prints: the first values, where it is the column that is printed and not what holds it. */
  [inspectKey](depth: number | null, options: InspectOptions, inspect: Inspect): string {
    const head = `${this.kind} <${this.dtype}> [${this.shape.map((size) => size ?? "…").join(", ")}]`;
    if (this.isDisposed) return `${head} (disposed of)`;
    if (depth !== options.depth) return head;
    const shown: unknown[] = [];
    for (let i = 0; i < this.length && i < mostShown(options, mostItems); i++) {
      const item = this.at(i);
      shown.push(isTypedArray(item) ? first(item, mostShown(options, mostElements)) : item);
    }
    return `${head} ${inspect(withRest(shown, this.length), { ...options, maxArrayLength: null })}`;
  }
}

function first(items: TypedArray, most: number): unknown[] {
  return withRest(Array.from<unknown>(items.subarray(0, most)), items.length);
}

function withRest(shown: unknown[], length: number): unknown[] {
  const rest = length - shown.length;
  return rest > 0 ? [...shown, { [inspectKey]: () => `… ${rest.toLocaleString("en-US")} more` }] : shown;
}

/**
 * Makes own properties of what tells a column from others, and one that keeps it from being cloned. As many for every kind
 * of column: Chai compares no properties where the numbers differ.
 */
export function showOwn(column: object, own: Readonly<Record<string, PropertyDescriptor>>): void {
  Object.defineProperty(column, "memory", { value: uncloneable, enumerable: true });
  Object.defineProperties(column, own);
}

/** A getter of a class as an own property of its instances. */
export function ownGetter(prototype: object, name: string): PropertyDescriptor {
  return { ...Object.getOwnPropertyDescriptor(prototype, name), enumerable: true };
}

function nested(elements: TypedArray, shape: readonly number[]): unknown[] {
  const [size, ...inner] = shape;
  if (inner.length === 0) return flat(elements);
  const each = inner.reduce((all, dimension) => all * dimension, 1);
  return Array.from({ length: size }, (_, i) => nested(elements.subarray(i * each, (i + 1) * each), inner));
}

function flat(elements: TypedArray): unknown[] {
  const made: unknown[] = [];
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    made.push(typeof element === "bigint" ? String(element) : element);
  }
  return made;
}

/** An element as JSON has it. As a bigint may be larger than a number can say, all are strings: of one type. */
export function jsonOf(element: unknown): unknown {
  if (isTypedArray(element)) return flat(element);
  return typeof element === "bigint" ? String(element) : element;
}

const named = new Map<string, new () => unknown[]>();

// test runners print the class of what stands for the column
function namedArray(name: string): new () => unknown[] {
  let made = named.get(name);
  if (!made) {
    made = class extends Array<unknown> {
      static override get [Symbol.species]() {
        return Array;
      }
    };
    Object.defineProperty(made, "name", { value: name });
    named.set(name, made);
  }
  return made;
}
