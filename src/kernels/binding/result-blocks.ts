import { type TypedArray, typedArrays } from "../../abi/dtype.js";
import type { KernelSignature, ScalarType } from "../../abi/kernel.js";
import { wholeView } from "../../abi/whole-view.js";
import type { Outcome } from "../../call/job.js";
import { DenseColumn, denseFrom } from "../../columns/dense.js";
import type { SharedMemory } from "../../columns/memory.js";
import { columnFromRows } from "../../columns/ragged.js";
import { align, Storage } from "../../columns/storage.js";
import type { Block } from "../round-protocol.js";
import { storageOf } from "./scalars.js";
import { acquireBlock, releaseBlock, smallBlock } from "./small-blocks.js";

/**
 * Where a call's results go: numbers into an array; arrays into segments, with tables of where each lies. What becomes no
 * part of a column is given back.
 */
export class ResultBlocks {
  readonly #memory: SharedMemory;
  readonly #length: number;
  readonly #result: KernelSignature["result"];
  readonly #numbers?: number;
  readonly #tables?: number;
  readonly #segments: number[] = [];

  /** @throws RangeError when shared memory is full */
  constructor(memory: SharedMemory, { result }: KernelSignature, length: number) {
    this.#memory = memory;
    this.#length = length;
    this.#result = result;
    if (result.kind === "scalar") {
      this.#numbers = acquireBlock(memory, length * bytesOf(result.type), "the results");
    } else if (result.kind === "array") {
      this.#tables = memory.allocate(2 * align(4 * length), { zeroed: true, purpose: "a table of results" });
    }
  }

  get returnsArrays(): boolean {
    return this.#tables !== undefined;
  }

  /** Address of the results, and of their lengths, as a frame has them. */
  get words(): { results: number; lengths: number } {
    if (this.#tables === undefined) return { results: this.#numbers ?? 0, lengths: 0 };
    return { results: this.#tables, lengths: this.#tables + align(4 * this.#length) };
  }

  /** Takes an allocated block over that is filled up to `top`; the rest is free again. */
  keep({ address, bytes }: Block, top = address + bytes): void {
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
    if (this.#result.kind === "scalar") return this.#takeNumbers(this.#result.type, failures);
    const { results, lengths } = this.words;
    const column = columnFromRows(this.#result.type, length, { addresses: results, lengths }, [
      this.#tables!,
      ...this.#segments,
    ]);
    return { length, column, failures };
  }

  /** What the only item returned, of its own. */
  takeOnly(): unknown {
    const { results, lengths } = this.words;
    if (this.#result.kind === "void") return undefined;
    const dtype = storageOf(this.#result.type);
    const bytes = bytesOf(this.#result.type);
    let [address, length] = [results, 1];
    if (this.#result.kind === "array") {
      const word = wholeView("u32", this.#memory.bufferTo(lengths + 4));
      [address, length] = [word[results / 4], word[lengths / 4]];
    }
    const buffer = this.#memory.bufferTo(address + length * bytes);
    const values = wholeView(dtype, buffer).slice(address / bytes, address / bytes + length);
    if (this.#result.kind === "array") return values;
    return this.#result.type === "bool" ? values[0] !== 0 : values[0];
  }

  // few numbers are copied out, which costs less than a column does
  #takeNumbers(type: ScalarType, failures: ReadonlyMap<number, Error>): Outcome {
    const length = this.#length;
    const address = this.#numbers!;
    if (length * bytesOf(type) > smallBlock) {
      const column = new DenseColumn(Storage.of([address]), storageOf(type), [length], address);
      return { length, column, values: type === "bool" ? toBooleans(column.values) : undefined, failures };
    }
    const dtype = storageOf(type);
    const first = address / bytesOf(type);
    const buffer = this.#memory.bufferTo(address + length * bytesOf(type));
    const numbers = wholeView(dtype, buffer).slice(first, first + length);
    releaseBlock(this.#memory, address);
    return new FewNumbers(numbers, type === "bool" ? toBooleans(numbers) : numbers, failures);
  }

  // a worker may have ended after an item left its result, or half of it
  #clear(item: number): void {
    const { buffer } = this.#memory;
    if (this.#result.kind === "scalar") {
      const bytes = bytesOf(this.#result.type);
      new Uint8Array(buffer, this.#numbers! + bytes * item, bytes).fill(0);
    }
    if (this.#tables === undefined) return;
    const { results, lengths } = this.words;
    for (const table of [results, lengths]) new Uint32Array(buffer, table + 4 * item, 1)[0] = 0;
  }

  /** Frees everything, when the call comes to nothing. */
  discard(): void {
    if (this.#numbers !== undefined) releaseBlock(this.#memory, this.#numbers);
    if (this.#tables !== undefined) this.#memory.free(this.#tables);
    for (const segment of this.#segments.splice(0)) this.#memory.free(segment);
  }
}

class FewNumbers implements Outcome {
  readonly length: number;
  #column: DenseColumn | undefined;

  constructor(
    private readonly numbers: TypedArray,
    readonly values: readonly boolean[] | TypedArray,
    readonly failures: ReadonlyMap<number, Error>,
  ) {
    this.length = numbers.length;
  }

  get column(): DenseColumn {
    this.#column ??= denseFrom(this.numbers) as DenseColumn;
    return this.#column;
  }
}

function bytesOf(type: ScalarType): number {
  return typedArrays[storageOf(type)].BYTES_PER_ELEMENT;
}

function toBooleans(bytes: TypedArray): boolean[] {
  return Array.from(bytes as Uint8Array, (value) => value !== 0);
}
