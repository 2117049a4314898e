import { rangeOf } from "./values.js";

/** A row of the table in docs/kernels.md: what kernels and JavaScript do not do alike. */
export interface Documented {
  what: string;
  types: string;
  how: string;
  /** the expressions of the audit that show it, and the values for which they may */
  where: Record<string, (...values: any[]) => boolean>;
}

const each = (types: readonly string[], rest: string, differs: (...values: any[]) => boolean) =>
  Object.fromEntries(types.map((type) => [`${type}: ${rest}`, differs]));

const small = ["i8", "u8", "i16", "u16"];
const upTo32 = [...small, "i32", "u32"];

export const floatsDiffer: Documented[] = [
  {
    what: "arithmetic of more than one step",
    types: "`f32`",
    how: "each step is rounded to `f32`, in JavaScript only what is stored; write `<f64>x * y + z`",
    where: { "f32: x * y + y": () => true },
  },
];

export const integersDiffer: Documented[] = [
  {
    what: "`/`, `%`",
    types: "integers",
    how: "`/` drops the fraction, `7 / 2` is 3; `x / 0`, `x % 0`, the least `i32` or `i64` `/ -1` are errors",
    where: {
      ...each(upTo32, "x / y", (x, y) => y === 0 || (x === -(2 ** 31) && y === -1)),
      ...each(upTo32, "x % y", (_, y) => y === 0),
      "i64: x / y": (x, y) => x === rangeOf("i64").least && y === -1n,
    },
  },
  {
    what: "`*`, `**`",
    types: "integers",
    how: "wrap exactly; JavaScript rounds what is beyond 2 ** 53 before it wraps",
    where: {
      ...each(["i32", "u32"], "x * y", (x, y) => Math.abs(x * y) > 2 ** 53),
      ...each(upTo32, "x ** y", (x, y) => Math.abs(x ** y) > 2 ** 53),
    },
  },
  {
    what: "`<<`, `>>`, `>>>`",
    types: "all but `i32`, `u32`",
    how: "the amount counts modulo the width of the type: `<i8>1 << 9` is 2",
    where: Object.fromEntries(
      [...small, "i64", "u64"].flatMap((type) =>
        ["x << y", "x >> y", "x >>> y"].map((rest) => [
          `${type}: ${rest}`,
          (_: unknown, amount: number | bigint) => amount < 0 || amount >= rangeOf(type as "i8").bits,
        ]),
      ),
    ),
  },
  {
    what: "`>>`",
    types: "`u32`",
    how: "has no sign to keep; write `<u32>(<i32>x >> y)`",
    where: { "u32: x >> y": (x) => x >= 2 ** 31 },
  },
  {
    what: "`>>>`",
    types: "`i32`",
    how: "stays an `i32`; write `<u32>x >>> y`",
    where: { "i32: <f64>(x >>> y)": (x) => x < 0 },
  },
  {
    what: "`clz`, `ctz`, `popcnt`",
    types: "8, 16 bits",
    how: "AssemblyScript's own; they count 32 bits",
    where: {
      ...each(small, "clz(x)", () => true),
      ...each(small, "ctz(x)", (x) => x === 0),
      ...each(["i8", "i16"], "popcnt(x)", (x) => x < 0),
    },
  },
  {
    what: "`rotl`, `rotr`",
    types: "`i8`, `i16`",
    how: "AssemblyScript's own; wrong below 0: write `<i8>rotl(<u8>x, y)`",
    where: {
      ...each(["i8", "i16"], "rotl(x, y)", (x) => x < 0),
      ...each(["i8", "i16"], "rotr(x, y)", (x) => x < 0),
    },
  },
];

/**
 * What JavaScript lets every engine round as it likes, with the units in the last place by which kernels and V8 are apart
 * at most.
 */
export const roundings: { ulps: number; functions: readonly string[] }[] = [
  { ulps: 1, functions: ["acosh", "asinh", "atan2", "atanh", "exp", "log", "log1p", "log2", "pow"] },
  { ulps: 2, functions: ["cos", "cosh", "expm1", "log10", "sin"] },
  { ulps: 3, functions: ["sinh", "tan", "tanh"] },
];

const exactRadixes = [0, 2, 4, 8, 10, 16, 32];

export const readingDiffers: Documented[] = [
  {
    what: "`parseInt(text, radix)`",
    types: "",
    how: "is exact; V8 may be off by a bit beyond 2 ** 53 where the radix is neither 10 nor a power of 2",
    where: { "text: parseInt(s, r)": (_, radix) => !exactRadixes.includes(radix) },
  },
  {
    what: "`I32.parseInt`, `i32.parse`",
    types: "integers",
    how: "AssemblyScript's own; text without a number is 0, what is too large wraps: write `<i32>parseInt(text)`",
    where: { "text: i32.parse(s)": (text) => Math.abs(Number.parseInt(text, 10)) >= 2 ** 31 },
  },
];

export const printingDiffers: Documented[] = [
  {
    what: "`x.toString(radix)`",
    types: "`f64`, `f32`",
    how: "with a radix but 10, an error for fractions and from 2 ** 53 on",
    where: each(["f64", "f32"], "x.toString(r)", (x, radix) => radix !== 10 && !Number.isSafeInteger(x)),
  },
];

// of Latin, Georgian, Glagolitic, Vithkuqi, Garay and Beria Erfe
const isNewLetter = (text: string) =>
  /^[\u019b\u0264\u1c89\u1c8a\u2c2f\u2c5f\ua7c0-\ua7dc\u{10570}-\u{105bc}\u{10d50}-\u{10d85}\u{16ea0}-\u{16ed3}]$/u.test(
    text,
  );

export const stringsDiffer: Documented[] = [
  {
    what: "`if (text)`, `text ? a : b`, `text || a`",
    types: "",
    how: "an empty string counts as true; write `!!text`",
    where: { "text: s ? 1 : 0": (s) => s === "" },
  },
  {
    what: "`charCodeAt`, `codePointAt`",
    types: "",
    how: "-1 past the ends, where JavaScript has NaN and undefined",
    where: {
      "text: s.charCodeAt(i)": (s, i) => s[i] === undefined,
      "text: s.codePointAt(i)": (s, i) => s[i] === undefined,
    },
  },
  {
    what: "`text[i]`, `text.at(i)`",
    types: "",
    how: "an empty string and an error past the ends, where JavaScript has undefined",
    where: {
      "text: s[i]": (s, i) => s[i] === undefined,
      "text: s.at(i)": (s, i) => s.at(i) === undefined,
    },
  },
  {
    what: "`toUpperCase`, `toLowerCase`",
    types: "",
    how: "leave letters of Unicode 14 and later as they are",
    where: {
      "text: s.toUpperCase()": isNewLetter,
      "text: s.toLowerCase()": isNewLetter,
    },
  },
];

/** The lines of docs/kernels.md that this file knows. */
export function documentedRows(): string[] {
  const groups = [floatsDiffer, integersDiffer, readingDiffers, printingDiffers, stringsDiffer];
  const apart = roundings.map(({ ulps, functions }) => ({
    what: functions.map((name) => `\`${name}\`${name === "pow" ? ", `**`" : ""}`).join(", "),
    types: "`f64`",
    how: `up to ${ulps} ulp from V8's`,
  }));
  return [...apart, ...groups.flat()].map(({ what, types, how }) => `| ${what} | ${types} | ${how} |`);
}
