import type { Batch, DataType } from "@uwdata/flechette";
import { type Dtype, type TypedArray, typedArrays } from "../columns/dtype.js";
import { typedArrayName } from "../realms.js";
import { dtypeOfArrow, Type } from "./types.js";

/** The numbers at the bottom of an Arrow column, of one record batch. */
export interface Leaf {
  /** a view of the Arrow bytes, or a fresh array where Arrow's values are no elements of a dtype */
  readonly values: TypedArray;
  readonly nullCount: number;
  isNull(i: number): boolean;
}

/**
 * The dtype of the elements that an Arrow type becomes; undefined for what is no number. Booleans are numbers only where
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

/** @param exact whether a decimal that f64 does not hold exactly is an error */
export function leafOf(
  type: DataType,
  batch: Batch<any>,
  exact: boolean,
  booleans: boolean,
  what: string,
): Leaf {
  const dtype = leafDtype(type, booleans)!;
  if (dtypeOfArrow(type)) {
    // without its padding
    const values = (batch.values as TypedArray).subarray(0, batch.length);
    return { values, nullCount: batch.nullCount, isNull: (i) => !batch.isValid(i) };
  }
  const read = type.typeId === Type.Decimal ? decimals(type, batch, exact, what) : (i: number) => batch.at(i);
  const values = new typedArrays[dtype](batch.length);
  const nulls = new Set<number>();
  for (let i = 0; i < batch.length; i++) {
    const value = batch.nullCount > 0 && type.typeId === Type.Decimal && !batch.isValid(i) ? null : read(i);
    if (value === null) nulls.add(i);
    else
      values[i] = (dtype.endsWith("64") && !dtype.startsWith("f") ? BigInt(value) : Number(value)) as never;
  }
  return { values, nullCount: nulls.size, isNull: (i) => nulls.has(i) };
}

function decimals(
  type: DataType & { typeId: 7 },
  batch: Batch<any>,
  exact: boolean,
  what: string,
): (i: number) => number {
  const words = Math.max(1, type.bitWidth / 64);
  const unit = 10n ** BigInt(Math.max(0, type.scale));
  const times = 10n ** BigInt(Math.max(0, -type.scale));
  return (i) => {
    const unscaled = times * integerAt(batch.values as Int32Array | BigUint64Array, i, words);
    const value = quotient(unscaled, unit);
    if (exact && !isExact(value, unscaled, unit)) {
      throw new RangeError(
        `${what} has decimals that f64 does not hold exactly: row ${i} is near ${value}. ` +
          'Name a dtype to round to: { dtypes: { …: "f64" } }.',
      );
    }
    return value;
  };
}

// little-endian two's complement
function integerAt(values: Int32Array | BigUint64Array, i: number, words: number): bigint {
  if (typedArrayName(values) === "Int32Array") return BigInt(values[i]);
  let integer = 0n;
  for (let word = words - 1; word >= 0; word--)
    integer = (integer << 64n) | (values[i * words + word] as bigint);
  return BigInt.asIntN(64 * words, integer);
}

// the decimal's digits as JavaScript reads them, which rounds to the nearest
function quotient(unscaled: bigint, unit: bigint): number {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  return Number(`${unscaled < 0n ? "-" : ""}${digits}e-${String(unit).length - 1}`);
}

function isExact(value: number, unscaled: bigint, unit: bigint): boolean {
  // value is m · 2^-k with k of at most 1074: shift until it is whole
  let shift = 0n;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift++;
  }
  return BigInt(whole) * unit === unscaled << shift;
}
