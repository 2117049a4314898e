import fc from "fast-check";
import { type Kernel, run } from "nogil";
import { beforeAll, describe, expect, test } from "vitest";
import { buildKernels } from "../../examples/build-kernels.js";
import { quantileOf, quartiles, Selection } from "../../examples/table/quantile.js";

let kernels: Record<"countBuckets" | "takeBuckets", Kernel>;
beforeAll(async () => {
  await buildKernels(new URL("../../examples/table/", import.meta.url).href);
  kernels = (await import("../../examples/table/build/kernels.js")) as unknown as typeof kernels;
});

const blocksOf = (x: Float64Array, size: number) =>
  Array.from({ length: Math.ceil(x.length / size) }, (_, i) => x.subarray(i * size, (i + 1) * size));

/** The quartiles by the two passes, in blocks. */
async function selected(x: Float64Array, size: number) {
  const selection = new Selection();
  const blocks = blocksOf(x, size);
  const counted = await run(kernels.countBuckets, blocks);
  expect(counted.failures).toEqual([]);
  for (const pairs of counted as unknown as Uint32Array[]) selection.addCounts(pairs);
  const taken = await run(kernels.takeBuckets, blocks, { args: [{ wanted: selection.wanted() }] });
  expect(taken.failures).toEqual([]);
  for (const values of taken as unknown as Float64Array[]) selection.addTaken(values);
  return { found: selection.quartiles(), count: selection.count, taken };
}

/** The quartiles of the whole, sorted. */
function sorted(x: Float64Array) {
  const numbers = x.filter((value) => !Number.isNaN(value)).sort();
  return { found: quartiles.map((quantile) => quantileOf(numbers, quantile)), count: numbers.length };
}

const few = fc.constantFrom(0, -0, 1, 1 + Number.EPSILON, -1, 1e300, -1e300, 5e-324, -5e-324, Number.NaN);
const numbers = fc.oneof(
  { arbitrary: fc.double(), weight: 3 },
  { arbitrary: few, weight: 3 },
  { arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), weight: 1 },
  { arbitrary: fc.integer({ min: -5, max: 5 }), weight: 2 },
);

describe("the quartiles of two passes over blocks", () => {
  test("are those of the whole table sorted, bit by bit, for any numbers in any blocks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        async (values, size) => {
          const x = Float64Array.from(values);
          const made = await selected(x, size);
          const expected = sorted(x);
          expect(made.count).toBe(expected.count);
          for (const [i, value] of expected.found.entries()) expect(made.found[i]).toBe(value);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("are what NumPy's percentile gives", () => {
    // numpy.percentile(x, [25, 50, 75]), NumPy 2.4
    const cases: [number[], number[]][] = [
      [
        [1, 2, 3, 4],
        [1.75, 2.5, 3.25],
      ],
      [
        [7, 15, 36, 39, 40, 41],
        [20.25, 37.5, 39.75],
      ],
      [[5], [5, 5, 5]],
      [
        [0.1, 0.2, 0.3, 0.7, 0.8],
        [0.2, 0.3, 0.7],
      ],
    ];
    for (const [x, expected] of cases) expect(sorted(Float64Array.from(x)).found).toEqual(expected);
  });

  test("leave NaN out, and are NaN where there is nothing else", async () => {
    const nan = Number.NaN;
    expect((await selected(Float64Array.of(nan, 3, nan, 1, 2), 2)).found).toEqual([1.5, 2, 2.5]);
    expect((await selected(Float64Array.of(nan, nan), 2)).found).toEqual([nan, nan, nan]);
    expect((await selected(new Float64Array(0), 2)).found).toEqual([nan, nan, nan]);
  });

  test("do not become NaN beside an infinity", async () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect((await selected(Float64Array.of(-infinity, 2, 3, 4, infinity), 3)).found).toEqual([2, 3, 4]);
    expect((await selected(Float64Array.of(infinity, infinity, infinity), 3)).found).toEqual([
      infinity,
      infinity,
      infinity,
    ]);
  });

  test("take a small share of numbers that spread out", async () => {
    const x = Float64Array.from({ length: 20_000 }, (_, i) => 1.001 ** ((i * 7919) % 20_000));
    const { taken, found } = await selected(x, 3000);
    expect(found).toEqual(sorted(x).found);
    const held = (taken as unknown as Float64Array[]).reduce((sum, { length }) => sum + length, 0);
    expect(held).toBeLessThan(100);
  });

  test("refuse numbers that were not there the first time", () => {
    const selection = new Selection();
    selection.addCounts(Uint32Array.of(3, 2));
    selection.addTaken(Float64Array.of(1));
    expect(() => selection.quartiles()).toThrow("Expected 2 numbers the second time, got 1.");
  });
});
