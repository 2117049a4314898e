import type { typedArrays } from "../../abi/dtype.js";
import { broken } from "./broken.js";
import type { Budget } from "./budget.js";
import type { Records } from "./message.js";

type ArrayClass = (typeof typedArrays)[keyof typeof typedArrays];

/** Decompresses bytes to so many. */
export interface Codec {
  decode(bytes: Uint8Array, length: number): Uint8Array;
}

/** How the bytes of bodies are to be read. */
export interface Decoding {
  readonly bigEndian: boolean;
  /** @throws Error where there is none for the id */
  codec(id: number): Codec;
  readonly budget: Budget;
}

/** Where a column begins among the nodes, buffers and columns of views of its record batch. */
export interface Place {
  node: number;
  buffer: number;
  views: number;
}

/** Hands out the buffers of a record batch, one after another. */
export class Body {
  readonly #records: Records;
  readonly #bytes: Uint8Array;
  readonly #decoding: Decoding;
  readonly #next: Place;

  constructor(records: Records, bytes: Uint8Array, decoding: Decoding, begin: Place) {
    this.#records = records;
    this.#bytes = bytes;
    this.#decoding = decoding;
    this.#next = { ...begin };
  }

  node(): { readonly length: number; readonly nullCount: number } {
    return this.#records.nodes[this.#next.node++];
  }

  /** The number of buffers of data of a column of views. */
  variadic(): number {
    return this.#records.variadic[this.#next.views++];
  }

  skip(): void {
    this.#next.buffer++;
  }

  /** @param least bytes that there have to be */
  bytes(least: number, what: string): Uint8Array {
    const { offset, length } = this.#records.buffers[this.#next.buffer++];
    const stored = this.#bytes.subarray(offset, offset + length);
    const bytes = this.#records.codec === undefined ? stored : this.#decompressed(stored, what);
    if (bytes.length >= least) return bytes;
    throw broken(`${what} takes ${least} bytes, and has ${bytes.length}`);
  }

  /** So many elements; a view of the bytes where they lie as elements do. @param words elements of one value */
  elements<C extends ArrayClass>(Class: C, length: number, what: string, words = 1): InstanceType<C> {
    const size = Class.BYTES_PER_ELEMENT;
    const bytes = this.bytes(length * size, what);
    const asTheyAre = bytes.byteOffset % size === 0 && !(this.#decoding.bigEndian && size > 1);
    // slice() of Node's buffers copies nothing
    const own = asTheyAre ? bytes : new Uint8Array(bytes.subarray(0, length * size));
    if (this.#decoding.bigEndian) reverse(own, size * words);
    return new Class(own.buffer as ArrayBuffer, own.byteOffset, length) as InstanceType<C>;
  }

  #decompressed(stored: Uint8Array, what: string): Uint8Array {
    // an empty buffer has no length of its own
    if (stored.length === 0) return stored;
    if (stored.length < 8) throw broken(`${what} is compressed, in ${stored.length} bytes`);
    const declared = Number(new DataView(stored.buffer, stored.byteOffset).getBigInt64(0, true));
    const packed = stored.subarray(8);
    if (declared === -1) return packed;
    // no format packs more into a byte: Zstandard repeats one over a block of 128 KiB, which takes 4 of them
    const most = 2 ** 15 * (packed.length + 1);
    if (declared < 0 || declared > most) {
      throw broken(`${what} would be ${declared} bytes, compressed to ${packed.length}`);
    }
    const codec = this.#decoding.codec(this.#records.codec!);
    this.#decoding.budget.add(declared);
    let bytes: Uint8Array;
    try {
      bytes = codec.decode(packed, declared);
    } catch (cause) {
      throw broken(`${what} does not decompress`, cause);
    }
    if (bytes.length === declared) return bytes;
    throw broken(`${what} decompresses to ${bytes.length} bytes, and says ${declared}`);
  }
}

/** Values of `size` bytes each, from one byte order to the other. */
function reverse(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
