import { type ArrayOf, type Dtype, isTypedArray, type TypedArray, typedArrays } from "../columns/dtype.js";
import { type Stretch, stretchesOf, type Viewed } from "../columns/stretches.js";
import type { KernelParameter } from "../kernel.js";
import { toScalar } from "./scalars.js";

// SIMD loads want no more
const rowAlignment = 16;

export type Source = TypedArray | readonly unknown[];

/** Where the addresses of a parameter's rows are written down. */
export interface Addressed {
  readonly parameter: KernelParameter;
  readonly addresses: Uint32Array;
  /** whether its one row is for all items */
  readonly common: boolean;
}

/** An array of numbers, as it is copied for rows of one dtype. */
class Numbers {
  constructor(
    readonly values: readonly unknown[],
    readonly dtype: Dtype,
  ) {}
}

/** A row outside of shared memory: the bytes that it has, and who wants to know where their copy lies. */
interface Placed extends Viewed<ArrayBufferLike | Numbers> {
  readonly table: Addressed;
  readonly i: number;
}

/**
 * The rows of a call that lie outside of shared memory. What they have of a buffer is copied once, so that rows which
 * overlap there overlap in the copy, too. What else is in the buffer is neither copied nor written.
 */
export class RowCopies {
  #placed: Placed[] = [];
  #numbers: Map<Dtype, Map<object, Numbers>> | undefined;
  #copied: readonly Stretch<Placed>[] = [];
  // where in the block each of them lies
  #offsets: readonly number[] = [];
  // what kernels may change of them
  #written: readonly Stretch<Placed>[] = [];

  add(source: Source, dtype: Dtype, table: Addressed, i: number): void {
    const size = typedArrays[dtype].BYTES_PER_ELEMENT;
    if (isTypedArray(source)) {
      const { buffer, byteOffset: begin, byteLength } = source;
      this.#placed.push({ buffer, begin, end: begin + byteLength, size, table, i });
    } else {
      const buffer = this.#numbersOf(source, dtype);
      this.#placed.push({ buffer, begin: 0, end: source.length * size, size, table, i });
    }
  }

  // an array of numbers may be given for rows of several dtypes
  #numbersOf(values: readonly unknown[], dtype: Dtype): Numbers {
    this.#numbers ??= new Map();
    const known = this.#numbers.get(dtype) ?? new Map<object, Numbers>();
    this.#numbers.set(dtype, known);
    const numbers = known.get(values) ?? new Numbers(values, dtype);
    known.set(values, numbers);
    return numbers;
  }

  /**
   * Decides where in the block each copy lies.
   * @param begin where the room for them begins
   * @param failed items that do not run, so that nobody needs their rows
   * @returns where the room ends
   */
  arrange(begin: number, failed: ReadonlyMap<number, unknown>): number {
    if (failed.size > 0) {
      this.#placed = this.#placed.filter(({ table, i }) => table.common || !failed.has(i));
    }
    this.#copied = stretchesOf(this.#placed);
    let end = begin;
    this.#offsets = this.#copied.map((stretch) => {
      const offset = end + leadOf(stretch);
      end += roomFor(stretch);
      return offset;
    });
    const writable = this.#placed.filter(({ table }) => !table.parameter.readonly);
    this.#written = writable.length === this.#placed.length ? this.#copied : stretchesOf(writable);
    return end;
  }

  /** Fills the block, and writes down where the rows lie. */
  copyIn(memory: ArrayBufferLike, block: number, bytes: number): void {
    const room = new Uint8Array(memory as ArrayBuffer, block, bytes);
    this.#copied.forEach((stretch, s) => {
      const { buffer, begin, end, views } = stretch;
      const offset = this.#offsets[s];
      if (buffer instanceof Numbers) {
        const { values, dtype } = buffer;
        elementsAt(memory, block + offset, buffer).set(
          values.map((value) => toScalar(dtype, value)) as never,
        );
      } else {
        room.set(new Uint8Array(buffer as ArrayBuffer, begin, end - begin), offset);
      }
      for (const { table, i, begin: at } of views) table.addresses[i] = block + offset + at - begin;
    });
  }

  /** What `copyBack` is going to write. */
  get bytesBack(): number {
    return this.#written.reduce((sum, { begin, end }) => sum + end - begin, 0);
  }

  /**
   * Writes back what kernels may have changed.
   * @throws Error where a row is gone; the others are written nevertheless
   */
  copyBack(memory: ArrayBufferLike): void {
    const failures: unknown[] = [];
    for (const stretch of this.#written) {
      try {
        writeBack(stretch, memory);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Tells what is copied in and back. What rows of several parameters have in common counts for the first of them. */
  tell(
    places: ReadonlyMap<string, number>,
    count: (place: number, bytesIn: number, bytesOut: number) => void,
  ): void {
    const first = ({ views }: Stretch<Placed>) =>
      views.reduce((least, { table }) => Math.min(least, places.get(table.parameter.name)!), places.size);
    for (const stretch of this.#copied) count(first(stretch), roomFor(stretch), 0);
    for (const stretch of this.#written) count(first(stretch), 0, stretch.end - stretch.begin);
  }
}

// elements stay aligned, also in rows that begin in the middle of the stretch
function leadOf({ begin, size }: Stretch<Placed>): number {
  return begin % size;
}

function roomFor(stretch: Stretch<Placed>): number {
  return Math.ceil((leadOf(stretch) + stretch.end - stretch.begin) / rowAlignment) * rowAlignment;
}

function writeBack({ buffer, begin, end, views }: Stretch<Placed>, memory: ArrayBufferLike): void {
  const [{ table, i }] = views;
  const address = table.addresses[i];
  if (buffer instanceof Numbers) {
    const target = buffer.values as unknown[];
    elementsAt(memory, address, buffer).forEach((value, element) => {
      target[element] = value;
    });
    return;
  }
  // a buffer that was transferred has no bytes any more
  const present = Math.min(end, buffer.byteLength);
  if (begin < present) {
    const written = new Uint8Array(memory as ArrayBuffer, address, present - begin);
    new Uint8Array(buffer as ArrayBuffer, begin, present - begin).set(written);
  }
  if (present < end) {
    throw new Error(
      `A row's buffer was ${buffer.byteLength === 0 ? "transferred" : "made smaller"} while the call ran, so that what the ` +
        "kernel wrote there is lost: leave the rows alone until the call is done.",
    );
  }
}

function elementsAt(memory: ArrayBufferLike, address: number, { values, dtype }: Numbers): ArrayOf<Dtype> {
  return new typedArrays[dtype](memory as ArrayBuffer, address, values.length);
}
