import { beforeAll, expect, test } from "vitest";
import { type instantiate, load } from "../harness.js";

const source = `
const RATE: f32 = 2;
let started = 0;
started += 1;

export function scale(x: Float32Array, by: f32 = RATE * 2): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i] * by;
}
export function head(x: Int32Array, n: i32 = x.length, m: i32 = n + 1): Int32Array {
  return x.slice(0, min(n, m));
}
export function sum(a: i8, b: u64, c: f64, d: bool): f64 {
  return <f64>a + <f64>b + c + (d ? 0.5 : 0);
}
export function isNegative(a: f32): bool {
  return a < 0;
}
export function startedTimes(): i32 {
  return started;
}
export function weighted(x: Float64Array, w: Float64Array = new Float64Array(2)): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * (i < w.length ? w[i] + 1 : 1);
  return sum;
}
export function optional(x: Float64Array, w: Float64Array | null = null): i32 {
  return w ? w.length : -1;
}
export function big(n: i32): Float64Array {
  return new Float64Array(n).fill(n);
}
export function load(store: f64): f64 {
  return store + 1;
}
export function i(begin: f64, end: f64): f64 {
  return begin - end;
}
export function echo(x: Uint8Array): Uint8Array {
  return x;
}
`;

let kernels: Awaited<ReturnType<typeof instantiate>>;
beforeAll(async () => {
  kernels = await load(source);
});

test("rows are changed in place, with the default value where no argument is given", () => {
  const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
  expect(kernels.run("scale", [rows, undefined]).thrown).toEqual([]);
  expect(rows).toEqual([Float32Array.of(4, 8), Float32Array.of(12, 16)]);
});

test("rows of unequal lengths come through a table", () => {
  const rows = [Float32Array.of(1), Float32Array.of(), Float32Array.of(1, 2, 3)];
  kernels.run("scale", [rows, [10, 20, 30]]);
  expect(rows).toEqual([Float32Array.of(10), Float32Array.of(), Float32Array.of(30, 60, 90)]);
});

test("a default value may use the parameters before it, and depends on the item", () => {
  const rows = [Int32Array.of(1, 2, 3), Int32Array.of(4), Int32Array.of()];
  expect(kernels.run("head", [rows, undefined, undefined]).values).toEqual(rows);
  expect(kernels.run("head", [rows, undefined, [1, 1, 1]]).values).toEqual([
    Int32Array.of(1),
    Int32Array.of(4),
    Int32Array.of(),
  ]);
});

test("scalars of every size are read, and booleans are", () => {
  const { values } = kernels.run("sum", [
    [-128, 127],
    [2n ** 40n, 0n],
    [0.25, 0.125],
    [true, false],
  ]);
  expect(values).toEqual([2 ** 40 - 128 + 0.75, 127.125]);
  expect(kernels.run("isNegative", [[-1, 0, 1]]).values).toEqual([1, 0, 0]);
});

test("top-level code has run once", () => {
  expect(kernels.run("startedTimes", [], { items: 3 }).values).toEqual([1, 1, 1]);
});

test("a row may have a default value, or null", () => {
  const rows = [Float64Array.of(1, 2, 3)];
  expect(kernels.run("weighted", [rows, undefined]).values).toEqual([6]);
  expect(kernels.run("weighted", [rows, [Float64Array.of(1)]]).values).toEqual([7]);
  expect(kernels.run("optional", [rows, undefined]).values).toEqual([-1]);
  expect(kernels.run("optional", [rows, [Float64Array.of(1)]]).values).toEqual([1]);
});

test("returned arrays outlive their items, in the segment and beyond it", () => {
  const lengths = [1, 30_000, 0, 5, 40_000, 2];
  const { values } = kernels.run("big", [lengths]);
  expect(values).toEqual(lengths.map((n) => new Float64Array(n).fill(n)));
});

test("a returned row is a copy", () => {
  expect(kernels.run("echo", [[Uint8Array.of(1, 2)]]).values).toEqual([Uint8Array.of(1, 2)]);
});

test("kernels may have the names of builtins and of what the loop uses", () => {
  expect(kernels.run("load", [[1]]).values).toEqual([2]);
  expect(kernels.run("i", [[3], [1]]).values).toEqual([2]);
});

test("only what the engine calls is exported", () => {
  expect(
    Object.keys(kernels.exports)
      .filter((name) => !name.startsWith("run$"))
      .sort(),
  ).toEqual(["arena", "mark", "release", "segment", "segmentTop", "start"]);
});
