import { expect, test } from "vitest";
import { surprises, type Table, type Value } from "./audit.js";
import { floatsDiffer, integersDiffer } from "./documented.js";
import {
  approximate,
  f32s,
  f64s,
  type IntegerType,
  integers,
  integerTypes,
  rangeOf,
  second,
} from "./values.js";

const operators = ["x + y", "x - y", "x * y", "x / y", "x % y", "-x", "+x"];
const conditions = [
  "x < y",
  "x <= y",
  "x > y",
  "x >= y",
  "x == y",
  "x != y",
  "x ? 1 : 0",
  "!x",
  "x && y",
  "x || y",
];
const ofMath = {
  exact: ["abs", "ceil", "floor", "fround", "round", "sign", "sqrt", "trunc", "clz32"],
  ofTwo: ["max", "min", "imul"],
  constants: ["E", "LN2", "LN10", "LOG2E", "LOG10E", "PI", "SQRT1_2", "SQRT2"],
};
const ofNumber = {
  questions: ["isNaN", "isFinite", "isInteger", "isSafeInteger"],
  constants: [
    "EPSILON",
    "MIN_VALUE",
    "MAX_VALUE",
    "MIN_SAFE_INTEGER",
    "MAX_SAFE_INTEGER",
    "POSITIVE_INFINITY",
    "NaN",
  ],
};
const builtins: [string, string][] = [
  ...["abs", "ceil", "floor", "sqrt", "trunc"].map((name): [string, string] => [
    `${name}(x)`,
    `Math.${name}(x)`,
  ]),
  ...["min", "max"].map((name): [string, string] => [`${name}(x, y)`, `Math.${name}(x, y)`]),
  ["nearest(x)", "nearest(x)"],
  ["copysign(x, y)", "Object.is(y, -0) || y < 0 ? -Math.abs(x) : Math.abs(x)"],
  ["isNaN(x)", "Number.isNaN(x)"],
  ["isFinite(x)", "Number.isFinite(x)"],
];

// half way to the even one
function nearest(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down || x * 0 : Math.ceil(x);
}

// what JavaScript has when it keeps f32: the f64 result, rounded
const Mathf = Object.fromEntries(
  Object.getOwnPropertyNames(Math).map((name) => {
    const member = (Math as any)[name];
    const rounded = (...numbers: number[]) => Math.fround(member(...numbers));
    return [name, typeof member === "number" ? Math.fround(member) : rounded];
  }),
);

const doubles: Table = {
  variables: { x: ["f64", f64s], y: ["f64", second] },
  returns: "f64",
  expressions: [
    ...operators,
    ...conditions,
    ...builtins,
    ...ofMath.exact.map((name) => `Math.${name}(x)`),
    ...[...ofMath.ofTwo, "hypot"].map((name) => `Math.${name}(x, y)`),
    ...ofMath.constants.map((name) => `Math.${name}`),
    ...ofNumber.questions.map((name) => `Number.${name}(x)`),
    ...ofNumber.constants.flatMap((name): [string, string][] => [
      [`Number.${name}`, `Number.${name}`],
      [`f64.${name}`, `Number.${name}`],
    ]),
    ["NativeMath.mod(x, y)", "x % y"],
    ["NativeMath.signbit(x)", "x < 0 || Object.is(x, -0)"],
    ["(NativeMath.sincos(x), NativeMath.sincos_sin == Math.sin(x) || isNaN(x - x))", "true"],
    ["(NativeMath.sincos(x), NativeMath.sincos_cos == Math.cos(x) || isNaN(x - x))", "true"],
  ],
};

const singles: Table = {
  variables: { x: ["f32", f32s], y: ["f32", second.map(Math.fround)] },
  returns: "f32",
  expressions: [
    ...operators,
    ...conditions,
    ...builtins,
    "x ** y",
    "x * y + y",
    ...[...ofMath.exact, ...approximate].map((name) => `Mathf.${name}(x)`),
    ...[...ofMath.ofTwo, "atan2", "hypot", "pow"].map((name) => `Mathf.${name}(x, y)`),
    ...ofMath.constants.map((name) => `Mathf.${name}`),
    ["F32.isInteger(x)", "Number.isInteger(x)"],
    ["F32.isNaN(x)", "Number.isNaN(x)"],
    ["F32.isFinite(x)", "Number.isFinite(x)"],
    ["NativeMathf.mod(x, y)", "x % y"],
    ["F32.EPSILON", "2 ** -23"],
    ["F32.MIN_VALUE", "2 ** -149"],
    ["F32.MAX_VALUE", "(2 - 2 ** -23) * 2 ** 127"],
  ],
};

function whole(type: IntegerType): Table[] {
  const { bits, least, most } = rangeOf(type);
  const all = integers(type);
  const big = bits === 64;
  const literal = (x: bigint) => (big ? `${x}n` : `${x}`);
  const variables: Table["variables"] = { x: [type, all], y: [type, all] };
  const expressions: Table["expressions"] = [
    ...[
      "x + y",
      "x - y",
      "x * y",
      "x / y",
      "x % y",
      "-x",
      ...conditions.filter((each) => !/&&|\|\||\?/.test(each)),
    ],
    ...["x << y", "x >> y", "x & y", "x | y", "x ^ y", "~x"],
    ["x >>> y", big ? "BigInt.asUintN(64, x) >> y" : "x >>> y"],
    ["+x", "x"],
    ["x ? 1 : 0", "!!x"],
    ["abs(x)", "x < 0 ? -x : x"],
    ["min(x, y)", "x < y ? x : y"],
    ["max(x, y)", "x > y ? x : y"],
    ["clz(x)", `bitsOf(x, ${bits}).search(/1|$/)`],
    ["ctz(x)", `[...bitsOf(x, ${bits})].reverse().join("").search(/1|$/)`],
    ["popcnt(x)", `bitsOf(x, ${bits}).replaceAll("0", "").length`],
    ["rotl(x, y)", `rotated(x, y, ${bits})`],
    ["rotr(x, y)", `rotated(x, -y, ${bits})`],
    [`${type}.MIN_VALUE`, literal(least)],
    [`${type.toUpperCase()}.MAX_VALUE`, literal(most)],
  ].map(
    (each) =>
      (big && typeof each !== "string" && /bitsOf/.test(each[1])
        ? [each[0], `BigInt(${each[1]})`]
        : each) as [string, string],
  );
  const powers = big ? all.filter((x) => Number(x) >= 0 && Number(x) <= 65536) : all;
  return [
    { variables, returns: type, expressions },
    {
      variables: { x: [type, all], y: [type, powers] },
      returns: type,
      expressions: [["x ** y", big ? "power(x, y)" : "x ** y"]],
    },
  ];
}

const scope = {
  nearest,
  Mathf,
  bitsOf: (x: number | bigint, bits: number) =>
    BigInt.asUintN(bits, BigInt(x)).toString(2).padStart(bits, "0"),
  rotated(x: number | bigint, by: number | bigint, bits: number) {
    const digits = scope.bitsOf(x, bits);
    const at = Number(BigInt.asUintN(64, BigInt(by)) % BigInt(bits));
    const turned = BigInt(`0b${digits.slice(at)}${digits.slice(0, at)}`);
    return typeof x === "bigint" ? turned : Number(turned);
  },
  power(x: bigint, y: bigint): bigint {
    if (y === 0n) return 1n;
    const half = scope.power(x, y / 2n);
    return BigInt.asUintN(64, half * half * (y % 2n ? x : 1n));
  },
};

test("kernels calculate with f64 and f32 as JavaScript does, or as documented, at every extreme", async () => {
  expect(await surprises([doubles, singles], floatsDiffer, { scope })).toEqual([]);
});

test("however AssemblyScript is told to optimize", async () => {
  const asc = { optimizeLevel: 3, shrinkLevel: 2 };
  expect(await surprises([doubles, singles], floatsDiffer, { scope, asc })).toEqual([]);
});

test("kernels calculate with integers as JavaScript's typed arrays hold them, or as documented, at every extreme", async () => {
  const i32s: Value[] = integers("i32");
  const widened: Table = {
    variables: { x: ["i32", i32s], y: ["i32", i32s] },
    returns: "f64",
    expressions: [["<f64>(x >>> y)", "x >>> y"]],
  };
  expect(await surprises([...integerTypes.flatMap(whole), widened], integersDiffer, { scope })).toEqual([]);
});
