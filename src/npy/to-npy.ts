import { type Dtype, dtypeOf, isTypedArray, type TypedArray } from "../abi/dtype.js";
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
  const odd = values.findIndex((value) => typeof value !== type);
  if (odd >= 0)
    throw new TypeError(
      `A NumPy array has values of one type: item 0 is ${kindOf(values[0])}, item ${odd} ${kindOf(values[odd])}.`,
    );
  const shape = [values.length];
  switch (type) {
    case "number":
      return file(Float64Array.from(values as number[]), "f64", shape);
    case "bigint": {
      const large = (values as bigint[]).findIndex((value) => BigInt.asIntN(64, value) !== value);
      if (large >= 0) throw new RangeError(`int64 does not hold ${values[large]}, item ${large}.`);
      return file(BigInt64Array.from(values as bigint[]), "i64", shape);
    }
    case "boolean":
      return joined(writeHeader("|b1", shape), Uint8Array.from(values as boolean[], Number));
    case "string":
      return ofStrings(values as string[]);
    default:
      throw new TypeError(
        `NumPy has no plain array for ${kindOf(values[0])}: expected numbers, bigints, booleans or strings.`,
      );
  }
}

function ofStrings(values: readonly string[]): Bytes {
  const points = values.map((value) => Array.from(value, (character) => character.codePointAt(0)!));
  const odd = points.findIndex((each) => each.at(-1) === 0);
  if (odd >= 0)
    throw new RangeError(`NumPy's strings do not end with a zero character, as item ${odd} does.`);
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const bytes = 4 * values.length * width;
  if (bytes >= 2 ** 32) {
    throw new RangeError(
      `All strings of a NumPy array take as many bytes as the longest, of ${width} characters: ${values.length} take ` +
        `${bytes}, which is too much. Write them with toArrow().`,
    );
  }
  const data = new Uint32Array(bytes / 4);
  points.forEach((each, i) => {
    data.set(each, i * width);
  });
  return joined(writeHeader(`<U${width}`, [values.length]), new Uint8Array(data.buffer));
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
