import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { dense, denseFrom, raggedFrom } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, valuesOf, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "results",
  `
export function upTo(n: i32): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = <f32>i;
  return out;
}
export function moments(x: Float64Array, k: f64 = 1): Float64Array {
  if (x.length == 3) throw new RangeError("three");
  let sum: f64 = 0, squares: f64 = 0;
  for (let i = 0; i < x.length; i++) { sum += x[i]; squares += x[i] * x[i]; }
  const out = new Float64Array(x.length % 4);
  for (let i = 0; i < out.length; i++) out[i] = i == 0 ? sum * k : i == 1 ? squares : x[i];
  return out;
}
export function total(x: Float64Array, k: f64 = 1): f64 {
  if (x.length == 3) throw new RangeError("three");
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum * k;
}
export function rise(x: Float64Array, k: f64 = 1): void { for (let i = 0; i < x.length; i++) x[i] += k; }
export function even(n: i32): bool { return n % 2 == 0; }
export function big(n: i32): u64 { return <u64>n << 40; }
export function text(x: f64): i32 {
  const s = x.toString();
  let hash = 0;
  for (let i = 0; i < s.length; i++) hash = hash * 31 + s.charCodeAt(i);
  return hash;
}
`,
);
const other = await kernelsFrom(
  "results-other",
  `
const table: f64[] = [1, 2, 3];
for (let i = 0; i < 3; i++) table[i] *= 10;
export function look(i: i32): f64 { return table[i]; }
`,
);

afterAll(() => nogil.close());

const row = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 9 })
  .map((x) => Float64Array.from(x));
const rows = fc.array(row, { maxLength: 200 });
const comparable = (values: readonly unknown[]) =>
  values.map((value) => {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
  });

describe("what workers give is what a loop gives", () => {
  test.each(["moments", "total", "rise"] as const)(
    "for %s, whatever the rows, however they are given",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(
          rows,
          fc.integer({ min: 1, max: 3 }),
          fc.option(fc.integer({ min: 1, max: 20 })),
          fc.constantFrom("column", "list", "array"),
          fc.option(fc.integer({ min: -5, max: 5 })),
          async (given, workers, chunkSize, how, by) => {
            const outcomes: unknown[] = [];
            for (const engine of [sequential, nogil]) {
              const own = given.map((each) => each.slice());
              const column = raggedFrom(own, "f64");
              const invocations = {
                column: () => zipped(column),
                array: () => zipped(own),
                list: () => list(...own.map((each, i) => (i % 2 ? [each] : { x: each }))),
              }[how]();
              const rest = {
                call: [],
                named: by === null ? undefined : { k: by },
                options: { workers, chunkSize: chunkSize ?? undefined },
              };
              const outcome = await engine.run(job(k[name], invocations, rest));
              outcomes.push([
                comparable(valuesOf(outcome)),
                how === "column" ? [...column.values] : own.map((each) => [...each]),
              ]);
              outcome.column?.dispose();
              column.dispose();
            }
            expect(outcomes[1]).toEqual(outcomes[0]);
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("%s gives results", (_, engine) => {
  test("as a column, without a copy", async () => {
    const rows = denseFrom(
      new Float64Array(2000).map((_, i) => i),
      [2],
    );
    const { column, values } = await engine.run(job(k.total, zipped(rows)));
    expect(values).toBeUndefined();
    expect([column!.dtype, column!.shape]).toEqual(["f64", [1000]]);
    expect(column!.values).toEqual(Float64Array.from(numbers(1000), (i) => 4 * i + 1));
  });

  test("as a column that is made when it is first read, if they are few", async () => {
    const outcome = await engine.run(job(k.total, zipped(denseFrom(Float64Array.of(1, 2, 3, 4), [2]))));
    const before = sharedMemory().heap.usedBytes;
    const { column } = outcome;
    expect(sharedMemory().heap.usedBytes).toBeGreaterThan(before);
    expect(outcome.column).toBe(column);
    expect([column!.dtype, column!.shape, column!.values]).toEqual(["f64", [2], Float64Array.of(3, 7)]);
    expect(outcome.values).toEqual(Float64Array.of(3, 7));
  });

  test("of unequal lengths as a ragged column, in the order of the items", async () => {
    const sizes = numbers(500).map((i) => (i * 7) % 40);
    const { column } = await engine.run(job(k.upTo, zipped(sizes)));
    expect(sizes.map((_, i) => [...(column!.at(i) as Float32Array)])).toEqual(sizes.map(numbers));
    expect(column!.values).toHaveLength(column!.offsets!.at(-1)!);
  });

  test("as booleans and bigints, where the kernel's are", async () => {
    expect(valuesOf(await engine.run(job(k.even, zipped([1, 2]))))).toEqual([false, true]);
    expect(valuesOf(await engine.run(job(k.big, zipped([1, 2]))))).toEqual([1n << 40n, 2n << 40n]);
  });

  test("as nothing, where the kernel returns nothing", async () => {
    const outcome = await engine.run(job(k.rise, zipped(dense("f64", [3, 2]))));
    expect(outcome).toEqual({ length: 3, failures: new Map() });
  });

  test("larger than any segment", async () => {
    const { column } = await engine.run(job(k.upTo, zipped([3_000_000, 1, 5_000_000])));
    expect([0, 1, 2].map((i) => (column!.at(i) as Float32Array).at(-1))).toEqual([2_999_999, 0, 4_999_999]);
    column!.dispose();
  });

  test("of several modules at once, each with its own top-level values", async () => {
    const calls = numbers(20).map((i) =>
      i % 2
        ? engine.run(job(other.look, zipped([0, 1, 2])))
        : engine.run(job(k.upTo, zipped([i]))).then(({ column }) => ({ column: column!.at(0) })),
    );
    const outcomes = await Promise.all(calls);
    outcomes.forEach((outcome, i) => {
      if (i % 2) expect(valuesOf(outcome as never)).toEqual([10, 20, 30]);
      else expect(outcome.column).toEqual(Float32Array.from(numbers(i)));
    });
  });

  test("whose memory goes when they are disposed of", async () => {
    const call = async () => (await engine.run(job(k.upTo, zipped(numbers(300))))).column!.dispose();
    await call();
    const before = sharedMemory().heap.usedBytes;
    for (let i = 0; i < 20; i++) await call();
    expect(sharedMemory().heap.usedBytes).toBe(before);
  });
});

test("a column that is disposed of while a call uses it stays until the call is done", async () => {
  const column = dense("f64", [2000, 64]);
  const { address } = column;
  const running = nogil.run(job(k.rise, zipped(column)));
  column.dispose();
  expect(sharedMemory().heap.sizeOf(address)).toBe(2000 * 64 * 8);
  await running;
  expect(sharedMemory().heap.sizeOf(address)).toBeUndefined();
});

test("numbers written as text by two workers at once come out right", async () => {
  const column = denseFrom(Float64Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i) * 1e3));
  const [here, there] = await Promise.all([
    sequential.run(job(k.text, zipped(column))),
    nogil.run(job(k.text, zipped(column), { options: { workers: 2 } })),
  ]);
  expect(there.column!.values).toEqual(here.column!.values);
});

test("scratch memory of this thread that a larger one replaced is given back, also after calls that still used it", async () => {
  const run = (scratch: number, items = 3) =>
    sequential.run(
      job(k.total, zipped(raggedFrom(numbers(items).map((i) => new Float64Array((i % 5) + 4)))), {
        options: { scratch, deadline: 10_000 },
      }),
    );
  await run(64 << 20);
  const { usedBytes } = sharedMemory().heap;
  await Promise.all([run(64 << 20, 2000), run(96 << 20), run(64 << 20, 2000), run(128 << 20)]);
  expect(sharedMemory().heap.usedBytes - usedBytes).toBeLessThan((64 << 20) + (1 << 20));
});
