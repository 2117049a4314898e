import { type Dtype, type TypedArray, typedArrays } from "../abi/dtype.js";
import { kindOf } from "../base/kind-of.js";
import { bytesOf } from "../columns/bytes.js";
import type { Component } from "../columns/column.js";
import { denseOver, product, uncleared, viewOf } from "../columns/dense.js";
import { ownedAddress } from "../columns/storage.js";
import { type Words, wordBytes, wordsOf } from "../columns/words.js";
import { cutOff, type Header, readHeader } from "./header.js";
import { strings } from "./strings.js";
import { type Type, typeOf } from "./types.js";

/**
 * A column, or an array of strings, from the bytes of a NumPy .npy file, of version 1.0, 2.0 or 3.0, in either byte order
 * and either order of dimensions.
 *
 * The first dimension is the items: shape `(N,)` becomes a column `[N]`, `(N, h, w)` one `[N, h, w]`. Integers and floats
 * keep their dtype; float16 becomes f32, bool u8 of 0 and 1, datetime64 and timedelta64 their counts as i64; `U` and `S`
 * strings an array. A number alone, shape `()`, is one item.
 *
 * Bytes in shared memory, such as those read into `sharedBytes(n).values`, are used in place where they are aligned, in
 * C order and little-endian, and not converted; all others are copied once.
 * @param bytes of the file
 * @throws TypeError for other dtypes (complex, object, structured), RangeError for a file that is cut off, or goes on behind
 * its array
 * @cost Nothing is copied of bytes in shared memory, see above; else the elements once.
 * @example
 * import { readFile } from "node:fs/promises";
 * import type { Dense } from "nogil";
 * import { fromNpy } from "nogil/npy";
 *
 * const images = fromNpy<Dense<"u8", [480, 640]>>(await readFile("images.npy"));
 * console.log(images.shape); // [N, 480, 640]
 */
export function fromNpy<C extends Component = Component>(bytes: Uint8Array | ArrayBufferLike): C {
  const all = bytesOf(bytes);
  if (!all) {
    throw new TypeError(
      `fromNpy() takes the bytes of a .npy file as a Uint8Array or ArrayBuffer, got ${kindOf(bytes)}.`,
    );
  }
  const header = readHeader(all);
  const type = typeOf(header.descr);
  const elements = product(header.shape);
  const end = header.dataAt + elements * type.bytes;
  if (all.length < end) {
    throw cutOff(
      all.length,
      `the end of its elements, ${elements} of ${type.bytes} bytes from byte ${header.dataAt}`,
    );
  }
  if (all.length > end) {
    throw new RangeError(
      `The .npy file continues after its one array: its header says ${end} bytes, it has ${all.length}. If that is ` +
        `another array, read bytes.subarray(0, ${end}) and bytes.subarray(${end}).`,
    );
  }
  const data = all.subarray(header.dataAt);
  if (type.kind === "b") checkBooleans(data);
  const component = type.dtype ? numbers(data, header, type, type.dtype) : strings(data, header, type);
  return component as Component as C;
}

function checkBooleans(data: Uint8Array): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] <= 1) continue;
    throw new TypeError(`The .npy file has booleans, 0 or 1, and ${data[i]} in the place of number ${i}.`);
  }
}

function numbers(
  data: Uint8Array,
  { shape: given, fortranOrder }: Header,
  { bytes, swapped }: Type,
  dtype: Dtype,
): Component {
  const half = typedArrays[dtype].BYTES_PER_ELEMENT > bytes;
  const shape = given.length === 0 ? [1] : given;
  const transposed = fortranOrder && shape.filter((size) => size !== 1).length > 1;
  const bigEndian = swapped && bytes > 1;
  const aligned = data.byteOffset % bytes === 0;
  if (!transposed && !bigEndian && !half && aligned && ownedAddress(data) !== undefined) {
    return denseOver(viewOf(data.buffer, dtype, data.byteOffset, data.length / bytes) as TypedArray, shape);
  }
  const column = uncleared(dtype, shape);
  const target = half ? new Uint16Array(product(shape)) : (column.values as TypedArray);
  const into = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  if (transposed) copyTransposed(data, into, shape, bytes);
  else into.set(data);
  if (bigEndian) swapBytes(into, bytes);
  if (half) for (let i = 0; i < target.length; i++) column.values[i] = fromHalf(target[i] as number) as never;
  return column;
}

// from the first dimension fastest to the last fastest
function copyTransposed(from: Uint8Array, to: Uint8Array, shape: readonly number[], bytes: number): void {
  const strides = shape.map((_, d) => product(shape.slice(0, d)));
  const last = shape.length - 1;
  const at = shape.map(() => 0);
  // words, where elements begin at one
  const whole = (from.byteOffset | to.byteOffset) % wordBytes(bytes) === 0;
  const unit = whole ? wordBytes(bytes) : 1;
  const words = bytes / unit;
  const [source, target] = [wordsOf(from, unit), wordsOf(to, unit)];
  const [step, length] = [strides[last] * words, shape[last]];
  for (let next = 0, begin = 0; next < target.length; ) {
    for (let i = 0, read = begin; i < length; i++, read += step) {
      for (let word = 0; word < words; word++) target[next++] = source[read + word];
    }
    for (let d = last - 1; d >= 0; d--) {
      begin += strides[d] * words;
      if (++at[d] < shape[d]) break;
      begin -= strides[d] * shape[d] * words;
      at[d] = 0;
    }
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  if (width >= 4) {
    swapWords(wordsOf(bytes, 4), width / 4);
    return;
  }
  for (let first = 0; first < bytes.length; first += width) {
    for (let a = first, b = first + width - 1; a < b; a++, b--) {
      const byte = bytes[a];
      bytes[a] = bytes[b];
      bytes[b] = byte;
    }
  }
}

function swapWords(words: Words, width: number): void {
  for (let first = 0; first < words.length; first += width) {
    const low = reversed(words[first]);
    if (width === 1) words[first] = low;
    else {
      words[first] = reversed(words[first + 1]);
      words[first + 1] = low;
    }
  }
}

function reversed(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

// IEEE 754 binary16; every value is one of f32
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
