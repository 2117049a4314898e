import type { DataType } from "@uwdata/flechette";
import type { TypedArray } from "../../abi/dtype.js";
import { typedArrayName } from "../../base/realms.js";
import { Type, typeName } from "../types.js";

export function halfAt(values: Uint16Array, i: number): number {
  const bits = values[i];
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

// milliseconds of a count, and counts of a millisecond
const unitsOfTime: readonly [bigint, bigint][] = [
  [1000n, 1n],
  [1n, 1n],
  [1n, 1000n],
  [1n, 1_000_000n],
];
const lastDate = 8_640_000_000_000_000n;

/** Dates. @throws RangeError for a time that a Date does not hold */
export function timeAt(
  type: DataType & { typeId: 8 | 10 },
  values: TypedArray,
  what: string,
): (i: number) => Date {
  const [times, parts] =
    type.typeId === Type.Timestamp ? unitsOfTime[type.unit] : type.unit === 0 ? [86_400_000n, 1n] : [1n, 1n];
  return (i) => {
    const count = BigInt(values[i]);
    const ms = (count * times) / parts;
    if ((count * times) % parts === 0n && ms <= lastDate && ms >= -lastDate) return new Date(Number(ms));
    throw new RangeError(
      `${what} has a time that a Date does not hold: value ${i} is ${count} as ${typeName(type)}. Leave the column out ` +
        "with the option columns.",
    );
  };
}

/** Decimals as numbers. @param exact whether one that f64 does not hold exactly is an error */
export function decimalAt(
  type: DataType & { typeId: 7 },
  values: TypedArray,
  exact: boolean,
  what: string,
): (i: number) => number {
  const words = Math.max(1, type.bitWidth / 64);
  const unit = 10n ** BigInt(Math.max(0, type.scale));
  const times = 10n ** BigInt(Math.max(0, -type.scale));
  return (i) => {
    const unscaled = times * integerAt(values as Int32Array | BigUint64Array, i, words);
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
  if (!Number.isFinite(value)) return false;
  // value is m · 2^-k with k of at most 1074: shift until it is whole
  let shift = 0n;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift++;
  }
  return BigInt(whole) * unit === unscaled << shift;
}
