import { bytesOf } from "../columns/bytes.js";
import type { Component } from "../columns/column.js";
import { denseOver, product, uncleared, viewOf } from "../columns/dense.js";
import type { Dtype, TypedArray } from "../columns/dtype.js";
import { kindOf } from "../columns/from-values.js";
import { ownedAddress } from "../columns/storage.js";
import { cutOff, type Header, readHeader } from "./header.js";

/**
 * A column, or an array of strings, from the bytes of a NumPy .npy file, of version 1.0, 2.0 or 3.0, in either byte order
 * and either order of dimensions.
 *
 * The first dimension are the items: shape `(N,)` gives a column `[N]`, `(N, h, w)` one `[N, h, w]`. Integers and floats
 * keep their dtype; float16 becomes f32, bool u8 of 0 and 1, datetime64 and timedelta64 their counts as i64; `U` and `S`
 * strings an array. A number alone, shape `()`, is one item.
 *
 * Bytes in shared memory, such as those read into `sharedBytes(n).values`, are used in place where they are aligned, in
 * C order and little-endian, and not converted; all others are copied once.
 * @throws TypeError for other dtypes (complex, object, structured), RangeError for a file that is cut off
 */
export function fromNpy<C extends Component = Component>(bytes: Uint8Array | ArrayBufferLike): C {
  const all = bytesOf(bytes);
  if (!all) {
    throw new TypeError(
      `fromNpy() takes the bytes of a .npy file as a Uint8Array or ArrayBuffer, got ${kindOf(bytes)}.`,
    );
  }
  const header = readHeader(all);
  const [, order, kind, size] = /^([<>|=]?)([a-zA-Z])(\d*)(\[.*\])?$/.exec(header.descr) ?? [];
  const itemBytes = kind === "U" ? 4 * Number(size) : Number(size);
  const elements = product(header.shape);
  if (kind && all.length < header.dataAt + elements * itemBytes) throw cutOff();
  const data = all.subarray(header.dataAt, header.dataAt + elements * itemBytes);
  if (kind === "U" || kind === "S")
    return strings(data, header, kind, itemBytes, order === ">") as unknown as C;
  const element = elementOf(kind, Number(size));
  if (!element) {
    throw new TypeError(
      `The .npy file has dtype ${header.descr}, which is no column: expected integers, floats of 2, 4 or 8 bytes, ` +
        "booleans, datetimes or strings.",
    );
  }
  return numbers(data, header, element, order === ">") as unknown as C;
}

interface Element {
  readonly dtype: Dtype;
  readonly bytes: number;
  /** where the stored bits are no element of the dtype */
  readonly half?: true;
}

function elementOf(kind: string | undefined, bytes: number): Element | undefined {
  if (kind === "b" && bytes === 1) return { dtype: "u8", bytes };
  if ((kind === "i" || kind === "u") && [1, 2, 4, 8].includes(bytes)) {
    return { dtype: `${kind}${8 * bytes}` as Dtype, bytes };
  }
  if ((kind === "M" || kind === "m") && bytes === 8) return { dtype: "i64", bytes };
  if (kind === "f" && bytes === 2) return { dtype: "f32", bytes, half: true };
  if (kind === "f" && (bytes === 4 || bytes === 8)) return { dtype: bytes === 4 ? "f32" : "f64", bytes };
  return undefined;
}

function numbers(
  data: Uint8Array,
  { shape: given, fortranOrder }: Header,
  element: Element,
  swapped: boolean,
): Component {
  const { dtype, bytes, half } = element;
  const shape = given.length === 0 ? [1] : given;
  const transposed = fortranOrder && shape.filter((size) => size !== 1).length > 1;
  const reversed = swapped && bytes > 1;
  const aligned = data.byteOffset % bytes === 0;
  if (!transposed && !reversed && !half && aligned && ownedAddress(data) !== undefined) {
    return denseOver(viewOf(data.buffer, dtype, data.byteOffset, data.length / bytes) as TypedArray, shape);
  }
  const column = uncleared(dtype, shape);
  const target = half ? new Uint16Array(product(shape)) : (column.values as TypedArray);
  const into = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  if (transposed) copyTransposed(data, into, shape, bytes);
  else into.set(data);
  if (reversed) swapBytes(into, bytes);
  if (half) for (let i = 0; i < target.length; i++) column.values[i] = fromHalf(target[i] as number) as never;
  return column;
}

// from the first dimension fastest to the last fastest
function copyTransposed(from: Uint8Array, to: Uint8Array, shape: readonly number[], bytes: number): void {
  const strides = shape.map((_, d) => product(shape.slice(0, d)));
  const at = shape.map(() => 0);
  let source = 0;
  for (let element = 0; element * bytes < to.length; element++) {
    for (let b = 0; b < bytes; b++) to[element * bytes + b] = from[source * bytes + b];
    for (let d = shape.length - 1; d >= 0; d--) {
      source += strides[d];
      if (++at[d] < shape[d]) break;
      source -= strides[d] * shape[d];
      at[d] = 0;
    }
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let first = 0; first < bytes.length; first += width) {
    for (let a = first, b = first + width - 1; a < b; a++, b--) {
      const byte = bytes[a];
      bytes[a] = bytes[b];
      bytes[b] = byte;
    }
  }
}

// IEEE 754 binary16; every value is one of f32
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function strings(
  data: Uint8Array,
  { shape, descr }: Header,
  kind: "U" | "S",
  bytes: number,
  swapped: boolean,
): string[] {
  if (shape.length > 1) {
    throw new TypeError(
      `The .npy file has strings (${descr}) of shape [${shape.join(", ")}]: expected one an item, [N].`,
    );
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Array.from({ length: product(shape) }, (_, i) => {
    if (kind === "S") {
      const text = data.slice(i * bytes, (i + 1) * bytes);
      try {
        return decoder.decode(text.subarray(0, text.findLastIndex((byte) => byte !== 0) + 1));
      } catch {
        throw new TypeError(`The .npy file has bytes (${descr}) that are no text in UTF-8: item ${i}.`);
      }
    }
    const points = Array.from({ length: bytes / 4 }, (_, k) => view.getUint32(i * bytes + 4 * k, !swapped));
    let text = "";
    for (const point of points.slice(0, points.findLastIndex((each) => each !== 0) + 1)) {
      if (point > 0x10ffff) {
        throw new TypeError(`The .npy file has a string (${descr}) with no character ${point}: item ${i}.`);
      }
      text += String.fromCodePoint(point);
    }
    return text;
  });
}
