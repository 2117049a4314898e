/// <reference lib="esnext.disposable" preserve="true" />

import type { ArrayOf, Dtype, ScalarOf } from "../abi/dtype.js";
import type { FrameParameter } from "../abi/frame.js";

/**
 * Numeric storage in shared memory, one row an item. Every thread of the process sees the same bytes: views are never
 * copies, and writing to one writes to the column.
 */
export interface Column<D extends Dtype = Dtype, Row = unknown> {
  /** type of the elements: `f64`, `u8` and the like */
  readonly dtype: D;
  /** items */
  readonly length: number;
  /**
   * Dense: `[N]`, or `[N, …]` where every item has the shape that follows. Ragged: `[N, null]`, items of one dimension
   * and any length, or `[N, null, …]` images; `shapeAt` returns the shape of one.
   */
  readonly shape: readonly (number | null)[];
  /** All elements, item after item, as a view. O(1), but for a ragged column that a kernel made: see `RaggedColumn`. */
  readonly values: ArrayOf<D>;
  /** Ragged only: `N + 1` element positions in `values`, as Arrow's List has them; item `i` is `[offsets[i], offsets[i + 1])`. */
  readonly offsets?: Uint32Array;
  /**
   * One item: a number (bigint for 64-bit integers) where the shape is `[N]`, else a view, which copies nothing.
   * @param i position of the item, from 0
   * @throws RangeError for a position that the column does not have
   */
  at(i: number): Row;
  /** The items in order, each as `at` returns it. */
  [Symbol.iterator](): IterableIterator<Row>;
  /** An ordinary array of the items, each as `at` returns it: numbers are copied, rows stay views. O(items). */
  toArray(): Row[];
  /**
   * An ordinary array of what `fn` returns for each item.
   * @param fn gets the item, as `at` returns it, its position and the column
   */
  map<T>(fn: (item: Row, i: number, column: Column<D, Row>) => T): T[];
  /** Numbers in arrays, nested as the items' shapes are; 64-bit integers are strings. What `JSON.stringify` writes. O(elements). */
  toJSON(): unknown[];
  /**
   * Shape of one item: `[]` for a number.
   * @param i position of the item, from 0
   * @throws RangeError for a position that the column does not have
   */
  shapeAt(i: number): readonly number[];
  /** Where a kernel finds the items. */
  readonly layout: FrameParameter;
  /**
   * Frees the memory now; using the column afterwards throws. Without it, that happens once the column and its views are
   * unreachable.
   */
  dispose(): void;
  /** `dispose`, for `using`. */
  [Symbol.dispose](): void;
}

/** A column whose items may differ in length (or, for images, in shape). `Ragged<"f32">` has rows of Float32Array. */
export type Ragged<D extends Dtype> = Column<D, ArrayOf<D>>;

/** A column of items of one shape: `Dense<"f64">` holds a number each, `Dense<"u8", [480, 640, 3]>` an image each. */
export type Dense<D extends Dtype, ItemShape extends readonly number[] = []> = Column<
  D,
  ItemShape extends readonly [] ? ScalarOf<D> : ArrayOf<D>
>;

/** What a batch holds under one name: a column, or an ordinary array with an element for each item. */
export type Component = Column | readonly unknown[];
