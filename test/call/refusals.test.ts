import { Batch, explain, exported, inbatchParallel, into, rows, run, shutdown } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

afterAll(() => shutdown());

const echo = exported(new URL("../fixtures/work-batch.ts", import.meta.url), "echo");
const functions = (n: number) => Array.from({ length: n }, () => () => 1);
const float32Rows = (n: number) => Array.from({ length: n }, () => Float32Array.of(1, 2));
const transferred = () => {
  const row = new Float64Array(2);
  structuredClone(row.buffer, { transfer: [row.buffer] });
  return row;
};

describe.each(["nogil", "for"] as const)("on %s a call is refused when", (target) => {
  const refused: [string, (typeof kernels)[keyof typeof kernels], object, string][] = [
    [
      "all rows have another dtype",
      kernels.scale,
      float32Rows(3),
      '"x" expects a row of f64, got one of f32',
    ],
    [
      "a row is given for a list of rows",
      kernels.scale,
      Float64Array.of(1, 2),
      '"x" expects a row of f64, got 1. If these are the elements of one row, it is one item: [row].',
    ],
    ["its only item does not fit", kernels.scale, float32Rows(1), '"x" expects a row of f64, got one of f32'],
    [
      "values differ, but not their kind",
      kernels.affine,
      ["a", "b"],
      '"n" takes a number (f64), got the string "a"',
    ],
    [
      "elements of all rows are no numbers",
      kernels.scale,
      [[[1, "a"]], [["b"]]],
      'whose element 1 is the string "a"',
    ],
    [
      "all rows were transferred",
      kernels.scale,
      [transferred(), transferred()],
      "whose buffer was transferred",
    ],
    ["all name a parameter wrongly", kernels.affine, [{ m: 1 }, { m: 2 }], 'has no parameter "m"'],
    [
      "all lack an argument",
      kernels.affine,
      [[], { k: 1 }],
      'needs "n", and neither the item nor the call passes it',
    ],
    [
      "one of several arguments never fits",
      kernels.affine,
      [
        [1, null],
        [2, null],
      ],
      '"k" takes a number (f64), got null',
    ],
    [
      "named ones never fit",
      kernels.affine,
      [
        [[1], { k: null }],
        [[2], { k: null }],
      ],
      '"k" takes a number (f64), got null',
    ],
  ];

  test.each(refused)("%s", async (_, kernel, entries, message) => {
    await expect(run(kernel, entries, { target })).rejects.toThrow(message);
    await expect(explain.run(kernel, entries, { target })).rejects.toThrow(message);
  });

  const partly: [string, (typeof kernels)[keyof typeof kernels], readonly unknown[], boolean[]][] = [
    ["one is good", kernels.affine, ["a", 1, "b"], [true, false, true]],
    ["they fail for different reasons", kernels.affine, ["a", null, 1n], [true, true, true]],
    [
      "they fail at different parameters",
      kernels.affine,
      [
        ["a", 1],
        [1, "a"],
      ],
      [true, true],
    ],
    ["one row is good", kernels.scale, [...float32Rows(2), new Float64Array(1)], [true, true, false]],
    ["there are none", kernels.affine, [], []],
  ];

  test.each(partly)("not when %s", async (_, kernel, entries, failed) => {
    const results = await run(kernel, entries, { target });
    expect([...results].map((result) => result instanceof TypeError)).toEqual(failed);
    expect((await explain.run(kernel, entries, { target })).problems).toHaveLength(results.failures.length);
  });

  test("a batch's rows do not fit, before post and whatever it would fill in", async () => {
    const posts: unknown[] = [];
    class Rows extends Batch<{ x: any; y: any }, number> {
      scale = inbatchParallel(
        { init: rows("x"), post: (results) => void posts.push(results), target: "nogil" },
        () => kernels.scale as any,
      );
      weigh = inbatchParallel(
        { init: rows("x"), post: into("y", { fill: 0 }), target: "nogil" },
        () => kernels.weigh as any,
      );
    }
    // rows of several classes stay an array
    const batch = Rows.from(2, { x: [Float32Array.of(1), [null]] });
    await batch.with({ target }).scale();
    expect(posts).toHaveLength(1);
    batch.set({ x: [Float32Array.of(1), Float32Array.of(2, 3)] });
    await expect(batch.with({ target }).scale()).rejects.toThrow('component "x" has rows of f32');
    batch.set({ x: ["a", "b"] });
    await expect(batch.with({ target }).scale()).rejects.toThrow(
      '"x" expects a row of f64, got the string "a"',
    );
    await expect(batch.with({ target }).weigh()).rejects.toThrow(
      '"x" expects a row of f64, got the string "a"',
    );
    expect(posts).toHaveLength(1);
  });
});

describe.each(["threads", "async", "mpc"] as const)("on %s a call is refused when", (target) => {
  test.each([1, 3, 500])("none of %i items can be sent", async (n) => {
    const message = "run(echo), item 0: argument 0 is a function, which cannot be sent to a worker.";
    await expect(run(echo, functions(n), { target, chunkSize: 2 })).rejects.toThrow(message);
    await expect(explain.run(echo, functions(n), { target, chunkSize: 2 })).rejects.toThrow(message);
  });

  test("none can, as named arguments", async () => {
    const entries = functions(2).map((fn) => ({ deep: { fn } }));
    await expect(run(echo, entries, { target })).rejects.toThrow("argument deep.fn is a function");
  });

  test("not when one can, or they cannot for different reasons", async () => {
    const one = await run(echo, [...functions(5), 7], { target, chunkSize: 2 });
    expect(one.map((result) => result instanceof TypeError)).toEqual([true, true, true, true, true, false]);
    const two = await run(echo, [() => 1, Symbol("s")] as unknown[], { target });
    expect(two.map((result) => result instanceof TypeError)).toEqual([true, true]);
    const { problems } = await explain.run(echo, [...functions(5), 7], { target, chunkSize: 2 });
    expect(problems.length).toBeGreaterThan(0);
  });
});

test.each(["threads", "async", "mpc", "for"] as const)(
  "on %s a call is refused when the column of its items was disposed of",
  async (target) => {
    const column = new Batch<any>(2, { x: [1, 2] }).data.x;
    column.dispose();
    await expect(run(echo, column, { target })).rejects.toThrow("was disposed of");
  },
);
