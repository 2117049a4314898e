import { expect, test } from "vitest";
import { compileText, load } from "../harness.js";

const kernel = (value: string, before = "") =>
  `export function f(x: Float64Array, n: i32): f64 {\n  ${before}return ${value};\n}`;
const warned = async (text: string, unchecked = false) => {
  const { warnings } = await compileText(text, { unchecked });
  return [...warnings.matchAll(/WARNING AS102: (.*)\n[\s\S]*?in (kernels\.ts\(\d+,\d+\))/g)].map(
    ([, message, place]) => `${place}: ${message}`,
  );
};
const drops = (a: string, b: string, from = "i32", to = "f64") =>
  `${from} / ${from} drops the fraction before it becomes ${to}: write <${to}>${a} / ${b}, or <${from}>(${a} / ${b}) if that is meant.`;

test.each([
  ["x.length / 2", 10],
  ["(x.length / 2)", 11],
  ["x.length / 2 * 0.5", 10],
  ["0.5 + x.length / 2", 16],
  ["1 + x.length / 2", 14],
  ["-(x.length / 2)", 12],
  ["n > 1 ? x.length / 2 : 0", 18],
  ["Math.sqrt(x.length / 2)", 20],
])("a build warns of the fraction that '%s' drops", async (value, column) => {
  for (const unchecked of [false, true]) {
    expect(await warned(kernel(value), unchecked)).toEqual([
      `kernels.ts(2,${column}): ${drops("x.length", "2")}`,
    ]);
  }
});

test("a build warns where a quotient is assigned to a float, an element or a parameter", async () => {
  const before = "let sum = 7; const mean: f64 = sum / n; let s: f64 = 0; s += sum / 3; x[0] = n / 5; ";
  expect(await warned(kernel("mean + s", before))).toEqual([
    `kernels.ts(2,34): ${drops("sum", "n")}`,
    `kernels.ts(2,64): ${drops("sum", "3")}`,
    `kernels.ts(2,80): ${drops("n", "5")}`,
  ]);
  const generic = "function half<T>(n: T): f64 { return n / <T>2; }\n";
  expect(await warned(generic + kernel("half<i32>(n) + half<u8>(4) + half<f64>(3)"))).toHaveLength(1);
});

test.each([
  "<f64>x.length / 2",
  "<i32>(x.length / 2)",
  "<f64>(x.length / 2)",
  "x.length / 2.0",
  "Math.trunc(n / 2)",
  "x[n / 2]",
  "n % 2",
  "1 / 2",
  "n",
])("a build says nothing about '%s'", async (value) => {
  expect(await warned(kernel(value))).toEqual([]);
});

test("what a warning proposes returns what it says", async () => {
  const { run } = await load(`
    export function drops(n: i32): f64 { return n / 2; }
    export function keeps(n: i32): f64 { return <f64>n / 2; }
    export function means(n: i32): f64 { return <i32>(n / 2); }`);
  expect(["drops", "keeps", "means"].map((name) => run(name, [[7]]).values[0])).toEqual([3, 3.5, 3]);
});
