import { afterEach, describe, expect, test } from "vitest";
import {
  type Column,
  columnFromRows,
  concat,
  dense,
  denseFrom,
  describe as describeColumn,
  detach,
  ownedAddress,
  ragged,
  raggedFrom,
  revive,
  slice,
  subset,
} from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";

const made: Column[] = [];
function keep<C extends Column>(column: C): C {
  made.push(column);
  return column;
}
afterEach(() => {
  for (const column of made.splice(0)) column.dispose();
});

const rows = () => keep(raggedFrom([Float64Array.of(1, 2), new Float64Array(0), Float64Array.of(3, 4, 5)]));

describe("a dense column", () => {
  test("begins as zeros, also where other columns were before", () => {
    dense("u8", [100_000]).values.fill(7);
    const first = dense("i32", [1000]);
    first.values.fill(-1);
    first.dispose();
    expect(new Set(keep(dense("i32", [1000])).values)).toEqual(new Set([0]));
  });

  test("has numbers where its shape is [N], bigints for 64-bit integers", () => {
    expect(keep(denseFrom(Float32Array.of(1, 2, 3))).at(2)).toBe(3);
    expect(keep(denseFrom(BigInt64Array.of(1n, -2n))).at(1)).toBe(-2n);
  });

  test("has views of its items where its shape is longer: writing to one writes to the column", () => {
    const column = keep(dense("u16", [3, 2, 2]));
    column.at(1).set([1, 2, 3, 4]);
    expect([...column.values]).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
    expect(column.shapeAt(1)).toEqual([2, 2]);
  });

  test("says where it lies for a kernel, aligned to 64 bytes", () => {
    const { base, ...rest } = keep(dense("f64", [5, 3])).layout;
    expect(base % 64).toBe(0);
    expect(rest).toEqual({ stride: 24, length: 3, lengths: 0 });
  });

  test("refuses positions, shapes and dtypes that are none", () => {
    const column = keep(dense("f32", [2]));
    for (const i of [-1, 2, 0.5])
      expect(() => column.at(i)).toThrow(/There is no item .* the column has 2, 0 to 1/);
    expect(() => dense("f32", [-1])).toThrow(TypeError);
    expect(() => dense("f16" as "f32", [1])).toThrow(/There is no dtype "f16": expected one of i8, u8/);
    expect(() => denseFrom(new Float32Array(7), [3])).toThrow("7 elements do not make items of shape [3]");
  });
});

test("what the engine left in memory is no part of a new column", () => {
  const memory = sharedMemory();
  const address = memory.tryAllocate(1 << 22)!;
  new Uint8Array(memory.bufferTo(address + (1 << 22)), address, 1 << 22).fill(7);
  memory.free(address);
  expect(keep(dense("u8", [1 << 22])).values.every((value) => value === 0)).toBe(true);
});

describe("a ragged column", () => {
  test("has items of any length, values and offsets as Arrow's List has them", () => {
    const column = rows();
    expect(column.shape).toEqual([3, null]);
    expect([...column.values]).toEqual([1, 2, 3, 4, 5]);
    expect([...column.offsets]).toEqual([0, 2, 2, 5]);
    expect([...column.at(2)]).toEqual([3, 4, 5]);
    column.at(2)[0] = 9;
    expect([...column.values]).toEqual([1, 2, 9, 4, 5]);
  });

  test("has a shape for each image, and a number where all agree", () => {
    const column = keep(
      ragged("u8", [
        [2, 3, 3],
        [4, 5, 3],
      ]),
    );
    expect(column.shape).toEqual([2, null, null, 3]);
    expect(column.shapeAt(1)).toEqual([4, 5, 3]);
    expect(column.at(1)).toHaveLength(60);
  });

  test("becomes dense without a copy when its items are equally long", () => {
    const column = keep(raggedFrom([Int32Array.of(1, 2), Int32Array.of(3, 4)]));
    const same = keep(column.toDense());
    expect(same.shape).toEqual([2, 2]);
    same.at(1)[0] = 7;
    expect([...column.values]).toEqual([1, 2, 7, 4]);
    expect(() => rows().toDense()).toThrow(/item 0 has \[2\], item 1 \[0\]/);
  });

  test("keeps its memory until it and the dense column of it are disposed of", () => {
    const column = raggedFrom([Int32Array.of(1, 2), Int32Array.of(3, 4)]);
    const { usedBytes } = sharedMemory().heap;
    const same = column.toDense();
    column.dispose();
    expect([...same.values]).toEqual([1, 2, 3, 4]);
    expect(sharedMemory().heap.usedBytes).toBe(usedBytes);
    same.dispose();
    expect(sharedMemory().heap.usedBytes).toBeLessThan(usedBytes);
  });

  test("of rows that lie apart moves them together when its values are asked for, and only then", () => {
    const memory = sharedMemory();
    const blocks = [memory.allocate(64), memory.allocate(64), memory.allocate(64), memory.allocate(64)];
    const [addresses, lengths, second, first] = blocks;
    const table = (at: number) => new Uint32Array(memory.buffer, at, 2);
    table(addresses).set([first, second]);
    table(lengths).set([2, 3]);
    new Float32Array(memory.buffer, first, 2).set([1, 2]);
    new Float32Array(memory.buffer, second, 3).set([3, 4, 5]);
    const column = keep(columnFromRows("f32", 2, { addresses, lengths }, blocks));
    expect(ownedAddress(column.at(0))).toBe(first);
    expect([...column.values]).toEqual([1, 2, 3, 4, 5]);
    expect([...column.offsets]).toEqual([0, 2, 5]);
    expect(column.at(1).byteOffset).toBe(column.values.byteOffset + 8);
    expect(memory.heap.sizeOf(first)).toBeUndefined();
  });

  test("takes arrays of one dtype only", () => {
    expect(() => raggedFrom([new Float32Array(1), new Float64Array(1) as never])).toThrow(
      "A ragged column of f32 takes arrays of f32: item 1 is a Float64Array.",
    );
    expect(() => raggedFrom([])).toThrow(/needs a dtype/);
    expect(() => raggedFrom([new Uint8Array(5)], "u8", [[2, 3]])).toThrow(
      "Item 0 has 5 elements, which is not shape [2, 3].",
    );
  });
});

describe("columns together", () => {
  test("keep their items in the order that is asked for", () => {
    expect(keep(subset(rows(), [2, 0, 2])).values).toEqual(Float64Array.of(3, 4, 5, 1, 2, 3, 4, 5));
    expect(keep(slice(rows(), 1)).offsets).toEqual(Uint32Array.of(0, 0, 3));
    expect(keep(slice(keep(denseFrom(Uint8Array.of(1, 2, 3, 4))), -3, -1)).values).toEqual(
      Uint8Array.of(2, 3),
    );
    expect(() => subset(rows(), [3])).toThrow(RangeError);
  });

  test("make one column: dense if all are, with items of one shape, else ragged", () => {
    const two = keep(denseFrom(Float64Array.of(1, 2, 3, 4), [2]));
    expect(keep(concat([two, two])).shape).toEqual([4, 2]);
    const mixed = keep(concat([two, rows()]));
    expect(mixed.shape).toEqual([5, null]);
    expect(mixed.values).toEqual(Float64Array.of(1, 2, 3, 4, 1, 2, 3, 4, 5));
    expect(() => concat([two, keep(dense("f32", [1, 2]))])).toThrow("column 0 is f64, column 1 f32");
    expect(() => concat([two, keep(dense("f64", [1]))])).toThrow(/dimensions do not make one column/);
  });
});

describe("a column elsewhere", () => {
  test("in another thread shares its bytes", () => {
    for (const column of [rows(), keep(denseFrom(Float64Array.of(1, 2, 3)))]) {
      const there = revive(structuredClone(describeColumn(column)));
      (there.values as Float64Array)[0] = 42;
      expect(column.values[0]).toBe(42);
      expect([there.shape, there.dtype]).toEqual([column.shape, column.dtype]);
      there.dispose();
      expect(column.values[0]).toBe(42);
    }
  });

  test("in another process has a copy", () => {
    const columns: Column[] = [
      rows(),
      keep(
        ragged("u8", [
          [1, 2],
          [2, 3],
        ]),
      ),
      keep(denseFrom(Float64Array.of(1, 2), [2])),
    ];
    for (const column of columns) {
      const there = revive(structuredClone(detach(column)));
      expect(there.values).toEqual(column.values.slice());
      expect([there.shape, there.shapeAt(0), there.offsets]).toEqual([
        column.shape,
        column.shapeAt(0),
        column.offsets,
      ]);
      expect(there.values.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });
});

describe("a disposed column", () => {
  test("throws, and its memory is used again", () => {
    const column = dense("f64", [1000]);
    const { address } = column;
    column.dispose();
    column.dispose();
    for (const use of [
      () => column.values,
      () => column.at(0),
      () => column.layout,
      () => describeColumn(column),
    ]) {
      expect(use).toThrow(/was disposed of/);
    }
    expect(keep(dense("f64", [1000])).address).toBe(address);
  });

  test("keeps its memory while somebody holds it", () => {
    const column = dense("f64", [1000]);
    const letGo = column.storage.lease!.retain();
    column.dispose();
    expect(sharedMemory().heap.sizeOf(column.address)).toBe(8000);
    letGo();
    letGo();
    expect(sharedMemory().heap.sizeOf(column.address)).toBeUndefined();
  });

  test("is one that was declared with using", () => {
    let address: number;
    {
      using column = dense("f64", [10]);
      address = column.address;
    }
    expect(sharedMemory().heap.sizeOf(address)).toBeUndefined();
  });
});
