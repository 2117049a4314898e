import type { Serializer } from "node:v8";
import { isTypedArray } from "../../abi/dtype.js";
import { bufferTo, type Memory, memoryUnder } from "../../columns/storage.js";
import { bytesOf, leadOf, type Stretch, stretchesOf, type Viewed } from "../../columns/stretches.js";

// The bytes of the views in a packed value lie behind it; nothing does if there are none. Where views overlap or touch, each
// byte is there once, and a table says where each view lies, so that they overlap on the far side, too:
//
//     value | bytes of each view            | how many bytes | 0                   | 0
//     value | bytes of each stretch | table | how many bytes | number of stretches | number of views

const footer = new Uint32Array(3);
const footerBytes = new Uint8Array(footer.buffer);
// of each stretch: where its bytes are among all, how many, and how many to leave out before them
const stretchWords = 3;
// behind these, of each view: its stretch, and where it begins there
const viewWords = 2;

/** Collects the views of a value, in the order in which they are written. */
export class ViewWriter {
  readonly #views: Viewed<Memory>[] = [];

  /** @throws TypeError for a view whose buffer was transferred */
  add(view: ArrayBufferView): void {
    const { byteOffset: begin, byteLength } = view;
    if (byteLength === 0) void new Uint8Array(view.buffer as ArrayBuffer);
    const size = isTypedArray(view) ? view.BYTES_PER_ELEMENT : 1;
    const buffer = memoryUnder(view);
    this.#views.push({ buffer, begin, end: begin + byteLength, size, at: 0, within: undefined });
  }

  /** Writes what lies behind the value. */
  writeTo(serializer: Serializer): void {
    const views = this.#views;
    if (views.length === 0) return;
    const stretches: readonly Stretch<Memory>[] = views.length > 1 ? stretchesOf(views) : views;
    const apart = stretches.length === views.length;
    let bytes = 0;
    for (const { buffer, begin, end } of apart ? views : stretches) {
      serializer.writeRawBytes(new Uint8Array(bufferTo(end, buffer) as ArrayBuffer, begin, end - begin));
      bytes += end - begin;
    }
    if (!apart) {
      const table = tableOf(stretches, views);
      serializer.writeRawBytes(new Uint8Array(table.buffer));
    }
    footer[0] = bytes;
    footer[1] = apart ? 0 : stretches.length;
    footer[2] = apart ? 0 : views.length;
    serializer.writeRawBytes(footerBytes);
  }
}

function tableOf(stretches: readonly Stretch<Memory>[], views: readonly Viewed<Memory>[]): Uint32Array {
  const table = new Uint32Array(stretchWords * stretches.length + viewWords * views.length);
  let position = 0;
  stretches.forEach((stretch, s) => {
    table.set([position, bytesOf(stretch), leadOf(stretch)], stretchWords * s);
    position += bytesOf(stretch);
    stretch.at = s;
  });
  let word = stretchWords * stretches.length;
  for (const { begin, within } of views) {
    table[word++] = within!.at;
    table[word++] = leadOf(within!) + begin - within!.begin;
  }
  return table;
}

/** Makes the buffers of the views in a packed value, which are asked for in the order in which they were written. */
export class ViewReader {
  readonly #bytes: Uint8Array;
  readonly #words: DataView;
  readonly #begin: number;
  readonly #table: number;
  readonly #stretches: number;
  readonly #buffers: ArrayBuffer[] = [];
  /** where the next view is told of, or lies */
  #next: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length - footer.byteLength;
    this.#stretches = this.#word(end, 1);
    this.#table = end - 4 * (stretchWords * this.#stretches + viewWords * this.#word(end, 2));
    this.#begin = this.#table - this.#word(end, 0);
    this.#next = this.#stretches > 0 ? this.#table + 4 * stretchWords * this.#stretches : 0;
  }

  /** Where the next view, of so many bytes, lies. */
  take(byteLength: number): { readonly buffer: ArrayBuffer; readonly offset: number } {
    const at = this.#next;
    if (this.#stretches === 0) {
      this.#next += byteLength;
      return { buffer: this.#copy(at, byteLength, 0), offset: 0 };
    }
    this.#next += 4 * viewWords;
    const stretch = this.#word(at, 0);
    this.#buffers[stretch] ??= this.#stretch(stretch);
    return { buffer: this.#buffers[stretch], offset: this.#word(at, 1) };
  }

  #stretch(index: number): ArrayBuffer {
    const at = this.#table + 4 * stretchWords * index;
    return this.#copy(this.#word(at, 0), this.#word(at, 1), this.#word(at, 2));
  }

  #copy(at: number, byteLength: number, lead: number): ArrayBuffer {
    const begin = this.#begin + at;
    const copy = new Uint8Array(lead + byteLength);
    copy.set(this.#bytes.subarray(begin, begin + byteLength), lead);
    return copy.buffer;
  }

  // they lie anywhere
  #word(at: number, index: number): number {
    return this.#words.getUint32(at + 4 * index, true);
  }
}
