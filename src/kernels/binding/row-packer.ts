import { type Dtype, type TypedArray, typedArrays } from "../../abi/dtype.js";
import type { KernelParameter } from "../../abi/kernel.js";
import type { SharedMemory } from "../../columns/memory.js";
import { align, ownedAddress, retainView } from "../../columns/storage.js";
import { type Addressed, RowCopies } from "./row-copies.js";
import { acquireBlock, releaseBlock } from "./small-blocks.js";

interface Table {
  readonly parameter: KernelParameter;
  readonly values: TypedArray;
  readonly offset: number;
}

/** What becomes of one parameter's arguments. */
export interface Cost {
  bytesIn: number;
  bytesOut: number;
}

/**
 * Brings arguments into shared memory, in one block: scalars into arrays, rows into tables. Typed arrays that lie there
 * already are used in place; of all others the bytes are copied once, however many views of them are given.
 */
export class Packer {
  readonly #memory: SharedMemory;
  readonly #rows = new RowCopies();
  readonly #tables: Table[] = [];
  #retained: Map<object, () => void> | undefined;
  #bytes = 0;
  #address: number | undefined;
  /** what all rows have together, in bytes */
  rowBytes = 0;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  /** Reserves space for a table, which is copied when the block is made. */
  reserve(values: TypedArray, parameter: KernelParameter): number {
    const offset = this.#bytes;
    this.#tables.push({ parameter, values, offset });
    this.#bytes += align(values.byteLength);
    return offset;
  }

  /** Writes down where a row lies: at once if it is in shared memory, else when the block is made. */
  place(row: TypedArray, table: Addressed, i: number): void {
    this.rowBytes += row.byteLength;
    const owned = ownedAddress(row);
    if (owned === undefined) {
      this.#rows.add(row, table, i);
    } else {
      table.addresses[i] = owned;
      this.#retain(row);
    }
  }

  /** The same for an array of numbers. */
  placeNumbers(row: readonly unknown[], dtype: Dtype, table: Addressed, i: number): void {
    this.rowBytes += row.length * typedArrays[dtype].BYTES_PER_ELEMENT;
    this.#rows.addNumbers(row, dtype, table, i);
  }

  #retain(view: TypedArray): void {
    this.#retained ??= new Map();
    if (!this.#retained.has(view.buffer)) this.#retained.set(view.buffer, retainView(view));
  }

  /**
   * Makes the block and fills it.
   * @param failed items that are not to run
   * @throws RangeError when shared memory is full
   */
  pack(failed: ReadonlyMap<number, unknown>): void {
    this.#bytes = this.#rows.arrange(this.#bytes, failed);
    if (this.#bytes === 0) return;
    this.#address = acquireBlock(this.#memory, this.#bytes, "copying arguments in");
    const buffer = this.#memory.bufferTo(this.#address + this.#bytes);
    // rows first: then the tables have their addresses
    this.#rows.copyIn(buffer, this.#address, this.#bytes);
    for (const { values, offset } of this.#tables) {
      viewLike(values, buffer, this.#address + offset).set(values as never);
    }
  }

  addressOf(offset: number): number {
    return this.#address! + offset;
  }

  /** What was copied in, tables of scalars included. */
  get bytesIn(): number {
    return this.#bytes;
  }

  /** What `copyBack` is going to write. */
  get bytesBack(): number {
    return this.#rows.bytesBack;
  }

  /** What each parameter has of the bytes that are copied in and back. */
  costs(parameters: readonly KernelParameter[]): Cost[] {
    const costs = parameters.map((): Cost => ({ bytesIn: 0, bytesOut: 0 }));
    const places = new Map(parameters.map(({ name }, p) => [name, p]));
    for (const { parameter, values } of this.#tables) {
      costs[places.get(parameter.name)!].bytesIn += align(values.byteLength);
    }
    this.#rows.report(places, (p, bytesIn, bytesOut) => {
      costs[p].bytesIn += bytesIn;
      costs[p].bytesOut += bytesOut;
    });
    return costs;
  }

  /** Writes back what a kernel may have changed. @returns how many bytes */
  copyBack(): number {
    this.#rows.copyBack(this.#memory.buffer);
    return this.bytesBack;
  }

  /** Releases the block, and what it retained. */
  release(): void {
    if (this.#address !== undefined) releaseBlock(this.#memory, this.#address);
    this.#address = undefined;
    for (const release of this.#retained?.values() ?? []) release();
    this.#retained = undefined;
  }
}

function viewLike(values: TypedArray, buffer: ArrayBufferLike, address: number): TypedArray {
  return new (values.constructor as typeof Uint8Array)(buffer as ArrayBuffer, address, values.length);
}
