import { Batch, type Dense, inbatchParallel, into, type Kernel, rows } from "nogil";
import { beforeAll, describe, expect, test } from "vitest";
import { kernelsFrom } from "../kernels/kernels.js";

const source = `
function fail(x: f64): void { if (x == 2) throw new Error("odd"); }
export function i32Of(x: f64): i32 { fail(x); return <i32>x; }
export function f32Of(x: f64): f32 { fail(x); return <f32>x; }
export function u8Of(x: f64): u8 { fail(x); return <u8>x; }
export function i64Of(x: f64): i64 { fail(x); return <i64>x; }
export function isLarge(x: f64): bool { fail(x); return x > 2; }
export function rowOf(x: f64): Float32Array { fail(x); return new Float32Array(<i32>x); }
`;
let kernels: Record<string, Kernel>;
beforeAll(async () => {
  kernels = await kernelsFrom("filled", source);
});

function filling(fill: unknown, kernel: string) {
  return class extends Batch<{ x: Dense<"f64">; made: any }, number> {
    keep = inbatchParallel(
      { init: rows("x"), post: into("made", { fill }), target: "nogil" },
      () => kernels[kernel],
    );
  };
}

describe.each([[[1, 2, 3]], [[1, 3]], [[2, 2]]])("of items %j", (x) => {
  test.each<[string, string, unknown, number | bigint]>([
    ["i32Of", "i32", -1, -1],
    ["f32Of", "f32", Number.NaN, Number.NaN],
    ["f32Of", "f32", 0.1, Math.fround(0.1)],
    ["u8Of", "u8", 255, 255],
    ["i64Of", "i64", -7n, -7n],
    ["i64Of", "i64", -7, -7n],
    ["isLarge", "u8", false, 0],
    ["isLarge", "u8", 2, 2],
  ])("what %s returns stays %s with the fill %s", async (name, dtype, fill, element) => {
    const batch = filling(fill, name).from(x.length, { x });
    await batch.keep();
    const { made } = batch.data;
    expect([made.dtype, made.shape]).toEqual([dtype, [x.length]]);
    x.forEach((each, i) => {
      if (each === 2) expect(made.at(i)).toEqual(element);
      else expect(Number(made.at(i))).toBe(name === "isLarge" ? Number(each > 2) : each);
    });
  });

  test.each<[string, unknown, string]>([
    ["i32Of", Number.NaN, "numbers of i32, and the fill is NaN"],
    ["i32Of", 0.5, "numbers of i32, and the fill is 0.5"],
    ["i32Of", 2 ** 31, "numbers of i32, and the fill is 2147483648"],
    ["u8Of", -1, "numbers of u8, and the fill is -1"],
    ["i64Of", 0.5, "numbers of i64, and the fill is 0.5"],
    ["f32Of", 1e300, "numbers of f32, and the fill is 1e+300"],
    ["i32Of", true, "numbers of i32, and the fill is true"],
    ["i32Of", new Int32Array(1), "numbers of i32, and the fill is Int32Array"],
    ["rowOf", 0, "rows of f32, and the fill is 0"],
    ["rowOf", new Float64Array(1), "rows of f32, and the fill is Float64Array"],
  ])("%s does not go with the fill %s, whether an item failed or not", async (name, fill, sentence) => {
    const batch = filling(fill, name).from(x.length, { x });
    await expect(batch.keep()).rejects.toThrow(
      `into("made"): the kernel returns ${sentence}: pass one that such a column holds.`,
    );
    expect("made" in batch.data).toBe(false);
  });
});

test("rows are filled with rows of their class, and null makes an array of results and null", async () => {
  const rowsMade = filling(new Float32Array(4), "rowOf").from(3, { x: [1, 2, 3] });
  await rowsMade.keep();
  const { made } = rowsMade.data;
  expect([made.dtype, [...made.lengths]]).toEqual(["f32", [1, 4, 3]]);
  const withNull = filling(null, "i32Of").from(3, { x: [1, 2, 3] });
  await withNull.keep();
  expect(withNull.data.made).toEqual([1, null, 3]);
});
