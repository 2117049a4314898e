import { type ArrayOf, type Dtype, dtypeOf, isTypedArray, typedArrays } from "../abi/dtype.js";
import type { FrameParameter } from "../abi/frame.js";
import { knownAcrossCopies } from "../base/copies.js";
import { AsValues, ownGetter, showOwn } from "./as-values.js";
import type { Column } from "./column.js";
import { checkDtype, checkPosition, DenseColumn, knownDtypeOf, viewOf } from "./dense.js";
import { type Items, type Measured, measure } from "./measure.js";
import { sharedMemory } from "./memory.js";
import { align, ownedAddress, Storage } from "./storage.js";
import { copyRows, wordsIn, wordsOf } from "./words.js";

/** Where each item of a ragged column lies, and its shape. */
export interface Rows extends Measured {
  /** bytes into the buffer */
  readonly addresses: Uint32Array;
}

/**
 * A column whose items may differ in length. Tables of addresses and lengths say where each lies, so that a kernel's
 * results become a column where the kernel left them.
 *
 * Elements of a column that a kernel made may lie apart. The first use of its `values` or `offsets` then moves them
 * together, once, O(bytes): views got from `at` before that keep their elements, but are the column's no longer.
 */
export class RaggedColumn<D extends Dtype = Dtype>
  extends AsValues<D, ArrayOf<D>>
  implements Column<D, ArrayOf<D>>
{
  readonly length: number;
  #storage: Storage;
  #rows: Rows;
  #shape?: readonly (number | null)[];
  #offsets?: Uint32Array;
  #values?: ArrayOf<D>;
  // `values` is none of them: it may move them
  static readonly #own = {
    shape: ownGetter(RaggedColumn.prototype, "shape"),
    items: ownGetter(RaggedColumn.prototype, "items"),
  };

  constructor(
    storage: Storage,
    readonly dtype: D,
    rows: Rows,
    /** all elements, where it is known that they lie one after another */
    values?: ArrayOf<D>,
  ) {
    super();
    this.#storage = storage;
    this.#rows = rows;
    this.#values = values;
    this.length = rows.addresses.length;
    showOwn(this, RaggedColumn.#own);
  }

  get storage(): Storage {
    return this.#storage;
  }

  get addresses(): Uint32Array {
    return this.#rows.addresses;
  }

  get lengths(): Uint32Array {
    return this.#rows.lengths;
  }

  get sizes(): Uint32Array | undefined {
    return this.#rows.sizes;
  }

  get dimensions(): number {
    return this.#rows.dimensions;
  }

  /** `[N, null]`; of images `[N, null, null, 3]`, where a later dimension that all items agree on stands as a number. */
  get shape(): readonly (number | null)[] {
    this.#shape ??= [this.length, null, ...this.#agreed()];
    return this.#shape;
  }

  get values(): ArrayOf<D> {
    this.#storage.check();
    this.#values ??= this.#together();
    return this.#values;
  }

  get offsets(): Uint32Array {
    if (!this.#offsets) {
      void this.values;
      const { lengths } = this;
      const offsets = new Uint32Array(lengths.length + 1);
      for (let i = 0; i < lengths.length; i++) offsets[i + 1] = offsets[i] + lengths[i];
      this.#offsets = offsets;
    }
    return this.#offsets;
  }

  at(i: number): ArrayOf<D> {
    this.#storage.check();
    checkPosition(i, this.length);
    return viewOf(this.#storage.buffer, this.dtype, this.addresses[i], this.lengths[i]);
  }

  shapeAt(i: number): readonly number[] {
    checkPosition(i, this.length);
    const { sizes, dimensions, lengths } = this.#rows;
    if (!sizes) return [lengths[i]];
    const shape: number[] = [];
    for (let d = 0; d < dimensions; d++) shape.push(sizes[i * dimensions + d]);
    return shape;
  }

  get layout(): FrameParameter {
    this.#storage.check();
    const base = ownedAddress(this.addresses);
    const lengths = ownedAddress(this.lengths);
    if (base === undefined || lengths === undefined) {
      throw new Error("Only a column in this thread's shared memory has a layout for kernels.");
    }
    return { base, stride: 0, length: 0, lengths };
  }

  /**
   * The same elements as a dense column, if all items have one shape. It shares this one's memory, which goes when both
   * are disposed of; only where the elements lie apart are they moved together first, O(bytes).
   * @throws TypeError when shapes differ
   */
  toDense(): DenseColumn<D, ArrayOf<D>> {
    const itemShape = this.length > 0 ? this.shapeAt(0) : Array(this.dimensions).fill(0);
    const itemSizes = this.sizes ?? this.lengths;
    const dimensions = itemShape.length;
    for (let odd = 0; odd < itemSizes.length; odd++) {
      if (itemSizes[odd] === itemShape[odd % dimensions]) continue;
      const item = Math.floor(odd / dimensions);
      throw new TypeError(
        `A dense column has items of one shape: item 0 has [${itemShape}], item ${item} [${this.shapeAt(item)}].`,
      );
    }
    const { byteOffset } = this.values;
    return new DenseColumn(this.#storage.share(), this.dtype, [this.length, ...itemShape], byteOffset);
  }

  dispose(): void {
    this.#storage.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** By which assertions compare: as `toArray()`, with the shape of each image. */
  get items(): readonly unknown[] {
    return this.sizes ? this.map((values, i) => ({ shape: this.shapeAt(i), values })) : this.toArray();
  }

  protected get kind(): string {
    return "Ragged";
  }

  protected get isDisposed(): boolean {
    return this.#storage.disposed;
  }

  #agreed(): (number | null)[] {
    const { sizes, dimensions } = this.#rows;
    return Array.from({ length: dimensions - 1 }, (_, d) => {
      for (let i = 1; i < this.length; i++) {
        if (sizes![i * dimensions + d + 1] !== sizes![d + 1]) return null;
      }
      return this.length > 0 ? sizes![d + 1] : null;
    });
  }

  #together(): ArrayOf<D> {
    const { addresses, lengths } = this.#rows;
    if (!areAdjacent(this.#rows, this.dtype)) {
      if (this.#storage.lease?.retained) {
        throw new Error(
          "The items of this column are not contiguous, and cannot be moved together while a call uses them: await it first.",
        );
      }
      const copy = unclearedRagged(this.dtype, this.#rows);
      const bytes = copy.values.BYTES_PER_ELEMENT;
      const all = { begin: 0, end: this.length };
      copyRows(wordsIn(this.#storage.buffer, bytes), this, bytes, all, wordsOf(copy.values, bytes), 0);
      this.#storage.dispose();
      this.#storage = copy.#storage;
      this.#rows = copy.#rows;
      return copy.values;
    }
    const elements = sumOf(lengths);
    const first = lengths.findIndex((length) => length > 0);
    // also without elements the column lies somewhere: to kernels, address 0 is an argument left out
    const begin = first < 0 ? (this.#storage.lease?.blocks[0] ?? 0) : addresses[first];
    return viewOf(this.#storage.buffer, this.dtype, begin, elements);
  }
}

knownAcrossCopies(RaggedColumn, "RaggedColumn", "sharing");

function areAdjacent({ addresses, lengths }: Rows, dtype: Dtype): boolean {
  const bytes = typedArrays[dtype].BYTES_PER_ELEMENT;
  let end: number | undefined;
  for (let i = 0; i < addresses.length; i++) {
    if (lengths[i] === 0) continue;
    if (end !== undefined && addresses[i] !== end) return false;
    end = addresses[i] + lengths[i] * bytes;
  }
  return true;
}

/**
 * A new column of zeros in shared memory, with items of the given lengths; of images, `[height, width]` or
 * `[height, width, channels]` each.
 * @throws TypeError for sizes that are none; RangeError when shared memory is full
 */
export function ragged<D extends Dtype>(dtype: D, items: Items): RaggedColumn<D> {
  checkDtype(dtype);
  return raggedOf(dtype, measure(items), true);
}

/**
 * A new column with the elements of the arrays, copied, which all must be of one dtype; `shapes` makes images of them.
 * @throws TypeError when dtypes differ, or there are neither arrays nor a dtype; RangeError when a shape does not fit its
 * array, or shared memory is full
 */
export function raggedFrom<D extends Dtype = Dtype>(
  arrays: readonly ArrayOf<D>[],
  dtype?: D,
  shapes?: readonly (readonly number[])[],
): RaggedColumn<D> {
  const common = dtype ?? (arrays.length > 0 ? (knownDtypeOf(arrays[0]) as D) : undefined);
  if (!common)
    throw new TypeError("Without arrays a ragged column needs a dtype: pass one as the second argument.");
  checkDtype(common);
  const lengths = new Uint32Array(arrays.length);
  for (let i = 0; i < arrays.length; i++) {
    const array = arrays[i];
    if (!isTypedArray(array) || dtypeOf(array) !== common) {
      throw new TypeError(
        `A ragged column of ${common} takes arrays of ${common}: item ${i} is ${nameOf(array)}.`,
      );
    }
    lengths[i] = array.length;
  }
  const items = shapes ? measure(shapes) : { lengths, dimensions: 1 };
  for (let i = 0; i < lengths.length; i++) {
    if (items.lengths[i] === lengths[i] && items.lengths.length === lengths.length) continue;
    throw new RangeError(
      `Item ${i} has ${lengths[i]} elements, which is not shape [${shapes?.[i]?.join(", ")}].`,
    );
  }
  const column = unclearedRagged(common, items);
  const values = column.values as Float64Array;
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    values.set(arrays[i] as Float64Array, at);
    at += lengths[i];
  }
  return column;
}

/**
 * A column of rows that lie in allocated blocks of shared memory, which it owns from now on. Nothing is copied.
 * @param tables addresses of two tables of `length` words: where each row lies, and its length in elements
 */
export function columnFromRows<D extends Dtype>(
  dtype: D,
  length: number,
  tables: { addresses: number; lengths: number },
  blocks: readonly number[],
): RaggedColumn<D> {
  const storage = Storage.of(blocks);
  const table = (address: number) => viewOf(storage.buffer, "u32", address, length);
  return new RaggedColumn(storage, dtype, {
    addresses: table(tables.addresses),
    lengths: table(tables.lengths),
    dimensions: 1,
  });
}

/**
 * A column of rows that lie in views of other columns, whose memory stays as long as this column does. Only the tables are
 * made, O(items).
 * @param places address in bytes and length in elements of each row, and shapes
 */
export function raggedOver<D extends Dtype>(
  dtype: D,
  places: { addresses: ArrayLike<number> } & Measured,
  views: readonly ArrayBufferView[],
): RaggedColumn<D> {
  const { addresses, lengths, sizes, dimensions } = places;
  const bytes = align(4 * lengths.length);
  const tables = sharedMemory().allocate(2 * bytes);
  const storage = Storage.of([tables], views);
  const table = (address: number, content: ArrayLike<number>) => {
    const view = viewOf(storage.buffer, "u32", address, content.length);
    view.set(content);
    return view;
  };
  return new RaggedColumn(storage, dtype, {
    addresses: table(tables, addresses),
    lengths: table(tables + bytes, lengths),
    sizes,
    dimensions,
  });
}

/** A new column of these items with whatever was in that memory, for a caller who writes every element. */
export function unclearedRagged<D extends Dtype>(dtype: D, items: Measured): RaggedColumn<D> {
  return raggedOf(dtype, items, false);
}

function raggedOf<D extends Dtype>(
  dtype: D,
  { lengths, sizes, dimensions }: Measured,
  zeroed: boolean,
): RaggedColumn<D> {
  const count = lengths.length;
  const bytesEach = typedArrays[dtype].BYTES_PER_ELEMENT;
  const elements = sumOf(lengths);
  const tableBytes = align(4 * count);
  const { storage, address } = Storage.allocate(2 * tableBytes + elements * bytesEach, zeroed);
  const addresses = viewOf(storage.buffer, "u32", address, count);
  const ownLengths = viewOf(storage.buffer, "u32", address + tableBytes, count);
  ownLengths.set(lengths);
  const begin = address + 2 * tableBytes;
  for (let i = 0, next = begin; i < count; i++) {
    addresses[i] = next;
    next += lengths[i] * bytesEach;
  }
  const rows = { addresses, lengths: ownLengths, sizes, dimensions };
  return new RaggedColumn(storage, dtype, rows, viewOf(storage.buffer, dtype, begin, elements));
}

function sumOf(lengths: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) sum += lengths[i];
  return sum;
}

function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null
    ? `a ${value.constructor?.name ?? "null-prototype object"}`
    : String(value);
}
