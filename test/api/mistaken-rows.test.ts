import { Batch, inbatchParallel, rows, run } from "nogil";
import { describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

const row = (...elements: number[]) => Float64Array.from(elements);
const column = () => (Batch.from(2, { x: [row(1, 2), row(3, 4)] }) as any).data.x;
const isList = " An item that is an array is a list of arguments";

const mistakes: [string, any, string][] = [
  [
    "arrays as rows",
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    `got 4: 4 of the item and 0 of the call.${isList}: if this one is a row, wrap it, [row],`,
  ],
  [
    "arrays of other lengths, too",
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ],
    `${isList}: if this one is a row, wrap it`,
  ],
  [
    "short arrays as rows",
    [
      [1, 2],
      [3, 4],
    ],
    `got 1. If these are the elements of one row, it is one item: [row].${isList}: [[row]].`,
  ],
  ["the elements of one row", row(1, 2), "If these are the elements of one row, it is one item: [row]."],
  [
    "an object beside a row",
    [[row(1), { k: 2 }]],
    '"k" takes a number (f64), got Object. Named arguments of an item go beside a list of its positional ones: [[row], { k: … }].',
  ],
  [
    "an object of another name",
    [{ signal: row(1) }],
    'has no parameter "signal". An item that is a plain object passes arguments by name.',
  ],
  [
    "an object of a near name",
    [{ X: row(1) }],
    'has no parameter "X"; did you mean "x"? An item that is a plain object',
  ],
  ["another dtype", [Float32Array.of(1)], "A copy would do: Float64Array.from(row)."],
  ["a buffer", [new ArrayBuffer(8)], "A view of its bytes is a row: new Float64Array(buffer)."],
  [
    "a view that has no elements",
    [new DataView(new ArrayBuffer(8))],
    "A typed array over its buffer is a row: new Float64Array(",
  ],
  [
    "a column among the items",
    [column()],
    "A column has the rows of all items: pass it in place of the array around it.",
  ],
  ["a promise", [Promise.resolve(row(1))], "got Promise. Await it first."],
  [
    "a matrix",
    [
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    "an array whose element 0 is Array. A row has one dimension: flatten it, rows.flat().",
  ],
  [
    "a promise of all rows",
    Promise.resolve([row(1)]),
    "are Promise, expected an iterable with an entry for each item, such as an array of arguments. Await it first.",
  ],
  ["a batch", Batch.from(2, { x: [1, 2] }), 'Name the components whose rows are meant: batch.rows("x").'],
  ["an init", rows("x"), 'rows(…) and columns(…) are inits of inbatchParallel: here, batch.rows("x").'],
  [
    "an async generator",
    (async function* () {})(),
    "Pass it to stream(), or collect what it yields in an array first.",
  ],
  ["a generator function", function* () {}, "Call it, if it makes them."],
];

describe.each(["nogil", "for"] as const)("run on %s", (target) => {
  test.each(mistakes)("told of %s says what to write", async (_, items, message) => {
    const results = await run(kernels.weigh, items, { target }).catch((error: Error) => ({
      failures: [{ error }],
    }));
    expect(results.failures[0].error.message).toContain(message);
  });

  test("refuses a frozen row that the kernel may write to before it runs, and takes one that it only reads", async () => {
    const scaled = [2, 3];
    const results = await run(kernels.scale, [[Object.freeze([1, 2])], [scaled]], { target });
    expect(String(results[0])).toContain(
      '"x" is a row that the kernel may write to, got a frozen array: pass a copy, [...row].',
    );
    expect([results.failures.length, scaled]).toEqual([1, [4, 6]]);
    await expect(run(kernels.scale, [[Object.freeze([1])]], { target })).rejects.toThrow(
      "got a frozen array",
    );
    expect([...(await run(kernels.weigh, [[Object.freeze([1, 2])]], { target }))]).toEqual([3]);
    expect((await run(kernels.scale, [[Object.freeze([])]], { target })).failures).toEqual([]);
  });

  test("the init of a method gives the same hints", async () => {
    class Given extends Batch<any, number> {
      act = inbatchParallel({ init: () => [[1, 2, 3, 4]], target: "nogil" }, () => kernels.weigh) as any;
    }
    await expect((Given.from(1) as any).with({ target }).act()).rejects.toThrow(
      "if this one is a row, wrap it",
    );
  });
});

test.each([
  [{ k: 1 }, 'run(weigh): "k" is an argument of the kernel, not an option: args: [{ k: … }].'],
  [{ ordered: false }, '"ordered" is an option of stream(): run() returns all results at once.'],
  [{ arg: [1] }, 'there is no option "arg"; did you mean "args"? The options are args, target'],
  [{ args: [1, 2, 3] }, "Those of the call are for every item, not one for each."],
])("run with %j says where arguments belong", async (options, message) => {
  await expect(run(kernels.weigh, [row(1)], options as any)).rejects.toThrow(message);
});

test.each([
  [
    { values: [1, 2] },
    'allocate() takes a dtype, one of i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, such as { dtype: "f64" }, got none.',
  ],
  [{ dtype: "float64" }, 'there is no dtype "float64": write dtype: "f64".'],
  [{ dtype: Uint8Array }, 'there is no dtype Uint8Array: write dtype: "u8".'],
  [{ dtype: "f16" }, 'There is no dtype "f16"'],
  [{ dtype: "f64", values: [1, 2] }, "All values are one typed array: Float64Array.from(values)."],
  [
    {
      dtype: "f64",
      shape: [2],
      values: [
        [1, 2],
        [3, 4],
      ],
    },
    "Make a typed array of it: Float64Array.from(row.flat()).",
  ],
  [
    { dtype: "f64", shape: [2, 3], values: new Float64Array(6) },
    "shape is that of one item, without the number of items: [3].",
  ],
])("allocate of %j says what to write", (how, message) => {
  const batch: any = Batch.from(2);
  expect(() => batch.allocate("y", how as any)).toThrow(message);
});
