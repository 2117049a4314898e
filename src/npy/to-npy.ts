import { type Dtype, dtypeOf, isTypedArray, type TypedArray } from "../abi/dtype.js";
import { firstOther } from "../base/arrays.js";
import { kindOf } from "../base/kind-of.js";
import type { Bytes } from "../columns/bytes.js";
import type { Component } from "../columns/column.js";
import { DenseColumn } from "../columns/dense.js";
import { isColumn } from "../columns/from-values.js";
import { writeHeader } from "./header.js";

/**
 * The bytes of a NumPy .npy file, version 1.0, little-endian, C order: of a dense column with its shape, of a typed array, or
 * of an array of numbers (float64), bigints (int64), booleans (bool) or strings (`U`, as long as the longest).
 * @param component the column or array
 * @throws TypeError for ragged columns, null and anything else that NumPy has no plain array for; RangeError for a bigint that an
 * int64 does not hold
 * @cost Copies the elements once, O(bytes).
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { toNpy } from "nogil/npy";
 *
 * await writeFile("x.npy", toNpy(Float32Array.of(1, 2, 3)));
 */
export function toNpy(component: Component | TypedArray): Bytes {
  if (component instanceof DenseColumn) return file(component.values, component.dtype, component.shape);
  if (isColumn(component)) {
    throw new TypeError(
      "A ragged column is not a NumPy array: its items differ in shape. Write it with toArrow(), or its values and offsets.",
    );
  }
  if (isTypedArray(component)) {
    const dtype = dtypeOf(component);
    if (dtype) return file(component, dtype, [component.length]);
  }
  if (Array.isArray(component)) return ofArray(component);
  throw new TypeError(`toNpy() takes a dense column, a typed array or an array, got ${kindOf(component)}.`);
}

function ofArray(values: readonly unknown[]): Bytes {
  const type = values.length > 0 ? typeof values[0] : "number";
  const odd = firstOther(type as "number", values);
  if (odd >= 0)
    throw new TypeError(
      `A NumPy array has values of one type: item 0 is ${kindOf(values[0])}, item ${odd} ${kindOf(values[odd])}.`,
    );
  const shape = [values.length];
  switch (type) {
    case "number":
      return file(filled(new Float64Array(values.length), values as number[]), "f64", shape);
    case "bigint": {
      const integers = filled(new BigInt64Array(values.length), values as bigint[]);
      for (let i = 0; i < values.length; i++) {
        if (integers[i] !== values[i]) throw new RangeError(`int64 does not hold ${values[i]}, item ${i}.`);
      }
      return file(integers, "i64", shape);
    }
    case "boolean":
      return joined(writeHeader("|b1", shape), filled(new Uint8Array(values.length), values as boolean[]));
    case "string":
      return ofStrings(values as string[]);
    default:
      throw new TypeError(
        `NumPy has no plain array for ${kindOf(values[0])}: expected numbers, bigints, booleans or strings.`,
      );
  }
}

function filled<A extends TypedArray>(made: A, values: readonly (number | bigint | boolean)[]): A {
  for (let i = 0; i < values.length; i++) made[i] = values[i] as never;
  return made;
}

function ofStrings(values: readonly string[]): Bytes {
  let width = 1;
  for (let i = 0; i < values.length; i++) {
    if (values[i].endsWith("\0"))
      throw new RangeError(`NumPy's strings do not end with a zero character, as item ${i} does.`);
    width = Math.max(width, pointsIn(values[i]));
  }
  const bytes = 4 * values.length * width;
  if (bytes >= 2 ** 32) {
    throw new RangeError(
      `All strings of a NumPy array take as many bytes as the longest, of ${width} characters: ${values.length} take ` +
        `${bytes}, which is too much. Write them with toArrow().`,
    );
  }
  const data = new Uint32Array(bytes / 4);
  for (let i = 0; i < values.length; i++) {
    const text = values[i];
    for (let unit = 0, at = i * width; unit < text.length; unit++) {
      const point = text.codePointAt(unit)!;
      data[at++] = point;
      // the second half of a pair
      if (point > 0xffff) unit++;
    }
  }
  return joined(writeHeader(`<U${width}`, [values.length]), new Uint8Array(data.buffer));
}

function pointsIn(text: string): number {
  let points = text.length;
  for (let unit = 0; unit < text.length; unit++) {
    if ((text.charCodeAt(unit) & 0xfc00) !== 0xd800 || text.codePointAt(unit)! <= 0xffff) continue;
    points--;
    unit++;
  }
  return points;
}

function file(values: TypedArray, dtype: Dtype, shape: readonly number[]): Bytes {
  const bytes = values.BYTES_PER_ELEMENT;
  const descr = `${bytes === 1 ? "|" : "<"}${dtype[0]}${bytes}`;
  return joined(
    writeHeader(descr, shape),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}

function joined(header: Uint8Array, data: Uint8Array): Bytes {
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
