import { float32, float64, int8 } from "@uwdata/flechette";
import { Batch } from "nogil";
import { fromArrow, toArrow, toArrowTable } from "nogil/arrow";
import { fromNpy, toNpy } from "nogil/npy";
import { describe, expect, test } from "vitest";
import { type Dtype, dtypes, typedArrays } from "../../dist/abi/dtype.js";

const make = (Class: any, ...values: number[]) =>
  Class.from(Class.name.startsWith("Big") ? values.map(BigInt) : values);
const classes: [string, any, Dtype][] = [
  ...dtypes.map((dtype): [string, any, Dtype] => [typedArrays[dtype].name, typedArrays[dtype], dtype]),
  ["Uint8ClampedArray", Uint8ClampedArray, "u8"],
  ["Buffer", Buffer, "u8"],
];

describe.each(classes)("a %s", (_, Class, dtype) => {
  const one = make(Class, 1, 2, 100);
  const equal = [make(Class, 1, 2), make(Class, 3, 4)];
  const unequal = [make(Class, 1, 2), make(Class, 3)];
  const values = (column: any) => [column.dtype, column.shape, Array.from(column.values, Number)];

  test("is written as what it is, and read as the column that a batch makes of it", async () => {
    for (const x of [one, equal, unequal]) {
      const column = new Batch<any>(x.length, { x }).data.x;
      const back = await fromArrow<{ x: any }>(await toArrow({ x }));
      expect(values(back.x)).toEqual(values(column));
      expect(back.x.dtype).toBe(dtype);
    }
  });

  test("of a part of a buffer is written from there, and is not copied for a table", async () => {
    const { x } = await fromArrow<{ x: any }>(await toArrow({ x: one.subarray(1) }));
    expect(values(x)).toEqual([dtype, [2], [2, 100]]);
    const part = one.subarray(1);
    const table = await toArrowTable({ x: part });
    const written = table.getChild("x").data[0].values as Uint8Array;
    expect([written.buffer, written.byteOffset]).toEqual([part.buffer, part.byteOffset]);
  });

  test("keeps its type beside null, in an ordinary array of rows", async () => {
    for (const nothing of [null, undefined]) {
      const table = await toArrowTable({ x: [nothing, make(Class, 1, 2), make(Class, 3)] });
      const leaf = (table.schema.fields[0].type as any).children[0].type;
      const column = await toArrowTable({ x: one });
      expect(leaf).toEqual(column.schema.fields[0].type);
    }
  });

  test("is a NumPy array of its type", () => {
    expect(values(fromNpy(toNpy(one)))).toEqual([dtype, [3], [1, 2, 100]]);
  });
});

test("a type that is given for a typed array is taken, and its values are checked", async () => {
  const types = { x: int8() };
  const table = await toArrowTable({ x: Float32Array.of(1, 2) }, { types });
  expect(table.schema.fields[0].type).toEqual(int8());
  await expect(toArrow({ x: Float32Array.of(1, 300) }, { types })).rejects.toThrow("does not fit Int8");
});

test("a type that is given for a column is refused, unless it is the column's", async () => {
  const batch = new Batch<any>(2, { x: [1, 2] });
  await expect(toArrow(batch, { types: { x: float32() } })).rejects.toThrow(
    'The component "x" is a column, and is written as Float64, not as Float32: types are for ordinary arrays.',
  );
  expect(await toArrow(batch, { types: { x: float64() } })).toEqual(await toArrow(batch));
});

test("what is no array of numbers is refused by name", async () => {
  await expect(toArrow({ x: new DataView(new ArrayBuffer(8)) as any })).rejects.toThrow(
    'the component "x" is DataView',
  );
});

test.skipIf(!("Float16Array" in globalThis))("a Float16Array, which is no column, is refused", async () => {
  const half = new (globalThis as any).Float16Array([1, 2]);
  await expect(toArrow({ x: half })).rejects.toThrow(
    'The component "x": no column has the elements of a Float16Array',
  );
});
