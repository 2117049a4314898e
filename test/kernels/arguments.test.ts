import { afterAll, describe, expect, test } from "vitest";
import { denseIfEqual } from "../../dist/columns/from-values.js";
import { dense, denseFrom, detach, raggedFrom, revive } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, kernelsFrom, list, type Rest, valuesOf, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "arguments",
  `
export function weigh(a: f64, b: f64 = 10, c: f64 = 100): f64 { return a + b + c; }
export function scale(x: Float64Array, by: f64 = 2): void { for (let i = 0; i < x.length; i++) x[i] *= by; }
export function dot(x: Float32Array, y: Float32Array): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += <f64>x[i] * <f64>y[i];
  return sum;
}
export function first(x: Float64Array, n: i32 = 3): Float64Array { return x.slice(0, n); }
export function both(x: Float32Array, y: Int32Array): f64 { return <f64>x[1] * <f64>y[1]; }
export function ints(a: i8, b: u8, c: i16, d: u16, e: i32, f: u32): f64 { return <f64>a + b + c + d + e + f; }
export function longs(a: i64, b: u64): i64 { return a + <i64>b; }
export function flip(a: bool): bool { return !a; }
export function sum(x: Float64Array = new Float64Array(2).fill(1)): f64 {
  let all: f64 = 0;
  for (let i = 0; i < x.length; i++) all += x[i];
  return all;
}
export function nothing(): i32 { return 7; }
`,
);

afterAll(() => nogil.close());

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("%s binds arguments", (_, engine) => {
  const run = async (kernel: keyof typeof k, invocations: Parameters<typeof job>[1], rest?: Rest) =>
    valuesOf(await engine.run(job(k[kernel], invocations, rest)));

  test("by position, the call's after the item's", async () => {
    expect(await run("weigh", list([1, 2], [3, 4]), { call: [5] })).toEqual([8, 12]);
    expect(await run("weigh", zipped([1, 2], denseFrom(Float64Array.of(3, 4))), { call: [5] })).toEqual([
      9, 11,
    ]);
  });

  test("by name: the call's win over the item's, bound ones give way to all", async () => {
    const entries = list([1], { a: 2 }, [[3], { b: 30 }], [[4], { c: 400 }]);
    expect(await run("weigh", entries, { bound: { a: 1000, b: 20 } })).toEqual([121, 122, 133, 424]);
    expect(await run("weigh", entries, { named: { c: 0 }, bound: { b: 20 } })).toEqual([21, 22, 33, 24]);
  });

  test("with the kernel's default values where no argument is", async () => {
    expect(await run("weigh", list([1], [2, 20], [3], [4, 40, 400], [5]))).toEqual([111, 122, 113, 444, 115]);
    expect(await run("weigh", zipped([1, 2]), { named: { b: undefined, c: 0 } })).toEqual([11, 12]);
  });

  test("and not with default values for rows without elements", async () => {
    const empty = raggedFrom([new Float64Array(), new Float64Array()]);
    expect(await run("sum", zipped(empty))).toEqual([0, 0]);
    expect(await run("sum", zipped(empty.toDense()))).toEqual([0, 0]);
    expect(await run("sum", list([[]], [], [new Float64Array()]))).toEqual([0, 2, 0]);
    const returned = await engine.run(job(k.first, list([[1], 0], [[2], 0])));
    expect(await run("sum", zipped(denseIfEqual(returned.column!)))).toEqual([0, 0]);
  });

  test("of kernels that take none", async () => {
    expect(await run("nothing", list([], []))).toEqual([7, 7]);
  });

  test("rows of columns in place, dense and ragged", async () => {
    const column = denseFrom(Float64Array.of(1, 2, 3, 4), [2]);
    const ragged = raggedFrom([Float64Array.of(1), Float64Array.of(2, 3, 4)]);
    for (const each of [column, ragged]) await run("scale", zipped(each));
    expect([...column.values, ...ragged.values]).toEqual([2, 4, 6, 8, 2, 4, 6, 8]);
  });

  test("ordinary arrays by copying them in, and back where the kernel may have changed them", async () => {
    const one = Float64Array.of(1, 2);
    const two = [3, 4];
    await run("scale", list([one.subarray(0, 1)], [two], [one.subarray(1)]));
    expect([[...one], two]).toEqual([
      [2, 4],
      [6, 8],
    ]);
    const x = Float32Array.of(1, 2);
    expect(await run("dot", list([x, Float32Array.of(3, 4)], [x, x]))).toEqual([11, 5]);
    const array = [1, 3];
    expect(await run("both", list([array, array]))).toEqual([9]);
    expect(await run("dot", zipped([x, x]), { call: [Float32Array.of(1, 1)] })).toEqual([3, 3]);
  });

  test("columns of another process by copying them", async () => {
    const column = revive(detach(denseFrom(Float64Array.of(1, 2, 3, 4), [2])));
    const ragged = revive(detach(raggedFrom([Float64Array.of(1), Float64Array.of(2, 3)])));
    for (const each of [column, ragged]) await run("scale", zipped(each));
    expect([...column.values, ...ragged.values]).toEqual([2, 4, 6, 8, 2, 4, 6]);
  });

  test("views of columns in place, among other arguments", async () => {
    const column = denseFrom(Float64Array.of(1, 2, 3, 4), [2]);
    await run("scale", list([column.at(1), 10], [Float64Array.of(1), 3]));
    expect([...column.values]).toEqual([1, 2, 30, 40]);
  });

  test("integers at the ends of their ranges, 64-bit ones as bigints or numbers, and booleans", async () => {
    expect(await run("ints", list([-128, 255, -32768, 65535, -(2 ** 31), 2 ** 32 - 1]))).toEqual([
      -128 + 255 - 32768 + 65535 - 2 ** 31 + 2 ** 32 - 1,
    ]);
    expect(await run("longs", list([1, 2n], [-(2n ** 63n), 5]))).toEqual([3n, -(2n ** 63n) + 5n]);
    expect(await run("flip", zipped([true, false]))).toEqual([false, true]);
    expect(await run("flip", zipped(denseFrom(Uint8Array.of(1, 0))))).toEqual([false, true]);
  });

  test.each([
    ["unknown name", "weigh", zipped([1]), { named: { z: 1 } }, 'has no parameter "z"'],
    ["unknown bound name", "weigh", zipped([1]), { bound: { z: 1 } }, 'has no parameter "z"'],
    ["missing argument", "dot", zipped([[1]]), {}, 'needs "y", and neither the item nor the call passes it'],
    ["missing argument of every item", "dot", list([[1]], [[2]]), {}, 'needs "y"'],
    [
      "argument too many",
      "flip",
      zipped([true]),
      { call: [1, 2] },
      "takes 1 argument, got 3: 1 of the item and 2 of the call",
    ],
    [
      "argument given twice",
      "weigh",
      zipped([1]),
      { named: { a: 1 } },
      'got "a" twice: by position and by name',
    ],
    [
      "wrong argument of the call",
      "weigh",
      zipped([1]),
      { call: ["2"] },
      '"b" takes a number (f64), got the string "2"',
    ],
    [
      "column of another dtype",
      "scale",
      zipped(dense("f32", [1, 2])),
      {},
      '"x" expects a row of f64, the column has rows of f32',
    ],
    ["column of numbers for a row", "scale", zipped(dense("f64", [1])), {}, "the column has numbers of f64"],
    ["column of rows for a number", "weigh", zipped(dense("f64", [1, 2])), {}, '"a" expects a number of f64'],
  ] as const)(
    "not with an %s: the call is refused with the kernel's signature",
    async (_, kernel, invocations, rest, text) => {
      const error = await engine.run(job(k[kernel], invocations, rest)).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(`test.${kernel}: ${k[kernel]}`);
      expect(error.message).toContain(text);
    },
  );

  test("names that the method took of a partial's call are not the kernel's", async () => {
    expect(await run("weigh", zipped([1]), { named: { verbose: true }, bound: { b: 0 } })).toEqual([101]);
  });

  test("an item's own bad argument fails that item only", async () => {
    const bad: unknown[] = ["1", null, undefined, 1.5, -129, 128, 1n, true, [1], new Float32Array(1)];
    const good = [1, 0, 0, 0, 0];
    const results = await run(
      "ints",
      list([5, ...good], ...bad.map((value) => [value, ...good]), [6, ...good]),
    );
    expect([results[0], results.at(-1)]).toEqual([6, 7]);
    for (const error of results.slice(1, -1)) {
      expect((error as Error).message).toMatch(
        /^test.ints: ints\(a: i8, .*"a" takes a whole number from -128 to 127 \(i8\), got /,
      );
    }
    const mixed = await run("weigh", list([1], [1, 2, 3, 4], [[1], { a: 1 }], { z: 1 }, ["x"]));
    expect(mixed[0]).toBe(111);
    expect(mixed.slice(1).map((error) => (error as Error).name)).toEqual(Array(4).fill("TypeError"));
    const gone = new Float64Array(1);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const rows = await run(
      "first",
      zipped([Float64Array.of(1), new Float32Array(1), [2, "3"], [4], "text", gone, new Float64Array(0)]),
    );
    expect(rows[0]).toEqual(Float64Array.of(1));
    expect(rows[3]).toEqual(Float64Array.of(4));
    expect(String(rows[5])).toContain("expects a row of f64, got one whose buffer was transferred");
    expect(String(rows[6])).not.toContain("transferred");
    expect(String(rows[1])).toContain('"x" expects a row of f64, got one of f32 (Float32Array)');
    expect(String(rows[2])).toContain('got an array whose element 1 is the string "3"');
  });

  test.each(["longs", "flip", "weigh"] as const)("%s takes no values of other types", async (kernel) => {
    const bad = {
      longs: [
        [1.5, 1],
        ["1", 1],
        [2 ** 60, 1],
        [1, -1],
        [2n ** 63n, 1],
      ],
      flip: [[1], ["true"], [null]],
      weigh: [[1n], [true], [null]],
    };
    const results = await run(kernel, list(...bad[kernel]));
    for (const error of results) expect(error).toBeInstanceOf(TypeError);
  });

  test("and gives all memory back", async () => {
    await run("weigh", list([1, 2]));
    const before = sharedMemory().heap.usedBytes;
    await run("scale", list([Float64Array.of(1, 2)], [[3]]));
    await run("scale", zipped([[1], ["x"]]));
    await engine.run(job(k.weigh, list(["x"], [1]))).then(({ column }) => column!.dispose());
    await expect(run("weigh", list(["x"]))).rejects.toThrow();
    const column = dense("f64", [2]);
    await expect(run("scale", list([column.values, "x"]))).rejects.toThrow();
    column.dispose();
    await expect(engine.run(job(k.weigh, list([1]), { named: { z: 1 } }))).rejects.toThrow();
    expect(sharedMemory().heap.usedBytes).toBe(before);
  });

  test("not of a column that was disposed of", async () => {
    const column = dense("f64", [2, 2]);
    column.dispose();
    await expect(run("scale", zipped(column))).rejects.toThrow(/was disposed of/);
  });

  test("of no items", async () => {
    expect(await run("weigh", list())).toEqual([]);
    const { column, length } = await engine.run(job(k.first, zipped([])));
    expect([length, column!.length]).toEqual([0, 0]);
    await expect(run("weigh", zipped([]), { named: { z: 1 } })).rejects.toThrow('has no parameter "z"');
  });
});
