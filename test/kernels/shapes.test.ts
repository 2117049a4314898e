import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Column,
  dense,
  denseFrom,
  detach,
  ragged,
  raggedFrom,
  revive,
} from "../../dist/columns/index.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, type Rest, valuesOf, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "shapes",
  `
export function dims(image: Uint8Array, shape: Int32Array = shapeOf(image)): Int32Array { return shape.slice(); }
export function corner(image: Uint8Array, shape: Int32Array = shapeOf(image)): i32 {
  return image[(shape[0] - 1) * shape[1]];
}
export function spend(image: Uint8Array, by: i32 = 1, shape: Int32Array = shapeOf(image)): i32 {
  let rows = 0;
  while (shape[0]-- > 0) rows += by;
  return rows;
}
export function two(a: Uint8Array, b: Float64Array, one: Int32Array = shapeOf(a), other: Int32Array = shapeOf(b)): i32 {
  return one.length * 1000 + one[0] * 100 + other.length * 10 + other[0];
}
export function none(image: Uint8Array = new Uint8Array(3), shape: Int32Array = shapeOf(image)): i32 { return shape[0]; }
`,
);

afterAll(() => nogil.close());

test("the types of a kernel do not ask for a shape", () => {
  const types = readFileSync(new URL("./build/out/shapes.d.ts", import.meta.url), "utf8");
  expect(types).toContain("dims: Kernel<[image: Uint8Array, shape?: Int32Array], Int32Array, ");
});

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("a kernel on %s that asks for its item's shape gets", (_, engine) => {
  const run = async (kernel: keyof typeof k, invocations: Parameters<typeof job>[1], rest?: Rest) =>
    valuesOf(await engine.run(job(k[kernel], invocations, { ...rest, options: { workers: 2 } })));
  const shapes = async (column: Column | readonly unknown[]) =>
    (await run("dims", zipped(column))).map((shape) => [...(shape as Int32Array)]);

  test("what explain tells of it", async () => {
    for (const column of [dense("u8", [9, 4, 5]), raggedFrom([new Uint8Array(3), new Uint8Array(5)])]) {
      for (const kernel of ["dims", "spend"] as const) {
        const call = kernel === "spend" ? { call: [2] } : {};
        const { bytesIn, arguments: told } = await engine.plan(job(k[kernel], zipped(column), call));
        const shape = told.at(-1)!;
        expect(shape).toMatchObject({ from: "the shape of image", passing: "copied" });
        expect(shape.bytesIn).toBeGreaterThan(0);
        expect(told.reduce((sum, each) => sum + each.bytesIn, 0)).toBe(bytesIn);
      }
    }
  });

  test("that of a dense column's items", async () => {
    expect(await shapes(dense("u8", [3, 4, 5]))).toEqual(Array(3).fill([4, 5]));
    expect(await shapes(dense("u8", [2, 4, 5, 3]))).toEqual(Array(2).fill([4, 5, 3]));
    expect(await shapes(dense("u8", [2, 7]))).toEqual([[7], [7]]);
    expect(await shapes(dense("u8", [0, 4, 5]))).toEqual([]);
    expect(await run("corner", zipped(denseFrom(Uint8Array.from(numbers(12)), [3, 2])))).toEqual([4, 10]);
  });

  test("each item's own in a ragged column, of images and of rows", async () => {
    expect(
      await shapes(
        ragged("u8", [
          [2, 3],
          [0, 5],
          [4, 1],
        ]),
      ),
    ).toEqual([
      [2, 3],
      [0, 5],
      [4, 1],
    ]);
    expect(
      await shapes(
        ragged("u8", [
          [2, 3, 3],
          [1, 2, 4],
        ]),
      ),
    ).toEqual([
      [2, 3, 3],
      [1, 2, 4],
    ]);
    expect(await shapes(ragged("u8", [3, 0, 5]))).toEqual([[3], [0], [5]]);
    const images = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8)];
    expect(
      await run(
        "corner",
        zipped(
          raggedFrom(images, "u8", [
            [3, 2],
            [2, 1],
          ]),
        ),
      ),
    ).toEqual([5, 8]);
  });

  test("that of columns in another process", async () => {
    const images = ragged("u8", [
      [2, 3],
      [4, 1],
    ]);
    expect(await shapes(revive(detach(dense("u8", [2, 4, 5]))))).toEqual([
      [4, 5],
      [4, 5],
    ]);
    expect(await shapes(revive(detach(images)))).toEqual([
      [2, 3],
      [4, 1],
    ]);
  });

  test("the length of an ordinary array, and of a default value", async () => {
    expect(await shapes([new Uint8Array(3), [1, 2], new Uint8Array()])).toEqual([[3], [2], [0]]);
    expect(await run("none", list([], [new Uint8Array(2)], []))).toEqual([3, 2, 3]);
    expect(await run("two", zipped(dense("u8", [1, 4, 5])), { call: [Float64Array.of(1, 2)] })).toEqual([
      2412,
    ]);
  });

  test("the shapes of two parameters", async () => {
    expect(
      await run("two", zipped(dense("u8", [2, 4, 5]), raggedFrom([Float64Array.of(1), Float64Array.of(1)]))),
    ).toEqual([2411, 2411]);
  });

  test("what the caller gives instead, by position or by name", async () => {
    const image = dense("u8", [2, 6]);
    const given = { call: [Int32Array.of(2, 3)] };
    expect(await run("dims", zipped(image), given)).toEqual([Int32Array.of(2, 3), Int32Array.of(2, 3)]);
    const named = await run("dims", zipped(image), { named: { shape: [3, 2] } });
    expect(named).toEqual([Int32Array.of(3, 2), Int32Array.of(3, 2)]);
    expect(await run("dims", zipped(image, [[1, 6], [6]]))).toEqual([Int32Array.of(1, 6), Int32Array.of(6)]);
  });

  test("a row of its own, which it may change", async () => {
    expect(await run("spend", zipped(dense("u8", [50, 4, 5])))).toEqual(Array(50).fill(4));
    const column = ragged("u8", numbers(50));
    expect(await run("spend", zipped(column), { call: [2] })).toEqual(numbers(50).map((n) => 2 * n));
    expect([...column.lengths]).toEqual(numbers(50));
  });
});
