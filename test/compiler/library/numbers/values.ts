import type { Type, Value } from "./audit.js";

const around = (x: number) => [x - 1, x, x + 1];
const signed = (list: readonly number[]) => list.flatMap((x) => [x, -x]);

/** Zeros, halves, neighbours of what rounds, powers of 2, ends of types and domains, subnormal numbers, no numbers. */
export const f64s: readonly number[] = [
  ...signed([0, 0.1, 0.2, 0.3, 1 / 3, 0.5, 0.49999999999999994, 0.5000000000000001, 0.9999999999999999, 1]),
  ...signed([
    1.0000000000000002, 1.5, 2, 2.5, 3, 3.5, 7, 8, 10, 22, 33, 255.5, 708.4, 709.79, 745.2, 1023, 1074,
  ]),
  ...signed([
    Math.PI,
    Math.PI / 2,
    Math.E,
    1e15,
    1e21,
    1e-7,
    1e22,
    1e300,
    2 ** 52 - 0.5,
    2 ** 62,
    2 ** 84 * 1.1,
  ]),
  ...signed([
    ...around(2 ** 31),
    ...around(2 ** 32),
    ...around(2 ** 52),
    ...around(2 ** 53),
    2 ** 63,
    2 ** 64,
  ]),
  ...signed([5e-324, 2.225073858507201e-308, 2.2250738585072014e-308, Number.EPSILON, 2 ** -27]),
  ...signed([Number.MAX_VALUE, Infinity]),
  Number.NaN,
];

/** The few that matter most as the second of two. */
export const second: readonly number[] = [
  ...signed([0, 0.1, 1 / 3, 0.5, 0.9999999999999999, 1, 1.0000000000000002, 1.5, 2, 3, 7, 10, 255.5, 1074]),
  ...signed([5e-324, 2.2250738585072014e-308, 1e-7, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1, 1e22, 1e300]),
  ...signed([Number.MAX_VALUE, Infinity]),
  Number.NaN,
];

export const f32s: readonly number[] = [
  ...new Set(
    [
      ...f64s,
      ...signed([2 ** -149, 2 ** -126, 3.4028234663852886e38, 2 ** 24 - 1, 2 ** 24 + 2, 2 ** 23 - 0.5]),
      ...signed([0.49999997, 0.50000006, 0.99999994, 1.0000001, 88.7, 88.8, 103.9, 104, 1e27, 1.3e27]),
    ].map(Math.fround),
  ),
  -0,
];

export const integerTypes = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"] as const;
export type IntegerType = (typeof integerTypes)[number];

export function rangeOf(type: IntegerType) {
  const bits = Number(type.slice(1));
  const half = 2n ** BigInt(bits - 1);
  const isSigned = type[0] === "i";
  return { bits, isSigned, least: isSigned ? -half : 0n, most: isSigned ? half - 1n : 2n * half - 1n };
}

/** Both ends of the type, zero, small numbers, widths of types and what is around them. */
export function integers(type: IntegerType): Value[] {
  const { bits, least, most } = rangeOf(type);
  const widths = [7n, 8n, 9n, 15n, 16n, 17n, 31n, 32n, 33n, 63n, 64n, 65n];
  const all = [least, least + 1n, most - 1n, most, 0n, 1n, 2n, 3n, 5n, 10n, 100n, 46341n, 65536n, ...widths];
  const inRange = [...all, -1n, -2n, -3n, -7n, -9n].filter((x) => x >= least && x <= most);
  return [...new Set(inRange)].map((x) => (bits === 64 ? x : Number(x)));
}

/** Random numbers that are the same in every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Finite numbers of all magnitudes. */
export function randomBits(next: () => number, type: Extract<Type, "f32" | "f64"> = "f64"): number {
  const words = Uint32Array.of(next() * 2 ** 32, next() * 2 ** 32);
  const [value] = type === "f64" ? new Float64Array(words.buffer) : new Float32Array(words.buffer);
  return Number.isFinite(value) ? value : randomBits(next, type);
}

/** Functions of Math of one number that engines may round as they like. */
export const approximate = [
  ...[
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cbrt",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "log",
    "log10",
    "log1p",
  ],
  ...["log2", "sin", "sinh", "tan", "tanh"],
];
