import { describe, expect, test } from "vitest";
import { load } from "../../harness.js";
import { product } from "../product.js";
import { type Argument, both } from "./both.js";
import { elementTypes, indices, rowOf } from "./values.js";

const fields = elementTypes.filter(({ array, row }) => array === row);
const reads = fields.map(({ array, scalar }) => [array.replace("Array", ""), scalar]);
const order = (scalar: string) => (scalar.endsWith("8") ? "" : ", a % 2 != 0");
// JavaScript calls those of 64 bits getBigInt64 and so on
const accessors = reads
  .filter(([, scalar]) => !scalar.endsWith("64") || scalar === "f64")
  .map(
    ([name, scalar]) => `
export function get_${scalar}(x: Uint8Array, a: i32, b: i32): f64 { return num(viewOf(x).get${name}(b${order(scalar)})); }
export function set_${scalar}(x: Uint8Array, a: i32, b: i32, v: ${scalar}): void {
  const view = viewOf(x);
  view.set${name}(b, v${order(scalar)});
  for (let i = 0; i < x.length; i++) x[i] = view.getUint8(i);
}`,
  );
const views = `
function viewOf(x: Uint8Array): DataView {
  const view = new DataView(new ArrayBuffer(x.length));
  for (let i = 0; i < x.length; i++) view.setUint8(i, x[i]);
  return view;
}
export function view(a: i32, b: i32): f64 {
  const view = new DataView(new ArrayBuffer(9), a, b);
  return view.byteOffset + view.byteLength / 100.0;
}
export function viewFrom(a: i32): i32 { return new DataView(new ArrayBuffer(9), a).byteLength; }
export function viewAll(): i32 { return new DataView(new ArrayBuffer(9)).byteLength; }
export function slice(x: Uint8Array, a: i32, b: i32): Uint8Array {
  const buffer = new ArrayBuffer(x.length);
  Uint8Array.wrap(buffer).set(x);
  return Uint8Array.wrap(buffer.slice(a, b));
}
export function buffer(a: i32): i32 { return new ArrayBuffer(a < 100 ? a : 7).byteLength; }
export function isView(): i32 {
  const buffer = new ArrayBuffer(8);
  return (ArrayBuffer.isView(new Int8Array(1)) ? 1 : 0) + (ArrayBuffer.isView(buffer) ? 2 : 0) +
    (ArrayBuffer.isView(new DataView(buffer)) ? 4 : 0);
}
export function printed(): Uint16Array { return codes(new ArrayBuffer(8).toString() + new DataView(new ArrayBuffer(8)).toString()); }
`;

test("views and buffers read, write, cut and refuse what JavaScript's do, at every offset", async () => {
  const { differences } = await both(views + accessors.join(""));
  const bytes = Uint8Array.from({ length: 11 }, (_, i) => (i * 89 + 1) % 256);
  const found = [
    ...differences("view", product<Argument>([indices, indices])),
    ...differences("viewFrom", product<Argument>([indices])),
    ...differences("buffer", product<Argument>([indices])),
    ...differences("slice", product<Argument>([[bytes], indices, indices])),
    ...["viewAll", "isView", "printed"].flatMap((name) => differences(name, [[]])),
    ...fields
      .filter(({ isBig }) => !isBig)
      .flatMap(({ scalar, extremes }) => [
        ...differences(`get_${scalar}`, product<Argument>([[bytes], [0, 1], indices])),
        ...differences(`set_${scalar}`, product<Argument>([[bytes], [0, 1], indices, extremes])),
      ]),
  ];
  expect(found).toEqual([]);
});

// each makes something of n elements, and counts those that are not zero
const fresh: Record<string, string> = {
  ...Object.fromEntries(
    elementTypes.map(({ array }) => [
      array,
      `const x = new ${array}(n); for (let i = 0; i < n; i++) found += i32(x[i] != 0);`,
    ]),
  ),
  "an ArrayBuffer":
    "const x = Uint8Array.wrap(new ArrayBuffer(n)); for (let i = 0; i < n; i++) found += i32(x[i] != 0);",
  "a DataView":
    "const x = new DataView(new ArrayBuffer(n)); for (let i = 0; i < n; i++) found += i32(x.getUint8(i) != 0);",
  "a static array": "const x = new StaticArray<f64>(n); for (let i = 0; i < n; i++) found += i32(x[i] != 0);",
  "a static array of texts":
    "const x = new StaticArray<string | null>(n); for (let i = 0; i < n; i++) found += i32(x[i] != null);",
  "a list": "const x = new Array<f64>(n); for (let i = 0; i < n; i++) found += i32(x[i] != 0);",
  "a list of lists":
    "const x = new Array<f64[] | null>(n); for (let i = 0; i < n; i++) found += i32(x[i] != null);",
  "a list that grew by its length":
    "const x = [1]; x.length = n + 1; for (let i = 1; i <= n; i++) found += i32(x[i] != 0);",
  "a list that grew by an index":
    "const x = [1]; x[n] = 7; for (let i = 1; i < n; i++) found += i32(x[i] != 0);",
  "a list that grew by an index, after others were pushed":
    "const x: i32[] = []; for (let i = 0; i < n; i++) x.push(7); x[2 * n] = 7; for (let i = n; i < 2 * n; i++) found += i32(x[i] != 0);",
  "a list that was cut and grew by its length":
    "const x: i32[] = []; for (let i = 0; i < n; i++) x.push(7); x.length = 1; x.length = n; for (let i = 1; i < n; i++) found += i32(x[i] != 0);",
  "a list that was cut and grew by an index":
    "const x: i32[] = []; for (let i = 0; i < n; i++) x.push(7); x.splice(1); x[n] = 7; for (let i = 1; i < n; i++) found += i32(x[i] != 0);",
  "a list of which a part was popped":
    "const x: string[] = []; for (let i = 0; i < n; i++) x.push('a'); x.pop(); x.length = n; found = i32(changetype<usize>(unchecked(x[n - 1])) != 0);",
  "what map leaves when its callback shortens the list":
    "const x = new Array<f64>(n).fill(7).map<f64>((e, i, all) => { if (all.length > 1) all.pop(); return 0; }); for (let i = 0; i < n; i++) found += i32(x[i] != 0);",
  "the fields of an object":
    "for (let i = 0; i < n; i++) { const x = new Fields(); found += i32(x.a != 0 || x.b != 0 || x.c != 0 || x.d != null || x.e != null); }",
  "the entries of a map":
    "const x = new Map<i32, f64>(); for (let i = 0; i < n; i++) found += i32(x.has(i)); for (let i = 0; i < n; i++) x.set(i, i); found += i32(x.size != n) + i32(x.has(n));",
  "the entries of a set":
    "const x = new Set<i32>(); for (let i = 0; i < n; i++) found += i32(x.has(i)); for (let i = 0; i < n; i++) x.add(i); found += i32(x.size != n) + i32(x.has(n));",
  "an array made by its type":
    "const x = instantiate<Float32Array>(n); for (let i = 0; i < n; i++) found += i32(x[i] != 0);",
};

describe("memory that earlier items filled is zero again in", async () => {
  const kernels = Object.values(fresh).map(
    (text, k) => `export function fresh${k}(n: i32): i32 { let found = 0; ${text} return found; }`,
  );
  const { run } = await load(
    `export function spoil(n: i32): void { new Uint8Array(n).fill(255); }
class Fields { a: f64; b: i32; c: u8; d: string | null; e: Float64Array | null; }
${kernels.join("\n")}`,
    { allowUnsafe: true },
  );
  test.each(Object.keys(fresh).map((name, k) => [name, k] as const))("%s", (_, k) => {
    run("spoil", [[1_000_000]]);
    const { values, thrown } = run(`fresh${k}`, [[1, 2, 3, 9, 40, 333]]);
    expect(thrown).toEqual([]);
    expect(values).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

test("callbacks that shorten a list do not see what they cut off", async () => {
  const { differences } = await both(
    `
let seen: f64 = 0;
function list(n: i32): Array<f64> { const list = new Array<f64>(); for (let i = 0; i < n; i++) list.push(i); return list; }
export function right(n: i32): f64 {
  return list(n).reduceRight<f64>((sum, e, i, all) => { if (i == n - 1) all.splice(2); return sum * 10.0 + e; }, 0.0);
}
`.replace("i == n - 1", "all.length > 5"),
  );
  expect(differences("right", [[0], [1], [3], [6], [9]])).toEqual([]);
  const { run } = await load(`
export function last(n: i32): i32 {
  return new Array<i32>(n).fill(7).findLastIndex((e, i, all) => { if (all.length > 2) { all.length = 2; return false; } return e == 7; });
}`);
  expect(run("last", [[6]]).values).toEqual([1]);
});

test("atomic operations return and leave what JavaScript's do, and refuse places out of range", async () => {
  const types = fields.filter(({ isFloat }) => !isFloat);
  const operations = ["add", "sub", "and", "or", "xor", "exchange"];
  const kernels = types.map(
    ({ row, scalar }) => `
${operations.map((name) => `export function ${name}_${scalar}(x: ${row}, a: i32, v: ${scalar}): ${scalar} { return Atomics.${name}(x, a, v); }`).join("\n")}
export function load_${scalar}(x: ${row}, a: i32): ${scalar} { return Atomics.load(x, a); }
export function store_${scalar}(x: ${row}, a: i32, v: ${scalar}): void { Atomics.store(x, a, v); }
export function swap_${scalar}(x: ${row}, a: i32, v: ${scalar}): ${scalar} { return Atomics.compareExchange(x, a, x[1], v); }`,
  );
  const { differences } = await both(kernels.join(""));
  const places = [...indices, 2 ** 28, 2 ** 29, 2 ** 30];
  const found = types.flatMap((type) => {
    const row = rowOf(type, type.extremes.slice(0, 6));
    const items = product<Argument>([[row], places, type.extremes]);
    return [
      ...differences(`load_${type.scalar}`, product<Argument>([[row], places])),
      ...[...operations, "store", "swap"].flatMap((name) => differences(`${name}_${type.scalar}`, items)),
    ].slice(0, 2);
  });
  expect(found).toEqual([]);
});

test("what lies behind an array is out of reach of every index", async () => {
  const { run } = await load(`
export function touch(kind: i32, at: i32): i32 {
  const before = new Float64Array(4).fill(1), x = new Float64Array(4), after = new Float64Array(4).fill(1);
  const y = new Float64Array(2).fill(9);
  if (kind == 0) x.fill(9, at, at + 1);
  if (kind == 1) x.fill(9, at, i32.MAX_VALUE);
  if (kind == 2) x.copyWithin(at, at, at);
  if (kind == 3) x.set(y, at);
  if (kind == 4) x.subarray(at).fill(9);
  if (kind == 5) x.slice(at).fill(9);
  if (kind == 6) Float64Array.wrap(x.buffer, 0, at).fill(9);
  if (kind == 7) new DataView(x.buffer, at, 8).setFloat64(0, 9);
  if (kind == 8) new DataView(x.buffer).setFloat64(at, 9);
  let spoilt = 0;
  for (let i = 0; i < 4; i++) spoilt += i32(before[i] != 1) + i32(after[i] != 1);
  return spoilt;
}`);
  const places = [...indices, 2 ** 28, 2 ** 29, 2 ** 30, -(2 ** 28), -(2 ** 29), -(2 ** 30), 2 ** 31 - 8];
  const items = product([[0, 1, 2, 3, 4, 5, 6, 7, 8], places]);
  const { values, thrown } = run("touch", [items.map(([kind]) => kind), items.map(([, at]) => at)]);
  expect(values.filter(Boolean)).toEqual([]);
  expect([...new Set(thrown.map(({ name }) => name))]).toEqual(["RangeError"]);
});
