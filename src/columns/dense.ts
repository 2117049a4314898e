import {
  type ArrayOf,
  type Dtype,
  dtypeOf,
  dtypes,
  type ScalarOf,
  type TypedArray,
  typedArrays,
} from "../abi/dtype.js";
import type { FrameParameter } from "../abi/frame.js";
import { knownAcrossCopies } from "../base/copies.js";
import { typedArrayName } from "../base/realms.js";
import { AsValues, ownGetter, showOwn } from "./as-values.js";
import type { Column, Dense } from "./column.js";
import { Storage } from "./storage.js";

/** A column whose items all have one shape: one block of elements, item after item, the last dimension fastest. */
export class DenseColumn<D extends Dtype = Dtype, Row = unknown>
  extends AsValues<D, Row>
  implements Column<D, Row>
{
  readonly length: number;
  readonly #storage: Storage;
  readonly #address: number;
  readonly #itemLength: number;
  readonly #all: ArrayOf<D>;
  static readonly #own = { values: ownGetter(DenseColumn.prototype, "values") };

  constructor(
    storage: Storage,
    readonly dtype: D,
    readonly shape: readonly number[],
    address: number,
  ) {
    super();
    this.length = shape[0];
    this.#storage = storage;
    this.#address = address;
    this.#itemLength = product(shape.slice(1));
    this.#all = viewOf(storage.buffer, dtype, address, this.length * this.#itemLength);
    showOwn(this, DenseColumn.#own);
  }

  get storage(): Storage {
    return this.#storage;
  }

  get address(): number {
    return this.#address;
  }

  /** elements of an item */
  get itemLength(): number {
    return this.#itemLength;
  }

  get values(): ArrayOf<D> {
    this.#storage.check();
    return this.#all;
  }

  at(i: number): Row {
    this.#storage.check();
    checkPosition(i, this.length);
    if (this.shape.length === 1) return this.#all[i] as Row;
    return this.#all.subarray(i * this.#itemLength, (i + 1) * this.#itemLength) as Row;
  }

  shapeAt(i: number): readonly number[] {
    checkPosition(i, this.length);
    return this.shape.slice(1);
  }

  get layout(): FrameParameter {
    this.#storage.check();
    const stride = this.#itemLength * this.#all.BYTES_PER_ELEMENT;
    return { base: this.#address, stride, length: this.#itemLength, lengths: 0 };
  }

  dispose(): void {
    this.#storage.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  protected get kind(): string {
    return "Dense";
  }

  protected get isDisposed(): boolean {
    return this.#storage.disposed;
  }
}

knownAcrossCopies(DenseColumn, "DenseColumn", "sharing");

/**
 * A new column of zeros in shared memory. `shape` is `[N]` for a number an item, `[N, …]` for an array each.
 * @throws TypeError for an unknown dtype or a shape that is none; RangeError when shared memory is full
 */
export function dense<D extends Dtype, const S extends readonly [number, ...number[]]>(
  dtype: D,
  shape: S,
): DenseColumn<D, S extends readonly [number] ? ScalarOf<D> : ArrayOf<D>> {
  return make(dtype, shape, true);
}

/**
 * A new column with the elements of `array`, copied: items of `itemShape` one after another.
 * @throws RangeError when the elements do not make whole items, or shared memory is full
 */
export function denseFrom<const S extends readonly number[] = []>(
  array: TypedArray,
  itemShape?: S,
): DenseColumn<Dtype, S extends readonly [] ? number | bigint : TypedArray> {
  const dtype = knownDtypeOf(array);
  const item = product(itemShape ?? []);
  const items = item === 0 ? 0 : array.length / item;
  if (!Number.isInteger(items) || (item === 0 && array.length > 0)) {
    throw new RangeError(
      `${array.length} elements do not make items of shape [${itemShape?.join(", ")}]: expected a multiple of ${item}.`,
    );
  }
  const column = uncleared(dtype, [items, ...(itemShape ?? [])]);
  column.values.set(array as never);
  return column as never;
}

/**
 * A column of elements that lie in a view of another column, whose memory stays as long as this column does. Copies
 * nothing, O(1).
 */
export function denseOver<D extends Dtype>(view: ArrayOf<D>, shape: readonly number[]): DenseColumn<D, any> {
  return new DenseColumn(Storage.of([], [view]), knownDtypeOf(view) as D, [...shape], view.byteOffset);
}

/**
 * So many bytes of shared memory, zeros, as a column. What is read into its `values` is there for `fromArrow` to use in
 * place.
 * @param bytes how many
 * @throws TypeError for what is not a whole number, RangeError when the shared memory has no room for it
 * @cost O(bytes), which are cleared.
 * @example
 * import { sharedBytes } from "nogil";
 * import { fromArrow } from "nogil/arrow";
 *
 * using file = sharedBytes(size);
 * await handle.read(file.values);
 * const again = await fromArrow(file.values, EcgBatch); // columns lie in these bytes
 */
export function sharedBytes(bytes: number): Dense<"u8"> {
  checkShape([bytes], "sharedBytes()");
  return dense("u8", [bytes]);
}

/** As `dense`, with whatever was in that memory, for a caller who writes every element. */
export function uncleared<D extends Dtype>(dtype: D, shape: readonly number[]): DenseColumn<D, any> {
  return make(dtype, shape, false);
}

function make<D extends Dtype>(dtype: D, shape: readonly number[], zeroed: boolean): DenseColumn<D, any> {
  checkDtype(dtype);
  if (shape.length === 0)
    throw new TypeError("A column's shape begins with its number of items: expected [N] or [N, …], got [].");
  checkShape(shape);
  const bytes = product(shape) * typedArrays[dtype].BYTES_PER_ELEMENT;
  const { storage, address } = Storage.allocate(bytes, zeroed);
  return new DenseColumn(storage, dtype, [...shape], address);
}

export function viewOf<D extends Dtype>(
  buffer: ArrayBufferLike,
  dtype: D,
  address: number,
  length: number,
): ArrayOf<D> {
  return new typedArrays[dtype](buffer as ArrayBuffer, address, length) as ArrayOf<D>;
}

export function product(sizes: readonly number[]): number {
  let all = 1;
  for (let d = 0; d < sizes.length; d++) all *= sizes[d];
  // where one is 0 the others may be too many to multiply
  return Number.isNaN(all) && sizes.includes(0) ? 0 : all;
}

export function checkDtype(dtype: string): void {
  if (!(dtypes as string[]).includes(dtype)) {
    throw new TypeError(`There is no dtype "${String(dtype)}": expected one of ${dtypes.join(", ")}.`);
  }
}

export function checkShape(shape: ArrayLike<number>, what = "A shape"): void {
  for (let d = 0; d < shape.length; d++) {
    if (Number.isInteger(shape[d]) && shape[d] >= 0 && shape[d] < 2 ** 32) continue;
    throw new TypeError(
      `${what} takes whole numbers from 0 to ${2 ** 32 - 1}, got ${String(shape[d])} at position ${d}.`,
    );
  }
}

export function checkPosition(i: number, length: number): void {
  if (Number.isInteger(i) && i >= 0 && i < length) return;
  throw new RangeError(
    `There is no item ${String(i)}: the column has ${length}${length > 0 ? `, 0 to ${length - 1}` : ""}.`,
  );
}

export function knownDtypeOf(array: ArrayBufferView): Dtype {
  const dtype = dtypeOf(array);
  if (dtype) return dtype;
  throw new TypeError(
    `A ${typedArrayName(array) ?? "DataView"} cannot be a column: expected a typed array of ${dtypes.join(", ")}.`,
  );
}
