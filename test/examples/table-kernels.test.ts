import fc from "fast-check";
import { type Kernel, run } from "nogil";
import { beforeAll, expect, test } from "vitest";
import { buildKernels } from "../../examples/build-kernels.js";

let kernels: Record<"robustScale" | "oneHot", Kernel>;
let encodedColumn: typeof import("../../examples/table/reference.js").encodedColumn;
let scaledColumn: typeof import("../../examples/table/reference.js").scaledColumn;
let scalingBy: typeof import("../../examples/table/fit.js").scalingBy;
beforeAll(async () => {
  await buildKernels(new URL("../../examples/table/", import.meta.url).href);
  kernels = (await import("../../examples/table/build/kernels.js")) as unknown as typeof kernels;
  ({ encodedColumn, scaledColumn } = await import("../../examples/table/reference.js"));
  ({ scalingBy } = await import("../../examples/table/fit.js"));
});

const categories = ["", "a", "b", "c", "é"];

test("one-hot rows are those of the reference, with zeros for null and for what is unknown", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...categories, null), { maxLength: 50 }), async (values) => {
      const there = [...new Set(values)].filter((value) => value !== null).sort();
      const codes = Int32Array.from(values, (value) => (value === null ? -1 : there.indexOf(value)));
      const out = new Float32Array(values.length * there.length);
      const results = await run(kernels.oneHot, [[codes, out]]);
      expect(results.failures).toEqual([]);
      expect(out).toEqual(encodedColumn(values));
    }),
    { numRuns: 60 },
  );
  const out = new Float32Array(6);
  await run(kernels.oneHot, [[Int32Array.of(1, -1), out]]);
  expect([...out]).toEqual([0, 1, 0, 0, 0, 0]);
});

test("a category beyond the columns is an error of its block", async () => {
  const results = await run(kernels.oneHot, [[Int32Array.of(0, 2), new Float32Array(4)]]);
  expect(results.failures[0].error).toBeInstanceOf(RangeError);
  expect(results.failures[0].error.message).toBe("There is no category 2 of 2.");
});

test("scaling is that of the reference, bit by bit", async () => {
  const x = Float64Array.of(3, -0, Number.NaN, 1e300, -7.25, 0.1, 0.2, Number.POSITIVE_INFINITY);
  const expected = scaledColumn("x", x);
  const finite = [...x].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  // ranks 1.5, 3 and 4.5 of 7
  const lower = finite[1] + (finite[2] - finite[1]) * 0.5;
  const upper = finite[5] - (finite[5] - finite[4]) * 0.5;
  const { center, scale } = scalingBy("x", [lower, finite[3], upper], 1);
  expect(center).toBe(0.2);
  const scaled = x.slice();
  await run(kernels.robustScale, [scaled], { args: [{ center, scale }] });
  expect(scaled).toEqual(expected);
  expect(scaled[2]).toBeNaN();
});

test("a column without spread keeps its unit, and one with infinite quartiles is refused", () => {
  expect(scalingBy("x", [5, 5, 5], 0)).toMatchObject({ center: 5, scale: 1 });
  expect(() => scalingBy("x", [1, 2, Number.POSITIVE_INFINITY], 0)).toThrow(
    'The column "x" cannot be scaled: its quartiles are 1, 2, Infinity.',
  );
  expect(() => scalingBy("x", [Number.NaN, Number.NaN, Number.NaN], 3)).toThrow("has no numbers at all");
});
