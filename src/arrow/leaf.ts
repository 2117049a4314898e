import type { DataType } from "@uwdata/flechette";
import { type Dtype, type TypedArray, typedArrays } from "../abi/dtype.js";
import { nullTest, type Part } from "./ipc/part.js";
import type { Reads } from "./reading-values.js";
import { dtypeOfArrow, Type } from "./types.js";
import { readerOf } from "./values.js";

/** The numbers at the bottom of an Arrow column, of one record batch. */
export interface Leaf {
  /** a view of the Arrow bytes, or a fresh array where Arrow's values are not elements of a dtype */
  readonly values: TypedArray;
  readonly nullCount: number;
  isNull(i: number): boolean;
}

/**
 * The dtype of the elements that an Arrow type becomes; undefined for what is not a number. Booleans are numbers only where
 * the user says so.
 */
export function leafDtype(type: DataType, booleans: boolean): Dtype | undefined {
  switch (type.typeId) {
    case Type.Float:
      return dtypeOfArrow(type) ?? "f32";
    case Type.Bool:
      return booleans ? "u8" : undefined;
    case Type.Decimal:
      return "f64";
    case Type.Dictionary:
      return leafDtype(type.dictionary, booleans);
    case Type.RunEndEncoded:
      return leafDtype(type.children[1].type, booleans);
    default:
      return dtypeOfArrow(type);
  }
}

/**
 * @param reads `exact`: whether a decimal that f64 does not hold exactly is an error
 * @param booleans whether booleans count as numbers
 */
export function leafOf(type: DataType, part: Part, reads: Reads, booleans: boolean): Leaf {
  const dtype = leafDtype(type, booleans)!;
  const { length } = part;
  if (dtypeOfArrow(type)) {
    // without its padding
    const values = part.values!.subarray(0, length);
    return { values, nullCount: part.nullCount, isNull: nullTest(part) };
  }
  if (type.typeId === Type.Bool) {
    const bits = part.values as Uint8Array;
    const values = new Uint8Array(length);
    for (let i = 0; i < length; i++) values[i] = (bits[i >> 3] >> (i & 7)) & 1;
    return { values, nullCount: part.nullCount, isNull: nullTest(part) };
  }
  const read = readerOf(type, part, reads);
  const big = dtype === "i64" || dtype === "u64";
  const values = new typedArrays[dtype](length);
  const nulls = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let i = 0; i < length; i++) {
    const value = read(i);
    if (value === null) {
      nulls[i >> 3] |= 1 << (i & 7);
      nullCount++;
    } else values[i] = (big ? BigInt(value as bigint) : Number(value)) as never;
  }
  return { values, nullCount, isNull: (i) => ((nulls[i >> 3] >> (i & 7)) & 1) === 1 };
}
