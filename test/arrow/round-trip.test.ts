import { dictionary, int8, list, utf8 } from "@uwdata/flechette";
import fc from "fast-check";
import { Batch, type Dense, type Parallel, type Ragged } from "nogil";
import { type ArrowReport, arrowReport, fromArrow, toArrow, toArrowTable } from "nogil/arrow";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type Dtype, dtypes, typedArrays } from "../../dist/abi/dtype.js";
import { dense, raggedFrom } from "../../dist/columns/index.js";

class Loose extends Batch<any, any> {}
class Typed extends Batch<{ x: Dense<"f64">; rows: Ragged<"i16">; label: string[] }, string> {}

const itemsOf = (batch: { indices: readonly any[]; at(id: any): object }) =>
  batch.indices.map((id) => structuredClone({ id, ...batch.at(id) }));

const there = async (batch: any, options = {}) => {
  const back = await fromArrow(await toArrow(batch, options), Loose);
  expect(itemsOf(back)).toEqual(itemsOf(batch));
  return back;
};

describe("a batch through Arrow", () => {
  test("is a batch of the class that is asked for, typed", async () => {
    const batch = Typed.from(["a", "b"], {
      x: [1, 2],
      rows: [Int16Array.of(1), Int16Array.of(2, 3)],
      label: ["p", "q"],
    });
    const back = await fromArrow(await toArrow(batch), Typed);
    expectTypeOf(back).toEqualTypeOf<Parallel<Typed>>();
    expectTypeOf(arrowReport(back)).toEqualTypeOf<ArrowReport>();
    expect(back).toBeInstanceOf(Typed);
    expect(itemsOf(back)).toEqual(itemsOf(batch));
    expect(back.data.rows.offsets).toEqual(Uint32Array.of(0, 1, 3));
  });

  test.each(dtypes)(
    "keeps columns of %s, with a number, a row, an image or rows of any length an item",
    async (dtype) => {
      const values = typedValues(dtype, 24);
      const batch = Loose.from(["a", "b"]);
      batch.set({ number: values.slice(0, 2) });
      batch.allocate("row", { dtype, shape: [3], values: values.slice(0, 6) as any });
      batch.allocate("image", { dtype, shape: [2, 3, 2], values: values as any });
      batch.allocate("rows", { dtype, shapes: [0, 5], values: values.slice(0, 5) as any });
      batch.allocate("images", {
        dtype,
        shapes: [
          [2, 3],
          [0, 7],
        ],
        values: values.slice(6, 12) as any,
      });
      const shapes = (of: any) => Object.values(of.data).map((column: any) => [column.dtype, column.shape]);
      for (const format of ["stream", "file"]) {
        const back = await there(batch, { format });
        expect(shapes(back)).toEqual(shapes(batch));
        expect([0, 1].map((i) => back.data.images.shapeAt(i))).toEqual([
          [2, 3],
          [0, 7],
        ]);
      }
    },
  );

  test("keeps ordinary arrays, with null", async () => {
    await there(
      Loose.from(4, {
        text: ["a", null, "ü€😀", ""],
        flag: [true, false, null, true],
        number: [1, null, Number.NaN, -0],
        big: [1n, -(2n ** 63n), null, 2n ** 63n - 1n],
        date: [new Date(0), null, new Date(-1), new Date(8.64e15)],
        nothing: [null, null, null, null],
        nested: [{ a: 1, b: ["x"] }, { a: 2.5, b: [] }, null, { a: 3, b: ["y", "z"] }],
        lists: [[1, 2], [], null, [3]],
        strings: [["a"], ["b", "c"], [], null],
      }),
    );
    const unset = Loose.from(2, { x: ["a", undefined] });
    expect((await fromArrow(await toArrow(unset), Loose)).data.x).toEqual(["a", null]);
  });

  test("keeps ids that are strings, whole numbers or any numbers", async () => {
    for (const ids of [
      ["a", "b"],
      [5, -(2 ** 53) + 1, 2 ** 53 - 1, -1, 2 ** 32, -(2 ** 32) - 1],
      [0.5, 2],
    ]) {
      expect((await there(Loose.from(ids))).indices).toEqual(ids);
    }
    await expect(toArrow(Loose.from(["a", 1]))).rejects.toThrow("The ids has values of two kinds");
  });

  test("names its ids as asked, leaves them out, or says that the name is taken", async () => {
    const batch = Loose.from(["a", "b"], { id: [1, 2] });
    await expect(toArrow(batch)).rejects.toThrow('written as "id", which is a component\'s name, too');
    expect((await fromArrow(await toArrow(batch, { ids: "key" }), Loose)).indices).toEqual(["a", "b"]);
    const bare = await toArrow(batch, { ids: false });
    expect((await fromArrow(bare, Loose)).indices).toEqual([0, 1]);
    const named = await fromArrow(bare, Loose, { ids: "id" });
    expect([named.indices, Object.keys(named.data)]).toEqual([[1, 2], []]);
  });

  test("may have no items, or no components", async () => {
    await there(Loose.from(2));
    const none = Loose.from([], { x: new Float32Array(0), label: [] });
    none.allocate("rows", { dtype: "i16", shapes: [] });
    none.allocate("image", { dtype: "u8", shape: [4, 5] });
    const back = await there(none);
    expect([back.data.x.shape, back.data.rows.shape, back.data.image.shape]).toEqual([
      [0],
      [0, null],
      [0, 4, 5],
    ]);
    expect(back.data.label).toEqual([]);
  });

  test("comes in as many record batches as asked for", async () => {
    const n = 10;
    const batch = Loose.from(n, {
      x: Float32Array.from({ length: n }, (_, i) => i),
      rows: Array.from({ length: n }, (_, i) => Uint8Array.from({ length: i % 3 }, () => i)),
      label: Array.from({ length: n }, (_, i) => (i % 4 ? `${i}` : null)),
    });
    batch.allocate("images", { dtype: "u8", shapes: Array.from({ length: n }, (_, i) => [i % 2, 3]) });
    const table = await toArrowTable(batch, { batchRows: 3 });
    expect(table.children.map(({ data }) => data.map(({ length }) => length))).toEqual(
      Array(5).fill([3, 3, 3, 1]),
    );
    await there(batch, { batchRows: 3 });
    await expect(toArrow(batch, { batchRows: 0 })).rejects.toThrow(
      "batchRows takes a whole number from 1, got 0",
    );
  });

  test("has dictionaries where a type says so", async () => {
    const label = ["N", "A", null, "N"];
    const batch = Loose.from(4, { label });
    const types = { label: dictionary(utf8()) };
    const table = await toArrowTable(batch, { types });
    expect((table.getChild("label") as any).type.typeId).toBe(-1);
    await there(batch, { types });
    await there(batch, { types, batchRows: 2 });
    await expect(toArrow(Loose.from(2, { n: [1, null] }), { types: { n: int8() } })).resolves.toBeDefined();
    await expect(toArrow(Loose.from(2, { n: [300, null] }), { types: { n: int8() } })).rejects.toThrow(
      'The component "n" does not fit Int8: item 0 is 300.',
    );
  });

  test("takes one type for several columns with different categories", async () => {
    const label = ["N", "A", null, "N"];
    const batch = Loose.from(4, {
      label,
      device: ["x", "y", "z", "x"],
      tags: [["p"], [], ["q", "p"], ["r"]],
    });
    const values = utf8();
    const category = dictionary(values);
    const types = { label: category, device: category, tags: list(dictionary(values)) };
    await there(batch, { types });
    // and again, with the same objects
    await there(batch, { types });
  });

  test("names the component that Arrow has no type for", async () => {
    const refused: [unknown, string][] = [
      [() => 1, "item 1 is a function"],
      [new Map(), "item 1 is Map"],
      [Symbol("x"), "item 1 is a symbol"],
      [2n ** 63n, "item 1 is 9223372036854775808"],
      [new Date(Number.NaN), "item 1"],
      [5, "item 0 is a string, item 1 a number"],
    ];
    for (const [value, message] of refused) {
      const first = message.includes("a string") ? "a" : null;
      const failing = toArrow(Loose.from(2, { odd: [first, value] }));
      await expect(failing).rejects.toThrow('The component "odd" has');
      await expect(failing).rejects.toThrow(message);
    }
    await expect(toArrow([] as never)).rejects.toThrow("takes a batch, or columns and arrays by name");
  });
});

describe("columns through Arrow", () => {
  test("are components by name, without a batch", async () => {
    const x = dense("i32", [2, 3]);
    x.values.set([1, 2, 3, 4, 5, 6]);
    const rows = raggedFrom([Float32Array.of(1), Float32Array.of(2, 3)]);
    const bytes = await toArrow({ x, rows, label: ["a", "b"] });
    const back = await fromArrow<{ x: Dense<"i32", [3]>; rows: Ragged<"f32">; label: string[] }>(bytes);
    expect([back.x.shape, back.x.values, back.rows.values, back.label]).toEqual([
      [2, 3],
      x.values,
      rows.values,
      ["a", "b"],
    ]);
    const { rows: alone, ...others } = await fromArrow(bytes, { columns: ["rows"] });
    expect([alone.length, others]).toEqual([2, {}]);
    await expect(toArrow({ x, label: ["a"] })).rejects.toThrow('component "label" has 1 items, expected 2');
  });

  test("are a table over their memory, which is not copied", async () => {
    const x = dense("f64", [3]);
    const table = await toArrowTable({ x });
    x.values[1] = 7;
    expect([...(table.getChild("x") as Iterable<number>)]).toEqual([0, 7, 0]);
    expect((await fromArrow(table)).x).toMatchObject({ dtype: "f64", length: 3 });
  });
});

test("any batch comes back as it was", async () => {
  const column = fc.record({
    dtype: fc.constantFrom(...dtypes),
    kind: fc.constantFrom("number", "row", "rows", "images"),
    sizes: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
  });
  const labels = fc.oneof(fc.string(), fc.constant(null));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(9),
      fc.array(column, { maxLength: 4 }),
      fc.array(labels, { minLength: 9, maxLength: 9 }),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      fc.constantFrom("stream", "file"),
      async (n, columns, label, batchRows, format) => {
        using batch = Loose.from(n, { label: label.slice(0, n) });
        columns.forEach(({ dtype, kind, sizes }, c) => {
          const size = (i: number) => sizes[i % sizes.length];
          const each = Array.from({ length: n }, (_, i) => i);
          const shapes: any = kind === "rows" ? each.map(size) : each.map((i) => [size(i), 1 + size(i + 1)]);
          const shape = kind === "number" ? [] : [size(0)];
          batch.allocate(
            `c${c}`,
            kind === "rows" || kind === "images" ? { dtype, shapes } : ({ dtype, shape } as any),
          );
          const { values } = batch.data[`c${c}`];
          values.set(typedValues(dtype, values.length));
        });
        using back = await there(batch, { batchRows, format });
        for (const name of Object.keys(batch.data)) {
          for (let i = 0; i < n && name !== "label"; i++) {
            expect(back.data[name].shapeAt(i)).toEqual(batch.data[name].shapeAt(i));
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

function typedValues(dtype: Dtype, length: number) {
  const values = new typedArrays[dtype](length) as Float64Array;
  const bytes = new Uint8Array(values.buffer);
  // every bit pattern but NaN's, which may change
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 37 + 11) % 127;
  return values;
}
