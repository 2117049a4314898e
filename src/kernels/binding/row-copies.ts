import { type Dtype, type TypedArray, typedArrays } from "../../abi/dtype.js";
import type { KernelParameter } from "../../abi/kernel.js";
import { bytesOf, leadOf, type Stretch, stretchesOf, type Viewed } from "../../columns/stretches.js";
import { Numbers } from "./numbers.js";

// SIMD loads want no more
const rowAlignment = 16;

/** Where the addresses of a parameter's rows are written down. */
export interface Addressed {
  readonly parameter: KernelParameter;
  readonly addresses: Uint32Array;
  /** whether its one row is for all items */
  readonly common: boolean;
}

type Memory = ArrayBufferLike | Numbers;

/** A row outside of shared memory: the bytes that it has, and who wants to know where their copy lies. */
interface CopiedRow extends Viewed<Memory> {
  readonly table: Addressed;
  readonly i: number;
}

/**
 * The rows of a call that lie outside of shared memory. What they have of a buffer is copied once, so that rows which
 * overlap there overlap in the copy, too. What else is in the buffer is neither copied nor written.
 */
export class RowCopies {
  #rows: CopiedRow[] = [];
  #numbers: Map<Dtype, Map<object, Numbers>> | undefined;
  #copied: readonly Stretch<Memory>[] = [];
  // what kernels may change of them
  #written: readonly Stretch<Memory>[] = [];

  add(view: TypedArray, table: Addressed, i: number): void {
    const { buffer, byteOffset: begin, byteLength, BYTES_PER_ELEMENT: size } = view;
    this.#rows.push({ buffer, begin, end: begin + byteLength, size, at: 0, within: undefined, table, i });
  }

  addNumbers(values: readonly unknown[], dtype: Dtype, table: Addressed, i: number): void {
    const size = typedArrays[dtype].BYTES_PER_ELEMENT;
    const buffer = this.#numbersOf(values, dtype);
    this.#rows.push({
      buffer,
      begin: 0,
      end: values.length * size,
      size,
      at: 0,
      within: undefined,
      table,
      i,
    });
  }

  // an array may be given for rows of several dtypes
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
   * @param begin where the space for them begins
   * @param failed items that do not run, so that nobody needs their rows
   * @returns where the space ends
   */
  arrange(begin: number, failed: ReadonlyMap<number, unknown>): number {
    if (failed.size > 0) this.#rows = this.#rows.filter(({ table, i }) => table.common || !failed.has(i));
    this.#copied = stretchesOf(this.#rows);
    let end = begin;
    for (const stretch of this.#copied) {
      stretch.at = end + leadOf(stretch);
      end += bytesFor(stretch);
    }
    return end;
  }

  /** Fills the block, and writes down where the rows lie. */
  copyIn(memory: ArrayBufferLike, block: number, bytes: number): void {
    const copies = new Uint8Array(memory as ArrayBuffer, block, bytes);
    for (const stretch of this.#copied) {
      const { buffer, begin, end, at } = stretch;
      stretch.at = block + at;
      if (buffer instanceof Numbers) {
        buffer.copyTo(memory, stretch.at);
      } else {
        copies.set(new Uint8Array(buffer as ArrayBuffer, begin, end - begin), at);
      }
    }
    for (const { table, i, begin, within } of this.#rows) {
      table.addresses[i] = within!.at + begin - within!.begin;
    }
    this.#findWritten();
  }

  #findWritten(): void {
    if (this.#rows.every(isWritten)) {
      this.#written = this.#copied;
      return;
    }
    const rows = this.#rows.filter(isWritten);
    this.#written = stretchesOf(rows);
    for (const { table, i, begin, within } of rows) within!.at = table.addresses[i] - (begin - within!.begin);
  }

  /** What `copyBack` is going to write. */
  get bytesBack(): number {
    return this.#written.reduce((sum, stretch) => sum + bytesOf(stretch), 0);
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

  /** Reports what is copied in and back. What rows of several parameters have in common counts for the first of them. */
  report(
    places: ReadonlyMap<string, number>,
    count: (place: number, bytesIn: number, bytesOut: number) => void,
  ): void {
    for (const [stretch, place] of firstPlaces(this.#rows, places)) count(place, bytesFor(stretch), 0);
    for (const [stretch, place] of firstPlaces(this.#rows.filter(isWritten), places))
      count(place, 0, bytesOf(stretch));
  }
}

function isWritten({ table }: CopiedRow): boolean {
  return !table.parameter.readonly;
}

function firstPlaces(
  rows: readonly CopiedRow[],
  places: ReadonlyMap<string, number>,
): ReadonlyMap<Stretch<Memory>, number> {
  const first = new Map<Stretch<Memory>, number>(stretchesOf(rows).map((stretch) => [stretch, places.size]));
  for (const { table, within } of rows) {
    first.set(within!, Math.min(first.get(within!)!, places.get(table.parameter.name)!));
  }
  return first;
}

function bytesFor(stretch: Stretch<Memory>): number {
  return Math.ceil((leadOf(stretch) + bytesOf(stretch)) / rowAlignment) * rowAlignment;
}

function writeBack({ buffer, begin, end, at }: Stretch<Memory>, memory: ArrayBufferLike): void {
  if (buffer instanceof Numbers) {
    buffer.copyFrom(memory, at);
    return;
  }
  // a buffer that was transferred has no bytes any more
  const present = Math.min(end, buffer.byteLength);
  if (begin < present) {
    const written = new Uint8Array(memory as ArrayBuffer, at, present - begin);
    new Uint8Array(buffer as ArrayBuffer, begin, present - begin).set(written);
  }
  if (present < end) {
    throw new Error(
      `A row's buffer was ${buffer.byteLength === 0 ? "transferred" : "made smaller"} while the call ran, so that what the ` +
        "kernel wrote there is lost: leave the rows alone until the call is done.",
    );
  }
}
