import type { ArrayOf, Dtype } from "../abi/dtype.js";
import type { FromArrowOptions, ToArrowOptions } from "../arrow/options.js";
import { inspectKey } from "../base/console.js";
import { knownAcrossCopies } from "../base/copies.js";
import { reviveKey, stateKey } from "../base/keys.js";
import { className } from "../base/kind-of.js";
import { shownValue } from "../base/option-names.js";
import { type Allocation, allocateColumn } from "../batch/allocate.js";
import type { AnyBatchClass } from "../batch/any-batch.js";
import type { ComponentInput, TrueTypes, WrongColumn } from "../batch/component-types.js";
import { attach, checkComponents, componentsOf, disposeComponents, fieldsOf } from "../batch/components.js";
import { checkAlive, disposeWhenUnused } from "../batch/disposal.js";
import type { Id } from "../batch/ids.js";
import { idsOfBatch, keepAsIds } from "../batch/ids.js";
import { batchToJson, inspectBatch } from "../batch/inspect.js";
import { type BatchState, limited } from "../batch/limited.js";
import type { Parallel } from "../batch/parallel-type.js";
import { concatBatches, type Positions, splitBatch, subsetBatch } from "../batch/parts.js";
import { packPaths, pathIn, unpackPaths } from "../batch/paths.js";
import { signalOf } from "../batch/pipeline-work.js";
import type { Component, Dense, Ragged } from "../columns/column.js";
import { elementAt } from "../columns/from-values.js";
import type { RowOf } from "../columns/rows-of.js";
import { runningItem } from "../javascript/worker/running-item.js";
import type { OrWrong } from "./checked/values.js";
import { checkNames, Rows } from "./inits-and-posts.js";
import type { CallOptions } from "./options.js";
import { withOptions } from "./with-options.js";

/**
 * The lengths of rows, or the sizes of images.
 * @group Types behind types
 */
export type Lengths = readonly number[] | readonly (readonly number[])[];

// of a shape whose length nobody knows, a number or a row
type RowOfShape<D extends Dtype, S extends readonly number[]> = number extends S["length"]
  ? any
  : RowOf<Dense<D, S>>;

/**
 * The components of a batch.
 * @group Types behind types
 */
export type DataOf<B> = B extends { data: infer C } ? C : never;
/**
 * The ids of a batch.
 * @group Types behind types
 */
export type IdOf<B> = B extends { indices: readonly (infer I)[] } ? I : never;

/** Components by name, as a batch takes them; those left out can be set later. */
export type Components<C> = { readonly [K in keyof C]?: ComponentInput<C[K]> };

/**
 * A set of items with named components. Numeric ones are columns in shared memory; others are ordinary arrays with an
 * element for each item. `C` is the type of the components, as they are once they are set: `Dense` and `Ragged` columns,
 * where arrays become columns. `I` is the type of the ids.
 * @example
 * import { Batch, type Dense, type Ragged } from "nogil";
 *
 * class Signals extends Batch<{ signal: Ragged<"f64">; rate: Dense<"f64">; label: string[] }, string> {
 *   static override module = import.meta.url; // where workers find this class
 * }
 *
 * const signal = [Float64Array.of(1, 2, 9), Float64Array.of(3, 3)];
 * using batch = Signals.from(["a", "b"], { signal, rate: [250, 500], label: ["high", "low"] });
 * console.log(batch.at("a").signal); // Float64Array(3) [ 1, 2, 9 ]
 */
export class Batch<C extends TrueTypes<C> = Record<string, any>, I extends Id = Id> {
  /**
   * `import.meta.url` of the module that exports the class: where workers find it. Methods that run in threads or processes need
   * it.
   */
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
   * functions. In an action that a pipeline runs: fires when the run ends early. Anywhere else it never fires. A class may
   * have another `signal`, which takes the place of this one.
   */
  declare readonly signal: AbortSignal;

  /**
   * As `Batch.from`, whose result has the type that callers see.
   * @param ids the items' ids, or their number
   * @param components arrays and columns by name, see `Batch.from`
   */
  constructor(ids: Iterable<I> | number, components: Components<C> = {}) {
    this.indices = idsOfBatch(ids, className(this)) as I[];
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
   * @param ids the items' ids, or their number
   * @param components arrays and columns by name, with an element or a row for each item; others can be set later
   * @throws TypeError for ids that are neither strings nor numbers, RangeError for an id that comes twice; TypeError,
   * RangeError for a component that is not an array or has another length than the batch
   */
  static from<T extends AnyBatchClass>(
    this: T,
    ids: Iterable<IdOf<InstanceType<T>>> | number,
    components?: Components<DataOf<InstanceType<T>>>,
  ): Parallel<InstanceType<T>> {
    return new (this as any)(ids, components);
  }

  /**
   * The items of all batches, one batch after another, in a new batch of this class. What it has besides components, it
   * has from the first batch. A component that is a column in some batches and an array in others becomes an array.
   * Copies, O(bytes); the batches stay as they are.
   * @param batches of this class, one at least
   * @throws TypeError when there are no batches, or when one has a component that another lacks or that does not go
   * with the other's
   */
  static concat<T extends AnyBatchClass>(
    this: T,
    batches: Iterable<InstanceType<T> | Parallel<InstanceType<T>>>,
  ): Parallel<InstanceType<T>> {
    return concatBatches(this as any, batches as Iterable<Batch>) as any;
  }

  /** How many items there are. */
  get length(): number {
    return this.indices.length;
  }

  /**
   * The position of an item, from 0. O(1), after a first call that is O(items).
   * @param id of the item
   * @throws RangeError for an id that is not in the batch, or is in it more than once
   */
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
    if (position === undefined) throw new RangeError(`${className(this)} has no item ${shownValue(id)}.`);
    if (position === ambiguous) {
      throw new RangeError(
        `${className(this)} has item ${shownValue(id)} more than once, at positions ${placesOf(id, this.indices)}: ` +
          "use positions instead of ids.",
      );
    }
    return position;
  }

  /**
   * The absolute paths of the items' files, in the order of the items: an action with `init: "paths"` runs for each.
   * @throws RangeError unless the items are files, which come into a dataset by `Dataset.fromFiles`
   */
  get paths(): readonly string[] {
    return this.indices.map((id) => pathIn(this, id));
  }

  /**
   * The absolute path of an item's file.
   * @param id of the item
   * @throws RangeError for an item that is not a file
   */
  pathOf(id: I): string {
    return pathIn(this, id);
  }

  /**
   * What one item has of every component: numbers, views of rows, elements of arrays. Copies no row.
   * @param id of the item
   * @throws RangeError for an id that is not in the batch, or is in it more than once
   */
  at(id: I): { [K in keyof C]: RowOf<C[K]> } {
    checkAlive(this);
    const position = this.positionOf(id);
    return Object.fromEntries(
      Object.entries(componentsOf(this)).map(([name, component]) => [name, elementAt(component, position)]),
    ) as { [K in keyof C]: RowOf<C[K]> };
  }

  /**
   * Sets components, from arrays too, which are copied into columns as in `Batch.from`.
   * @param components arrays and columns by name, with an element or a row for each item
   * @returns the batch
   * @throws TypeError, RangeError for a component that is not an array or has another length than the batch
   */
  set(components: Components<C>): this {
    checkComponents(components, className(this));
    Object.assign(this.data, components);
    return this;
  }

  /**
   * Makes a column of zeros a component: a dense one, or a ragged one where `shapes` are given. O(bytes).
   * @param name of the component; one that is there is replaced
   * @param how what the column has
   * @returns the column
   * @throws RangeError when the shared memory has no room for it, or the values have another length
   */
  allocate<
    K extends keyof C & string,
    D extends Dtype,
    const S extends readonly number[] = [],
    L extends Lengths = never,
  >(
    name: K,
    how: {
      /** Type of the elements: `"f64"`, `"u8"` and the like. */
      dtype: OrWrong<D, WrongColumn<K, C[K], D, [L] extends [never] ? RowOfShape<D, S> : ArrayOf<D>>>;
      /**
       * Shape of one item, the same for all.
       * @default [] — a number for each item
       */
      shape?:
        | OrWrong<
            S,
            [L] extends [never] ? never : "The shapes of each item are given: leave out the shape of all."
          >
        | undefined;
      /**
       * Of each item its length, or the sizes of its image, for a ragged column.
       * @default none: all items have one shape
       */
      shapes?: L | undefined;
      /**
       * What to fill it with, by copying: all elements, item after item, the last dimension fastest, or an array for each item.
       * @default zeros
       */
      values?: ArrayOf<D> | readonly ArrayOf<D>[] | undefined;
    },
  ): [L] extends [never] ? Dense<D, S> : Ragged<D>;
  allocate(name: keyof C & string, how: object): any {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(
        `${className(this)}.allocate() takes the name of the component that it makes, got ${shownValue(name)}.`,
      );
    }
    const column = allocateColumn(this.length, how as Allocation, `${className(this)}.data.${name}`);
    (this.data as Record<string, unknown>)[name] = column;
    return column;
  }

  /**
   * One invocation per item with its row of each named component, for `run` and for an init written by hand. Copies nothing.
   * @param names the components
   * @throws TypeError for no names, or what is not a name; Error for a component that does not exist
   */
  rows<const N extends readonly (keyof C & string)[]>(
    ...names: N
  ): Rows<{ -readonly [K in keyof N]: C[N[K]] }> {
    checkNames(names, "rows()");
    return new Rows(
      names.map((name) => (this.data as Record<string, Component>)[name]),
      this.length,
      names,
    );
  }

  /**
   * A new batch of some of the items, in the order given, an item as often as it is named. It has the class of this one,
   * whose constructor is called with the ids, and the same fields. Copies, O(bytes of these items).
   * @param which the items' ids, or `{ positions }` in this batch
   * @throws RangeError for an id or a position that the batch does not have
   */
  subset(which: Iterable<I> | Positions): this {
    return subsetBatch(this, which);
  }

  /**
   * Batches of the items that follow one another, of the class of this one and with the same fields. Columns are not
   * copied: they share the memory of this batch, so that what is written to a part is written to the whole, and that
   * memory goes when all parts and the whole are disposed of.
   * @param parts how many, of lengths that differ by one at most; or the length of each
   * @throws RangeError when the lengths do not sum up to that of the batch
   */
  split(parts: number | readonly number[]): this[] {
    return splitBatch(this, parts);
  }

  /**
   * Writes ids and components to an Arrow file, with the types that `toArrow` of `nogil/arrow` writes. Node only; needs
   * `@uwdata/flechette`. The file appears when it is whole, and replaces one of that name.
   * @param path of the file, or its URL
   * @param options name of the column for the ids, types, rows in a record batch
   * @throws TypeError naming a component that is not an Arrow column
   */
  async save(path: string | URL, options?: ToArrowOptions): Promise<void> {
    const { saveBatch } = await import("../arrow/files.js");
    await saveBatch(this, path, options);
  }

  /**
   * A batch of this class from an Arrow file or stream. It is read into shared memory, where columns use it in place
   * whenever they can, see `fromArrow` of `nogil/arrow`. Node only; needs `@uwdata/flechette`.
   * @param path of the file, or its URL
   * @param options the columns to take, what nulls become, dtypes to convert to
   * @throws TypeError when the file is not Arrow's, or naming the column that no component holds
   */
  static async load<T extends AnyBatchClass>(
    this: T,
    path: string | URL,
    options?: FromArrowOptions,
  ): Promise<Parallel<InstanceType<T>>> {
    const { loadBatch } = await import("../arrow/files.js");
    return loadBatch(this, path, options);
  }

  /**
   * The same batch, whose parallel methods run as given here: on another target, cancellable, with a timeout. It costs an object;
   * the batch itself stays as it is.
   * @param options the options of a call
   * @throws TypeError for an option that does not exist, or a value that it does not take
   */
  with(options: CallOptions): this {
    return withOptions(this, options);
  }

  /**
   * Frees the memory of every column that is a component of this batch, or was one, now. Columns shared with
   * another batch go too. Calls in flight keep what they need until they are done. Without it, the memory of a column is
   * freed once garbage collection finds it unreachable.
   */
  dispose(): void {
    disposeWhenUnused(this, () => disposeComponents(this));
  }

  /** `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What `JSON.stringify` writes: the ids, every component by its values, and fields. O(bytes). */
  toJSON(): object {
    checkAlive(this);
    return batchToJson(this);
  }

  /** @internal what of a batch travels to a worker */
  [stateKey](): object {
    return { own: fieldsOf(this), components: { ...componentsOf(this) }, paths: packPaths(this) };
  }

  /** @internal a batch from what has travelled; no constructor runs */
  static [reviveKey](state: BatchState): object {
    const batch = Object.assign(Object.create(this.prototype), state.own);
    if (batch.indices) keepAsIds(batch.indices);
    attach(batch, state.components);
    unpackPaths(batch, state.paths);
    return state.limits ? limited(batch, state.limits) : batch;
  }
}

knownAcrossCopies(Batch, "Batch", "any");

// what Node's console prints; on the prototype only, since a symbol that is not unique has no place in a type
Object.defineProperty(Batch.prototype, inspectKey, { value: inspectBatch });

// no accessor of the class, which a field of the same name could not override
Object.defineProperty(Batch.prototype, "signal", {
  get(this: Batch) {
    return runningItem()?.signal ?? signalOf(this) ?? new AbortController().signal;
  },
  set(this: Batch, value: unknown) {
    Object.defineProperty(this, "signal", { value, writable: true, enumerable: true, configurable: true });
  },
  configurable: true,
});

const ambiguous = -1;

function placesOf(id: unknown, indices: readonly unknown[]): string {
  const places = [...indices.keys()].filter((place) => indices[place] === id);
  const shown = places.slice(0, 5).map(String);
  if (places.length > shown.length) return `${shown.join(", ")} and ${places.length - shown.length} more`;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

const positionsOf = new WeakMap<object, Map<unknown, number>>();
