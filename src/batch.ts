import type { Column, Component, Dense, Ragged } from "./columns/column.js";
import { dense } from "./columns/dense.js";
import type { ArrayOf, Dtype, TypedArray } from "./columns/dtype.js";
import { elementAt, isColumn, kindOf, toComponent } from "./columns/from-values.js";
import { ragged } from "./columns/ragged.js";
import type { RunOptions, Target } from "./engines/engine.js";
import { Rows } from "./inits-and-posts.js";
import { reviveKey, stateKey } from "./keys.js";
import { className } from "./members.js";
import type { ComponentInput, Parallel, RowOf } from "./types.js";
import { withOptions } from "./with-options.js";
import { currentSignal } from "./workers/running-item.js";

export type Id = string | number;

type BatchClass = abstract new (...args: any[]) => Batch<any, any>;
type DataOf<B> = B extends { data: infer C } ? C : never;
type IdOf<B> = B extends { indices: readonly (infer I)[] } ? I : never;

/** Components by name, as a batch takes them; those left out can be set later. */
export type Components<C> = { readonly [K in keyof C]?: ComponentInput<C[K]> };

const store: unique symbol = Symbol("components");

/**
 * A set of items with named components. Numeric ones are columns in shared memory; others are ordinary arrays with an
 * element for each item. `C` is the type of the components, `I` that of the ids.
 */
export class Batch<C extends object = Record<string, any>, I extends Id = Id> {
  /** `import.meta.url` of the module that exports the class: where workers find it. */
  static module?: string;

  /** The items: the ids, or `0 … n - 1`. */
  readonly indices: readonly I[];
  /**
   * The components by name. Reading one that is absent throws, naming it; what is assigned becomes a component as in
   * `Batch.from`.
   */
  declare readonly data: C;
  /**
   * In a method that runs for an item: fires when the call is cancelled, its deadline passes, or the item is over its
   * timeout. The item gets a moment to end then (`grace`), before its worker is ended. `currentSignal` is the same for
   * functions. Anywhere else it never fires. A class may have another `signal`, which takes the place of this one.
   */
  declare readonly signal: AbortSignal;
  declare readonly [store]: Record<string, Component>;

  /**
   * @param ids the items' ids, or their number
   * @param components see `Batch.from`
   */
  constructor(ids: Iterable<I> | number, components: Components<C> = {}) {
    this.indices = typeof ids === "number" ? range(ids) : [...ids];
    attach(this, {});
    this.set(components);
  }

  /**
   * A batch as its callers see it: its parallel methods take the call's arguments only.
   *
   * Components are copied into shared memory: a typed array of N elements becomes a dense column `[N]`, an array of N
   * numbers one of f64, an array of N typed arrays of one class a dense column `[N, length]` if they are equally long,
   * else a ragged one. Columns and other arrays are taken as they are.
   *
   * @throws TypeError, RangeError for a component that is no array or has another length than the batch
   */
  static from<T extends BatchClass>(
    this: T,
    ids: Iterable<IdOf<InstanceType<T>>> | number,
    components?: Components<DataOf<InstanceType<T>>>,
  ): Parallel<InstanceType<T>> {
    return new (this as any)(ids, components);
  }

  get length(): number {
    return this.indices.length;
  }

  /** The position of an item. @throws RangeError for an id that is not in the batch, or stands in it more than once */
  positionOf(id: I): number {
    let positions = positionsOf.get(this);
    if (!positions) {
      positions = new Map();
      this.indices.forEach((each, position) => {
        positions!.set(each, positions!.has(each) ? ambiguous : position);
      });
      positionsOf.set(this, positions);
    }
    const position = positions.get(id);
    if (position === undefined) throw new RangeError(`${className(this)} has no item ${JSON.stringify(id)}.`);
    if (position === ambiguous) {
      throw new RangeError(
        `${className(this)} has item ${JSON.stringify(id)} more than once: use positions instead of ids.`,
      );
    }
    return position;
  }

  /** What one item has of every component: numbers, views of rows, elements of arrays. */
  at(id: I): { [K in keyof C]: RowOf<C[K]> } {
    const position = this.positionOf(id);
    return Object.fromEntries(
      Object.entries(this[store]).map(([name, component]) => [name, elementAt(component, position)]),
    ) as { [K in keyof C]: RowOf<C[K]> };
  }

  /** Sets components, from arrays too, which are copied into columns as in `Batch.from`. */
  set(components: Components<C>): this {
    Object.assign(this.data, components);
    return this;
  }

  /**
   * Makes a dense column of zeros a component.
   * @param shape of one item: `[]`, the default, for a number each
   * @param values what to fill it with, by copying: all elements, item after item, or an array for each item
   * @throws RangeError when the shared memory has no room for it, or the values have another length
   */
  allocate<D extends Dtype, const S extends readonly number[] = []>(
    name: keyof C & string,
    how: { dtype: D; shape?: S; values?: ArrayOf<D> | readonly ArrayOf<D>[] },
  ): Dense<D, S>;
  /**
   * Makes a ragged column of zeros a component.
   * @param shapes of each item: its length, or the sizes of an image
   */
  allocate<D extends Dtype>(
    name: keyof C & string,
    how: {
      dtype: D;
      shapes: readonly number[] | readonly (readonly number[])[];
      values?: ArrayOf<D> | readonly ArrayOf<D>[];
    },
  ): Ragged<D>;
  allocate(name: keyof C & string, { dtype, shape = [], shapes, values }: Allocation): Column {
    const what = `${className(this)}.data.${name}`;
    if (shapes && shapes.length !== this.length) {
      throw new RangeError(`${what} takes ${this.length} shapes, one for each item, got ${shapes.length}.`);
    }
    const column = shapes ? ragged(dtype, shapes) : dense(dtype, [this.length, ...shape]);
    if (values) fill(column, values, what);
    (this.data as Record<string, unknown>)[name] = column;
    return column;
  }

  /** One invocation per item with its row of each named component, for an init written by hand. Copies nothing. */
  rows(...names: (keyof C & string)[]): Rows {
    if (names.length === 0)
      throw new TypeError("rows() takes the names of one or more components, got none.");
    return new Rows(
      names.map((name) => (this.data as Record<string, Component>)[name]),
      this.length,
      names,
    );
  }

  /** The same batch, whose parallel methods run as given here: on another target, cancellable, with a timeout. */
  with(options: RunOptions & { target?: Target }): this {
    return withOptions(this, options);
  }

  /**
   * Gives the memory of every column that is a component of this batch, or was one, back now. Columns shared with
   * another batch go too. Without it, the memory of a column goes back when garbage collection finds no view of it.
   */
  dispose(): void {
    for (const column of replaced.get(this) ?? []) column.deref()?.dispose();
    replaced.delete(this);
    for (const [name, component] of Object.entries(this[store])) {
      if (isColumn(component)) component.dispose();
      delete this[store][name];
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal what of a batch travels to a worker */
  [stateKey](): object {
    return { own: { ...this }, components: { ...this[store] } };
  }

  /** @internal a batch from what has travelled; no constructor runs */
  static [reviveKey](state: { own: object; components: Record<string, Component> }): object {
    const batch = Object.assign(Object.create(this.prototype), state.own);
    attach(batch, state.components);
    return batch;
  }
}

// no accessor of the class, which a field of the same name could not override
Object.defineProperty(Batch.prototype, "signal", {
  get: currentSignal,
  set(this: Batch, value: unknown) {
    Object.defineProperty(this, "signal", { value, writable: true, enumerable: true, configurable: true });
  },
  configurable: true,
});

interface Allocation {
  readonly dtype: Dtype;
  readonly shape?: readonly number[];
  readonly shapes?: readonly number[] | readonly (readonly number[])[];
  readonly values?: TypedArray | readonly TypedArray[];
}

function fill(column: Column, given: TypedArray | readonly TypedArray[], what: string): void {
  const { values, offsets, length } = column;
  const perItem = Array.isArray(given);
  const arrays = perItem ? (given as TypedArray[]) : [given as TypedArray];
  if (perItem && arrays.length !== length) {
    throw new RangeError(
      `${what} takes ${length} arrays of values, one for each item, got ${arrays.length}.`,
    );
  }
  const bounds = perItem ? (offsets ?? arrays.map((_, i) => (i * values.length) / length)) : [0];
  arrays.forEach((array, i) => {
    const room = values.subarray(bounds[i], bounds[i + 1]);
    if (array.length !== room.length || array.constructor !== values.constructor) {
      throw new RangeError(
        `${what} takes ${room.length} elements of ${column.dtype}${perItem ? ` for item ${i}` : ""}, ` +
          `got ${array.length} in a ${kindOf(array)}.`,
      );
    }
    (room as Float64Array).set(array as Float64Array);
  });
}

const ambiguous = -1;
const positionsOf = new WeakMap<object, Map<unknown, number>>();
// columns that were components, while somebody else still has them
const replaced = new WeakMap<object, WeakRef<Column>[]>();

function attach(batch: object, components: Record<string, Component>): void {
  Object.defineProperty(batch, store, { value: components });
  Object.defineProperty(batch, "data", { value: new Proxy(components, new DataAccess(batch as Batch)) });
}

function range(n: number): any[] {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`A batch takes ids or the number of its items, got ${n}.`);
  return Array.from({ length: n }, (_, i) => i);
}

// names that the language asks any object for, which are no components
const probes = new Set(["then", "toJSON", "constructor", "toString", "valueOf", "hasOwnProperty"]);

class DataAccess implements ProxyHandler<Record<string, Component>> {
  constructor(private readonly batch: Batch<any, any>) {}

  get(components: Record<string, Component>, name: string | symbol): unknown {
    if (typeof name === "symbol" || Object.hasOwn(components, name)) return Reflect.get(components, name);
    if (probes.has(name)) return Reflect.get(components, name);
    const there = Object.keys(components);
    throw new ReferenceError(
      `${className(this.batch)} has no component "${name}" yet: set data.${name}, or run the action that makes it. ` +
        `There ${there.length > 0 ? `are: ${there.join(", ")}` : "is none so far"}.`,
    );
  }

  set(components: Record<string, Component>, name: string | symbol, value: unknown): boolean {
    if (typeof name === "symbol") throw new TypeError("A component's name is a string.");
    if (value === undefined)
      throw new TypeError(
        `${className(this.batch)}.data.${name} cannot be ${kindOf(value)}: delete it instead.`,
      );
    const what = `${className(this.batch)}.data.${name}`;
    const component = toComponent(value, this.batch.length, what);
    const before = components[name];
    if (before !== component && isColumn(before)) {
      const others = (replaced.get(this.batch) ?? []).filter((column) => column.deref());
      replaced.set(this.batch, [...others, new WeakRef(before)]);
    }
    components[name] = component;
    return true;
  }
}
