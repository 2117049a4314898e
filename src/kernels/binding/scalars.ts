import type { Dtype } from "../../abi/dtype.js";
import type { ScalarType } from "../../abi/kernel.js";

const ranges: Partial<Record<ScalarType, readonly [least: number, most: number]>> = {
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32_768, 32_767],
  u16: [0, 65_535],
  i32: [-2_147_483_648, 2_147_483_647],
  u32: [0, 4_294_967_295],
};

/** How a scalar is stored: a bool as one byte. */
export function storageOf(type: ScalarType): Dtype {
  return type === "bool" ? "u8" : type;
}

/**
 * A value as it is stored for a kernel; undefined if the type does not take it. f32 and f64 take numbers, integers whole
 * numbers within their range, i64 and u64 also bigints, bool takes booleans.
 */
export function toScalar(type: ScalarType, value: unknown): number | bigint | undefined {
  switch (type) {
    case "f32":
    case "f64":
      return typeof value === "number" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? Number(value) : undefined;
    case "i64":
    case "u64": {
      if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
      const big = BigInt(value as number);
      const fits = type === "i64" ? BigInt.asIntN(64, big) : BigInt.asUintN(64, big);
      return fits === big ? big : undefined;
    }
    default: {
      const [least, most] = ranges[type]!;
      return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
        ? (value as number)
        : undefined;
    }
  }
}

/** What a scalar parameter takes, for errors. */
export function expected(type: ScalarType): string {
  const range = ranges[type];
  if (range) return `a whole number from ${range[0]} to ${range[1]} (${type})`;
  if (type === "bool") return "true or false";
  if (type === "f32" || type === "f64") return `a number (${type})`;
  return `a bigint or a safe whole number in the range of ${type}`;
}
