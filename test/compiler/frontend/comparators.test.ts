import { expect, test } from "vitest";
import { compileText, load } from "../harness.js";

const comparators = [
  "(a, b) => a - b",
  "((a: u8, b: u8): i32 => (a - b))",
  "function (a: u8, b: u8): i32 { if (a > 100) { return a - b; } else return -(b - a); }",
  "(a, b) => (a > b ? a - b : a - b)",
  "(a, b) => 0 || a - b",
  "(a, b) => (a & 0) - (b & 0) || a - b",
  "(a, b) => a != b && a - b",
  "declared",
  "constant",
];

test("a difference of bytes orders by number, wherever a comparator returns it", async () => {
  const { run } = await load(`
function declared(a: u8, b: u8): i32 { return a - b; }
const constant = (a: u8, b: u8): i32 => a - b;
${comparators.map((text, k) => `export function f${k}(x: Uint8Array): void { x.sort(${text}); }`).join("\n")}`);
  const sorted = comparators.map((_, k) => {
    const rows = [Uint8Array.of(3, 200, 1, 2)];
    run(`f${k}`, [rows]);
    return rows[0];
  });
  expect(sorted).toEqual(comparators.map(() => Uint8Array.of(1, 2, 3, 200)));
});

test("a function that others call or see returns its difference as before", async () => {
  const { run } = await load(`
function called(a: i32, b: i32): i32 { return a - b; }
export function seen(a: i32, b: i32): i32 { return a - b; }
export function f(x: Int32Array): i32 { x.sort(called).sort(seen); return called(9, 2); }`);
  const rows = [Int32Array.of(3, 1, 2)];
  expect(run("f", [rows]).values).toEqual([7]);
  expect(rows[0]).toEqual(Int32Array.of(1, 2, 3));
  expect(run("seen", [[9], [2]]).values).toEqual([7]);
});

test("a sort of the program's own is given the difference", async () => {
  const { run } = await load(`
class Scale { sort(difference: (a: i32, b: i32) => i32): i32 { return difference(9, 2); } }
export function f(): i32 { return new Scale().sort((a, b) => a - b); }`);
  expect(run("f", [], { items: 1 }).values).toEqual([7]);
});

test("differences of all numbers are compared without wrapping or rounding, NaN as equal", async () => {
  const { run } = await load(`
let one: f64 = 0, than: f64 = 0, signed: i64 = 0, unsigned: u64 = 0;
export function floats(a: f64, b: f64): i32 { one = a; than = b; return first([1, 0].sort((p, q) => (p < q ? one - than : than - one))); }
export function mixed(a: i64, b: u64): i32 { signed = a; unsigned = b; return first([1, 0].sort((p, q) => (p < q ? signed - unsigned : unsigned - signed))); }
export function small(a: f32, b: f64): i32 { one = b; single = a; return first([1, 0].sort((p, q) => (p < q ? single - one : one - single))); }
let single: f32 = 0;
// 0 where the first difference is negative, 1 where it is not
function first(list: i32[]): i32 { return list[0]; }`);
  const floats = [
    [1, 2, 0],
    [2, 1, 1],
    [1, Number.NaN, 1],
    [Number.NaN, 1, 1],
    [-Infinity, Infinity, 0],
    [Infinity, Infinity, 1],
    [-1e308, 1e308, 0],
    [1, 1 + 2 ** -52, 0],
    [5e-324, 1e-323, 0],
  ];
  const column = (table: unknown[][], at: number) => table.map((row) => row[at]) as number[];
  expect(run("floats", [column(floats, 0), column(floats, 1)]).values).toEqual(column(floats, 2));
  const mixed = [
    [-1n, 2n ** 64n - 1n, 0],
    [2n ** 63n - 1n, 2n ** 63n, 0],
    [5n, 4n, 1],
    [-(2n ** 63n), 0n, 0],
  ];
  expect(run("mixed", [column(mixed, 0), column(mixed, 1)]).values).toEqual(column(mixed, 2));
  // the f32 nearest to 0.1 is larger than 0.1
  expect(
    run("small", [
      [0.1, 0.5],
      [0.1, 0.75],
    ]).values,
  ).toEqual([1, 0]);
});

test("objects are sorted by differences of their fields, and places by those of a table", async () => {
  const { run } = await load(`
class Peak { constructor(public height: f64, public width: u8, public at: i32) {} }
export function peaks(heights: Float64Array, widths: Uint8Array): Int32Array {
  const list: Peak[] = [];
  for (let i = 0; i < heights.length; i++) list.push(new Peak(heights[i], widths[i], i));
  list.sort((a, b) => b.height - a.height || a.width - b.width);
  const order = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) order[i] = list[i].at;
  return order;
}
const keys = new Uint16Array(4);
keys[0] = keys[2] = 60000;
keys[1] = 2;
keys[3] = 1;
export function places(n: i32): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order.sort((a, b) => keys[a] - keys[b]);
}`);
  const heights = [Float64Array.of(1, 2.5, 1.25, 2.5)];
  expect(run("peaks", [heights, [Uint8Array.of(0, 200, 0, 1)]]).values).toEqual([Int32Array.of(3, 1, 2, 0)]);
  expect(run("places", [[4]]).values).toEqual([Int32Array.of(3, 1, 0, 2)]);
});

test("a difference of what has none is an error of the build", async () => {
  const text = 'export function f(): i32 { return ["b", "a"].sort((a, b) => a - b).length; }';
  await expect(compileText(text)).rejects.toThrow("Operator '-' cannot be applied to types");
});
