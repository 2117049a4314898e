import { run } from "nogil";
import { beforeAll, expect, test } from "vitest";
import { compileApart } from "./audit.js";
import { random, randomBits } from "./values.js";

const keyLists = {
  f64: [0, -0, Number.NaN, 1, -1, 0.1, 5e-324, Infinity, -Infinity, 2 ** 53],
  f32: [0, -0, Number.NaN, 1, -1, 0.5, 2 ** -149, Infinity, -Infinity, 2 ** 24],
  i8: [0, -1, 1, 127, -128],
  u16: [0, 1, 65_535],
  i32: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  i64: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n],
};
type Type = keyof typeof keyLists;
const types = Object.keys(keyLists) as Type[];
const lists: Record<Type, { name: string; from(values: any, map?: any): any }> = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  u16: Uint16Array,
  i32: Int32Array,
  i64: BigInt64Array,
};

// an operation for each key: 0 sets, 1 deletes, 2 asks, 3 clears
const source = types
  .map((type) => {
    const list = type === "i64" ? "Int64Array" : lists[type].name;
    return `
export function map$${type}(keys: ${list}, operations: Uint8Array, asked: Uint8Array): ${list} {
  const map = new Map<${type}, i32>();
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i], operation = operations[i];
    if (operation == 0) map.set(key, i);
    else if (operation == 1) asked[i] = u8(map.delete(key));
    else if (operation == 2) asked[i] = map.has(key) ? <u8>map.get(key) : 255;
    else map.clear();
  }
  const all = map.keys(), values = map.values();
  const result = new ${list}(2 * map.size);
  for (let i = 0; i < all.length; i++) { result[2 * i] = all[i]; result[2 * i + 1] = <${type}>values[i]; }
  return result;
}
export function set$${type}(keys: ${list}, operations: Uint8Array, asked: Uint8Array): ${list} {
  const set = new Set<${type}>();
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i], operation = operations[i];
    if (operation == 0) set.add(key);
    else if (operation == 1) asked[i] = u8(set.delete(key));
    else if (operation == 2) asked[i] = u8(set.has(key));
    else set.clear();
  }
  const all = set.values();
  const result = new ${list}(set.size);
  for (let i = 0; i < all.length; i++) result[i] = all[i];
  return result;
}`;
  })
  .join("");

const texts = `
class Point {
  constructor(public x: f64) {}
  @operator("==") static equal(a: Point, b: Point): bool { return a.x == b.x; }
}
export function points(n: i32): i32 {
  const map = new Map<Point, i32>();
  for (let i = 0; i < n; i++) map.set(new Point(1), i);
  return map.size;
}
export function strings(n: i32): i32 {
  const map = new Map<string, i32>();
  for (let i = 0; i < n; i++) map.set((i % 10).toString(), i);
  const nothing: string | null = null;
  const orNull = new Map<string | null, i32>();
  orNull.set(nothing, 1);
  orNull.set("", 2);
  orNull.set(nothing, 3);
  return map.size * 1000 + map.get("0") * 10 + orNull.size;
}`;

let kernels: Awaited<ReturnType<typeof compileApart>>;
beforeAll(async () => {
  kernels = await compileApart(source + texts);
});

const next = random(3);

function script(type: Type, length: number) {
  const known = keyLists[type] as readonly (number | bigint)[];
  const key = () => {
    const some = known[Math.floor(next() * known.length)];
    if (next() < 0.7 || typeof some === "bigint") return some;
    return type[0] === "f" ? randomBits(next, "f32") : Math.floor(next() * 100);
  };
  const keys = lists[type].from({ length }, key);
  // few of them clear
  const operations = Uint8Array.from({ length }, () => Math.floor(next() * 3 + (next() < 0.02 ? 1 : 0)));
  return { keys, operations };
}

test.each(types)("a Map of %s has the keys of JavaScript's, in its order", async (type) => {
  for (let round = 0; round < 20; round++) {
    const { keys, operations } = script(type, 250);
    const map = new Map<unknown, number>();
    const wanted = operations.map((operation, i) => {
      if (operation === 0) map.set(keys[i], i);
      else if (operation === 1) return Number(map.delete(keys[i]));
      else if (operation === 2) return map.get(keys[i]) ?? 255;
      else map.clear();
      return 0;
    });
    const asked = new Uint8Array(keys.length);
    const [got] = await run(kernels[`map$${type}`], [[keys, operations, asked]], { target: "for" });
    const value = typeof keys[0] === "bigint" ? BigInt : Number;
    expect(got).toEqual(lists[type].from([...map].flatMap(([key, at]) => [key, value(at)])));
    expect(asked).toEqual(wanted);
  }
});

test.each(types)("a Set of %s has the values of JavaScript's, in its order", async (type) => {
  for (let round = 0; round < 20; round++) {
    const { keys, operations } = script(type, 250);
    const set = new Set<unknown>();
    const wanted = operations.map((operation, i) => {
      if (operation === 0) set.add(keys[i]);
      else if (operation === 1) return Number(set.delete(keys[i]));
      else if (operation === 2) return Number(set.has(keys[i]));
      else set.clear();
      return 0;
    });
    const asked = new Uint8Array(keys.length);
    const [got] = await run(kernels[`set$${type}`], [[keys, operations, asked]], { target: "for" });
    expect(got).toEqual(lists[type].from([...set]));
    expect(asked).toEqual(wanted);
  }
});

test("objects are keys by what they are, strings by what they say", async () => {
  expect([...(await run(kernels.points, [20], { target: "for" }))]).toEqual([20]);
  expect([...(await run(kernels.strings, [100], { target: "for" }))]).toEqual([10_902]);
});
