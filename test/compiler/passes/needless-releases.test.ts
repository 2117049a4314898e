import { expect, test } from "vitest";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { leaveOutReleases } from "../../../src/compiler/passes/needless-releases.js";
import { passes } from "../../../src/compiler/passes/passes.js";
import { compileText, instantiate, load } from "../harness.js";

const text = `
export function scale(x: f64): f64 { return x * 2.5 + 1; }
export function product(x: f64, y: f64): f64 { return x * y; }
export function single(x: f32): f32 { return x / 3; }
export function ends(x: Float64Array): f64 { return x[0] + x[x.length - 1]; }
export function sum(x: Int32Array): i32 {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i];
  return s;
}
export function power(x: f64): f64 { return Math.pow(x, 1.5) + Math.sin(x); }
export function quotient(a: i32, b: i32): i32 { return a / b; }
export function at(x: Int32Array, i: i32): i32 { return x[i]; }
export function positive(x: f64): f64 {
  if (x < 0) throw new RangeError("below 0");
  return Math.sqrt(x);
}
export function negate(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = -x[i];
}

// from here on, kernels that take memory or draw numbers
export function median(x: Float64Array): f64 { return x.slice().sort()[x.length >> 1]; }
export function doubled(x: Float64Array): Float64Array { return x.map((v) => v * 2); }
export function text(i: i32): i32 { return i.toString().length; }
export function told(x: i32): i32 {
  if (x < 0) throw new RangeError(x.toString() + " is below 0");
  return x;
}
export function draw(seed: i32): f64 {
  if (seed) Math.seedRandom(seed);
  return Math.random();
}
export function sometimes(x: i32): i32 { return x > 2 ? deep(x, 3) : x; }
function deep(x: i32, left: i32): i32 {
  if (left) return deep(x, left - 1) + 1;
  return new Int32Array(x).length;
}
type Function1 = (x: i32) => i32;
const ways: StaticArray<Function1> = [(x) => x, (x) => new Int32Array(x).length];
export function either(x: i32): i32 { return ways[x & 1](x); }
`;
const free = ["scale", "product", "single", "ends", "sum", "power", "quotient", "at", "positive", "negate"];
const taking = ["median", "doubled", "text", "told", "draw", "sometimes", "either"];

async function bodies(wasm: Uint8Array): Promise<(name: string) => string> {
  const { binaryen } = await loadToolchain(import.meta.dirname);
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const all = module.emitText();
  return (name) => {
    const fn = all.match(`\\(export "run\\$${name}" \\(func (\\$[^)]+)\\)`)![1];
    const begin = all.indexOf(` (func ${fn} `);
    return all.slice(begin, all.indexOf("\n )", begin));
  };
}

// a release sets a variable, or calls what does
const releases = /\(global\.set|\(call /;

test("a loop whose items take no memory frees none after each", async () => {
  const bodyOf = await bodies((await compileText(text)).wasm);
  for (const name of free) {
    const body = bodyOf(name);
    // what is thrown stands behind the loop, and the library's functions of numbers may be called in it
    expect([name, body.match(/\(global\.set/g) ?? []]).toEqual([name, []]);
  }
  for (const name of taking) expect([name, releases.test(bodyOf(name))]).toEqual([name, true]);
});

test("every kernel returns the same and fails the same as with a release after each item", async () => {
  const before = await load(text, { passes: passes.filter((pass) => pass !== leaveOutReleases) });
  const after = await load(text);
  const items = Array.from({ length: 200 }, (_, i) => i);
  const floats = items.map((i) => Math.sin(i) * 1e3);
  const rows = items.map((i) => Float64Array.from({ length: i % 7 }, (_, j) => Math.cos(i + j)));
  const words = items.map((i) => Int32Array.from({ length: i % 7 }, (_, j) => (i * 7919) ^ j));
  const cases: Record<string, Parameters<typeof before.run>[1]> = {
    scale: [floats],
    product: [floats, floats],
    single: [floats],
    ends: [rows],
    sum: [words],
    power: [floats],
    quotient: [items, items.map((i) => i % 5)],
    at: [words, items.map((i) => i % 9)],
    positive: [floats],
    negate: [rows],
    median: [rows],
    doubled: [rows],
    text: [items],
    told: [items.map((i) => 50 - i)],
    draw: [items.map((i) => i % 3)],
    sometimes: [items],
    either: [items],
  };
  for (const [name, columns] of Object.entries(cases)) {
    for (const tables of [false, true]) {
      const copies = () => columns.map((column) => structuredClone(column));
      const [a, b] = [copies(), copies()];
      const right = before.run(name, a, { tables });
      expect([name, after.run(name, b, { tables }), b]).toEqual([name, right, a]);
      const failing = ["ends", "quotient", "at", "positive", "told", "draw", "median"];
      expect([name, right.thrown.length > 0]).toEqual([name, failing.includes(name)]);
    }
  }
});

test("what an item takes is free again, whichever kernels of the module ran before", async () => {
  const { run } = await load(text, {});
  const rows = Array.from({ length: 3000 }, () => new Float64Array(100).fill(1));
  for (let i = 0; i < 3; i++) {
    // 800 bytes for each of 3,000 items do not fit into a MiB together
    expect(run("median", [rows]).thrown).toEqual([]);
    expect(run("scale", [[1, 2]]).values).toEqual([3.5, 6]);
    const { thrown } = run("told", [Array.from({ length: 3000 }, () => -1)]);
    expect(new Set(thrown.map(({ message }) => message))).toEqual(new Set(["-1 is below 0"]));
    expect(run("positive", [[4, -1, 9]])).toMatchObject({ values: [2, 0, 3], thrown: [{ item: 1 }] });
  }
});

test("an item that seeds no generator draws nothing after one that did, in a loop and in the next", async () => {
  const { run } = await load(text);
  for (let i = 0; i < 2; i++) {
    expect(run("draw", [[1, 0, 2, 0]]).thrown.map(({ item }) => item)).toEqual([1, 3]);
    expect(run("scale", [[1]]).thrown).toEqual([]);
    expect(run("draw", [[0]]).thrown.map(({ item }) => item)).toEqual([0]);
  }
});

test("the failing item is named where items take no memory", async () => {
  const { run } = await load(text);
  const items = Array.from({ length: 5000 }, (_, i) => i);
  const fails = (i: number) => i % 1024 === 0 || i % 1000 === 999 || i === 4998;
  const failing = items.filter(fails);
  const zeros = items.map((i) => (fails(i) ? 0 : 1));
  for (const [name, columns, error] of [
    ["quotient", [items, zeros], { name: "RuntimeError" }],
    ["positive", [items.map((i) => (fails(i) ? -1 : 4))], { message: "below 0" }],
    [
      "at",
      [items.map((i) => new Int32Array(zeros[i])), items.map(() => 0)],
      { message: "Index out of range" },
    ],
  ] as const) {
    const { thrown } = run(name, columns as never);
    expect(thrown.map(({ item }) => item)).toEqual(failing);
    for (const each of thrown) expect(each).toMatchObject(error);
  }
});

test("a loop over no items runs none", async () => {
  const { exports, memory } = await instantiate(await compileText(text));
  const words = new Uint32Array(memory.buffer, 4 << 20, 8);
  words.set([(4 << 20) + 16, 0, (4 << 20) + 16, 0, 0, 0, 7, 77]);
  for (const [begin, end] of [
    [3, 3],
    [4, 3],
    [0, 0],
  ])
    exports.run$scale(begin, end, 4 << 20, (4 << 20) + 28);
  expect(words[7]).toBe(77);
});

test("a module whose variables keep objects settles after each item, as before", async () => {
  const { run } = await load(`
let last = new Float64Array(1);
export function shift(x: f64): f64 {
  const before = last[0];
  last = new Float64Array(1);
  last[0] = x;
  return before;
}
export function plain(x: f64): f64 { return x + last[0]; }
`);
  expect(run("shift", [[1, 2, 3]]).values).toEqual([0, 1, 2]);
  expect(run("plain", [[1, 2]]).values).toEqual([4, 5]);
  expect(run("shift", [Array.from({ length: 100_000 }, (_, i) => i)])).toMatchObject({ thrown: [] });
});
