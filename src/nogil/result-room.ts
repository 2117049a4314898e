import { type DenseColumn, dense } from "../columns/dense.js";
import type { SharedMemory } from "../columns/memory.js";
import { columnFromRows } from "../columns/ragged.js";
import { align } from "../columns/storage.js";
import type { Outcome } from "../engines/engine.js";
import type { KernelSignature } from "../kernel.js";
import type { Room } from "./protocol.js";
import { storageOf } from "./scalars.js";

/**
 * Where a call's results go: numbers into a column; arrays into segments, with tables of where each lies. What becomes no
 * part of a column is given back.
 */
export class ResultRoom {
  readonly #memory: SharedMemory;
  readonly #length: number;
  readonly #result: KernelSignature["result"];
  readonly #numbers?: DenseColumn;
  readonly #tables?: number;
  readonly #segments: number[] = [];

  /** @throws RangeError when shared memory is full */
  constructor(memory: SharedMemory, { result }: KernelSignature, length: number) {
    this.#memory = memory;
    this.#length = length;
    this.#result = result;
    if (result.kind === "scalar") this.#numbers = dense(storageOf(result.type), [length]) as DenseColumn;
    else if (result.kind === "array") {
      this.#tables = memory.allocate(2 * align(4 * length), { zeroed: true, purpose: "a table of results" });
    }
  }

  get returnsArrays(): boolean {
    return this.#tables !== undefined;
  }

  /** Address of the results, and of their lengths, as a frame has them. */
  get words(): { results: number; lengths: number } {
    if (this.#tables === undefined) return { results: this.#numbers?.address ?? 0, lengths: 0 };
    return { results: this.#tables, lengths: this.#tables + align(4 * this.#length) };
  }

  /** Takes an allocated block over that is filled up to `top`; the rest is free again. */
  keep({ address, bytes }: Room, top = address + bytes): void {
    if (top <= address) {
      this.#memory.free(address);
      return;
    }
    const rest = this.#memory.heap.split(address, top - address);
    if (rest !== undefined) this.#memory.free(rest);
    this.#segments.push(address);
  }

  /** Bytes of returned arrays. */
  get bytes(): number {
    return this.#segments.reduce((sum, address) => sum + this.#memory.heap.sizeOf(address)!, 0);
  }

  /** The results, whose memory is their column's from now on. */
  take(failures: ReadonlyMap<number, Error>): Outcome {
    const length = this.#length;
    for (const item of failures.keys()) this.#clear(item);
    if (this.#result.kind === "void") return { length, failures };
    if (this.#result.kind === "scalar") {
      const column = this.#numbers!;
      if (this.#result.type !== "bool") return { length, column, failures };
      return {
        length,
        column,
        values: Array.from(column.values as Uint8Array, (value) => value !== 0),
        failures,
      };
    }
    const { results, lengths } = this.words;
    const column = columnFromRows(this.#result.type, length, { addresses: results, lengths }, [
      this.#tables!,
      ...this.#segments,
    ]);
    return { length, column, failures };
  }

  // a worker may have ended after an item left its result, or half of it
  #clear(item: number): void {
    const { buffer } = this.#memory;
    if (this.#numbers) {
      const { address, values } = this.#numbers;
      const bytes = values.BYTES_PER_ELEMENT;
      new Uint8Array(buffer, address + bytes * item, bytes).fill(0);
    }
    if (this.#tables === undefined) return;
    const { results, lengths } = this.words;
    for (const table of [results, lengths]) new Uint32Array(buffer, table + 4 * item, 1)[0] = 0;
  }

  /** Gives everything back, when the call comes to nothing. */
  discard(): void {
    this.#numbers?.dispose();
    if (this.#tables !== undefined) this.#memory.free(this.#tables);
    for (const segment of this.#segments.splice(0)) this.#memory.free(segment);
  }
}
