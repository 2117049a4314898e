import { because } from "../calls/refusals.js";
import {
  type ArrayOf,
  type Dtype,
  dtypeOf,
  isTypedArray,
  type TypedArray,
  typedArrays,
} from "../columns/dtype.js";
import { kindOf } from "../columns/from-values.js";
import type { SharedMemory } from "../columns/memory.js";
import { align, holdView, ownedAddress } from "../columns/storage.js";
import type { KernelParameter } from "../kernel.js";
import type { FrameParameter } from "./frame.js";
import { expected, storageOf, toScalar } from "./scalars.js";
import { giveBlock, takeBlock } from "./small-blocks.js";

// SIMD loads want no more
const rowAlignment = 16;

type Source = TypedArray | readonly unknown[];

/** A row that lies outside of shared memory, and its copy inside. */
interface Copy {
  readonly source: Source;
  readonly dtype: Dtype;
  readonly offset: number;
  back: boolean;
  address: number;
}

/**
 * Brings arguments into shared memory, in one block: scalars into arrays, rows into tables. Typed arrays that lie there
 * already are used in place; any other is copied once, however often it is given.
 */
export class Packer {
  readonly #memory: SharedMemory;
  readonly #copies: Copy[] = [];
  // an array of numbers may be given for rows of several dtypes
  #known: Map<Dtype, Map<object, Copy>> | undefined;
  #held: Map<object, () => void> | undefined;
  readonly #tables: { readonly values: TypedArray; readonly offset: number }[] = [];
  readonly #pending: { readonly table: Uint32Array; readonly i: number; readonly copy: Copy }[] = [];
  #bytes = 0;
  #address: number | undefined;
  /** what all rows have together, in bytes */
  rowBytes = 0;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  /** Reserves room for a table, which is copied when the block is made. */
  reserve(values: TypedArray): number {
    const offset = this.#bytes;
    this.#tables.push({ values, offset });
    this.#bytes += align(values.byteLength);
    return offset;
  }

  /** Where a row lies: at once if it is in shared memory, else when the block is made. */
  place(source: Source, dtype: Dtype, back: boolean, table: Uint32Array, i: number): void {
    this.rowBytes += source.length * typedArrays[dtype].BYTES_PER_ELEMENT;
    const owned = isTypedArray(source) ? ownedAddress(source) : undefined;
    if (owned !== undefined) {
      table[i] = owned;
      this.hold(source as TypedArray);
      return;
    }
    this.#known ??= new Map();
    const known = this.#known.get(dtype) ?? new Map<object, Copy>();
    this.#known.set(dtype, known);
    let copy = known.get(source);
    if (!copy) {
      copy = { source, dtype, offset: this.#bytes, back, address: 0 };
      known.set(source, copy);
      this.#copies.push(copy);
      const bytes = source.length * typedArrays[dtype].BYTES_PER_ELEMENT;
      this.#bytes += Math.ceil(bytes / rowAlignment) * rowAlignment;
    }
    copy.back ||= back;
    this.#pending.push({ table, i, copy });
  }

  hold(view: TypedArray): void {
    this.#held ??= new Map();
    if (!this.#held.has(view.buffer)) this.#held.set(view.buffer, holdView(view));
  }

  /** Makes the block and fills it. @throws RangeError when shared memory is full */
  pack(): void {
    if (this.#bytes === 0) return;
    this.#address = takeBlock(this.#memory, this.#bytes, "copying arguments in");
    const buffer = this.#memory.bufferTo(this.#address + this.#bytes);
    for (const copy of this.#copies) {
      copy.address = this.#address + copy.offset;
      viewOf(buffer, copy).set(elementsOf(copy) as never);
    }
    for (const { table, i, copy } of this.#pending) table[i] = copy.address;
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
    return this.#copies.reduce((sum, copy) => sum + (copy.back ? bytesOf(copy) : 0), 0);
  }

  /** Writes rows back that a kernel may have changed. @returns how many bytes */
  copyBack(): number {
    let bytes = 0;
    for (const copy of this.#copies) {
      if (!copy.back) continue;
      bytes += bytesOf(copy);
      const view = viewOf(this.#memory.buffer, copy);
      if (isTypedArray(copy.source)) copy.source.set(view as never);
      else view.forEach(write(copy.source as unknown[]));
    }
    return bytes;
  }

  /** Gives the block back, and lets go of what it held. */
  release(): void {
    if (this.#address !== undefined) giveBlock(this.#memory, this.#address);
    this.#address = undefined;
    for (const letGo of this.#held?.values() ?? []) letGo();
    this.#held = undefined;
  }
}

function bytesOf({ source, dtype }: Copy): number {
  return source.length * typedArrays[dtype].BYTES_PER_ELEMENT;
}

function viewOf(buffer: ArrayBufferLike, { dtype, address, source }: Copy): ArrayOf<Dtype> {
  return new typedArrays[dtype](buffer as ArrayBuffer, address, source.length);
}

function write(target: unknown[]) {
  return (value: number | bigint, i: number) => {
    target[i] = value;
  };
}

function elementsOf({ source, dtype }: Copy): ArrayLike<unknown> {
  return isTypedArray(source) ? source : source.map((value) => toScalar(dtype, value));
}

function viewLike(values: TypedArray, buffer: ArrayBufferLike, address: number): TypedArray {
  return new (values.constructor as typeof Uint8Array)(buffer as ArrayBuffer, address, values.length);
}

/** A scalar parameter's values, one for each item, or one for all. */
export class ScalarTable {
  readonly #packer: Packer;
  readonly #values: TypedArray;
  readonly #offset: number;

  constructor(
    packer: Packer,
    readonly subject: string,
    readonly parameter: KernelParameter,
    readonly length: number,
  ) {
    this.#packer = packer;
    this.#values = new typedArrays[storageOf(parameter.type)](length);
    this.#offset = packer.reserve(this.#values);
  }

  /** @throws TypeError for a value that the parameter does not take */
  set(i: number, value: unknown): void {
    const scalar = toScalar(this.parameter.type, value);
    if (scalar === undefined) throw this.#refusal(value);
    this.#values[i] = scalar as never;
  }

  #refusal(value: unknown): TypeError {
    const { name, type } = this.parameter;
    const error = new TypeError(`${this.subject}: "${name}" takes ${expected(type)}, got ${shown(value)}.`);
    return because(error, `${name}: ${kindOf(value)}`);
  }

  get layout(): FrameParameter {
    const stride = this.length === 1 ? 0 : this.#values.BYTES_PER_ELEMENT;
    return { base: this.#packer.addressOf(this.#offset), stride, length: 1, lengths: 0 };
  }
}

/** A row parameter's rows, one for each item, or one for all. */
export class RowTable {
  readonly #packer: Packer;
  readonly #addresses: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #offsets: readonly [number, number];

  constructor(
    packer: Packer,
    readonly subject: string,
    readonly parameter: KernelParameter,
    readonly length: number,
  ) {
    this.#packer = packer;
    this.#addresses = new Uint32Array(length);
    this.#lengths = new Uint32Array(length);
    this.#offsets = [packer.reserve(this.#addresses), packer.reserve(this.#lengths)];
  }

  /** @throws TypeError for what is no row of the parameter's dtype */
  set(i: number, row: unknown): void {
    const dtype = this.parameter.type as Dtype;
    if (!isTypedArray(row) || dtypeOf(row) !== dtype) {
      if (!Array.isArray(row)) throw this.#refusal(row);
      const odd = row.findIndex((value) => toScalar(dtype, value) === undefined);
      if (odd >= 0) throw this.#refusal(row[odd], `an array whose element ${odd} is `);
    }
    const source = row as Source;
    if (source.length === 0 && isTypedArray(row) && isTransferred(row)) {
      throw new TypeError(
        `${this.subject}: "${this.parameter.name}" expects a row of ${dtype}, got one whose buffer was transferred.`,
      );
    }
    this.#lengths[i] = source.length;
    this.#packer.place(source, dtype, !this.parameter.readonly, this.#addresses, i);
  }

  get layout(): FrameParameter {
    const [addresses, lengths] = this.#offsets.map((offset) => this.#packer.addressOf(offset));
    // one row for all items lies at one place
    if (this.length === 1)
      return { base: this.#addresses[0], stride: 0, length: this.#lengths[0], lengths: 0 };
    return { base: addresses, stride: 0, length: 0, lengths };
  }

  #refusal(value: unknown, where = ""): TypeError {
    const { name, type } = this.parameter;
    const got =
      isTypedArray(value) && dtypeOf(value) ? `one of ${dtypeOf(value)} (${kindOf(value)})` : shown(value);
    const error = new TypeError(`${this.subject}: "${name}" expects a row of ${type}, got ${where}${got}.`);
    return because(error, `${name}: ${where && "an array with "}${kindOf(value)}`);
  }
}

function isTransferred({ buffer }: ArrayBufferView): boolean {
  try {
    new DataView(buffer);
    return false;
  } catch {
    return true;
  }
}

export function shown(value: unknown): string {
  if (typeof value === "string")
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return kindOf(value);
}
