import { inspect } from "node:util";
import fc from "fast-check";
import { Batch, type Dense, inbatchParallel, type Ragged } from "nogil";
import { describe, expect, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";

class Parts extends Batch<
  { x: Dense<"f64">; image: Dense<"f32", [2, 2]>; rows: Ragged<"i16">; label: string[] },
  string
> {
  rate = 360;
  readonly #secret = 7;

  lengths = inbatchParallel({ init: "indices", post: "last" }, (id: string) => id.length);

  last(results: unknown[]) {
    return results.at(-1);
  }

  reveal() {
    return this.#secret;
  }
}

class Loose extends Batch<any, any> {}

const ids = ["a", "b", "c", "d", "e"];
const make = (which = ids) => {
  const batch = Parts.from(which, {
    x: Float64Array.from(which, (_, i) => i),
    rows: which.map((_, i) => Int16Array.from({ length: i }, (_, k) => 10 * i + k)),
    label: which.map((id) => id.toUpperCase()),
  });
  const values = Float32Array.from({ length: 4 * which.length }, (_, i) => i);
  batch.allocate("image", { dtype: "f32", shape: [2, 2], values });
  return batch;
};
const itemsOf = (batch: { indices: readonly string[]; at(id: string): object }) =>
  batch.indices.map((id) => structuredClone({ id, ...batch.at(id) }));

describe("a subset of a batch", () => {
  test("has the items named, in their order, as a copy of the same class with the same fields", () => {
    const batch = make();
    batch.rate = 250;
    const some = batch.subset(["d", "a"]);
    expect(some).toBeInstanceOf(Parts);
    expect([some.rate, some.reveal()]).toEqual([250, 7]);
    expect(itemsOf(some)).toEqual([itemsOf(batch)[3], itemsOf(batch)[0]]);
    some.data.x.values[0] = 99;
    some.at("d").rows[0] = 99;
    expect(batch.at("d")).toMatchObject({ x: 3, rows: Int16Array.of(30, 31, 32) });
    expect(some.positionOf("a")).toBe(1);
  });

  test("is taken by positions, where ids come more than once too", () => {
    const twice = Parts.concat([
      Parts.from(["a"], { x: [1], label: ["p"] }),
      Parts.from(["a"], { x: [2], label: ["q"] }),
    ]);
    const some = twice.subset({ positions: Uint32Array.of(1, 1, 0) });
    expect([some.indices, [...some.data.x.values], some.data.label]).toEqual([
      ["a", "a", "a"],
      [2, 2, 1],
      ["q", "q", "p"],
    ]);
  });

  test("of no items keeps its columns' kinds", () => {
    const none = make().subset([]);
    expect([none.length, none.data.image.shape, none.data.rows.shape, none.data.label]).toEqual([
      0,
      [0, 2, 2],
      [0, null],
      [],
    ]);
  });

  test("refuses what is no item, saying so", () => {
    expect(() => make().subset(["z"])).toThrow('Parts has no item "z"');
    for (const position of [5, -1, 0.5]) {
      expect(() => make().subset({ positions: [position] })).toThrow(
        `Parts has no item at position ${position}: it has 5.`,
      );
    }
    expect(() => make().subset("ab" as never)).toThrow("takes ids in an array or another iterable");
  });

  test("of an ordinary array stays one, also where numbers alone are left", () => {
    const batch = Loose.from(3, { x: [1, null, 3] });
    expect(batch.subset([0, 2]).data.x).toEqual([1, 3]);
    expect(batch.split(3)[0].data.x).toEqual([1]);
  });
});

describe("a batch split", () => {
  test("into a number of parts has lengths that differ by one at most", () => {
    const parts = make().split(3);
    expect(parts.map(({ indices }) => indices)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(parts.flatMap(itemsOf)).toEqual(itemsOf(make()));
    expect(
      make()
        .split(7)
        .map(({ length }) => length),
    ).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  test("by lengths has just these", () => {
    const parts = make().split([1, 0, 4]);
    expect(parts.map(({ length }) => length)).toEqual([1, 0, 4]);
    expect(itemsOf(parts[2])).toEqual(itemsOf(make()).slice(1));
    expect([...parts[2].data.rows.offsets!]).toEqual([0, 1, 3, 6, 10]);
    expect(() => make().split([2, 2])).toThrow("lengths that sum up to 4 do not divide a batch of 5 items");
    expect(() => make().split([6, -1])).toThrow(
      "takes lengths as whole numbers from 0, got -1 at position 1",
    );
    expect(() => make().split(0)).toThrow("takes a number of parts from 1");
  });

  test("shares the memory of the whole, which goes when all are disposed of", () => {
    const { usedBytes } = sharedMemory().heap;
    const whole = make();
    const held = sharedMemory().heap.usedBytes;
    const [first, second] = whole.split([2, 3]);
    second.data.x.values[0] = 42;
    expect(whole.data.x.at(2)).toBe(42);
    whole.dispose();
    first.dispose();
    expect(sharedMemory().heap.usedBytes).toBe(held);
    expect(second.at("e").rows).toEqual(Int16Array.of(40, 41, 42, 43));
    second.dispose();
    expect(sharedMemory().heap.usedBytes).toBe(usedBytes);
  });
});

describe("batches together", () => {
  test("are one batch with the items of all, in order", () => {
    const whole = make();
    const together = Parts.concat(whole.split([2, 1, 2]));
    expect(together).toBeInstanceOf(Parts);
    expect(itemsOf(together)).toEqual(itemsOf(whole));
    whole.data.x.values[0] = 99;
    expect(together.data.x.at(0)).toBe(0);
  });

  test("take any iterable, and do not mind batches without items", () => {
    const together = Parts.concat(new Set([Parts.from([]), make(["a"]), make(["b"]), make([])]));
    expect([together.indices, [...together.data.x.values]]).toEqual([
      ["a", "b"],
      [0, 0],
    ]);
    expect(Parts.concat([Parts.from([])]).length).toBe(0);
  });

  test("have what they have besides from the first", () => {
    const [one, two] = [make(["a"]), make(["b"])];
    one.rate = 100;
    expect(Parts.concat([one, two]).rate).toBe(100);
  });

  test("make an array of a component that is a column in some and an array in others", () => {
    const together = Loose.concat([Loose.from(1, { x: [1] }), Loose.from(1, { x: [null] })]);
    expect(together.data.x).toEqual([1, null]);
    const row = Float32Array.of(5);
    const column = Loose.from(1, { x: [row] });
    const rows = Loose.concat([column, Loose.from(1, { x: ["none"] })]).data.x;
    column.dispose();
    expect(rows).toEqual([row, "none"]);
  });

  test("have to have the same components, of one dtype", () => {
    expect(() => Loose.concat([Loose.from(1, { x: [1] }), Loose.from(1, { y: [1] })])).toThrow(
      'Loose.concat(): batch 1 has no component "x", which batch 0 has. Set it there, or delete it here.',
    );
    const float = Loose.from(1, { x: Float32Array.of(1) });
    expect(() => Loose.concat([float, Loose.from(1, { x: [1] })])).toThrow(
      'Loose.concat(): component "x": Only columns of one dtype can be put together: column 0 is f32, column 1 f64.',
    );
    expect(() => Loose.concat([])).toThrow("Loose.concat() takes at least one batch, got none.");
    expect(() => Loose.concat([float, [] as never])).toThrow("takes batches: number 1 is Array");
  });

  test("undo any split, whatever the lengths", () => {
    const lengths = fc.array(fc.nat(6), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(4)), (sizes, rows) => {
        const length = sizes.reduce((sum, size) => sum + size, 0);
        const all = Array.from({ length }, (_, i) => i);
        using whole = Loose.from(length, {
          x: Int32Array.from(all),
          label: all.map(String),
        });
        whole.allocate("rows", { dtype: "u8", shapes: all.map((i) => rows[i % rows.length] ?? 1) });
        whole.allocate("image", { dtype: "u16", shapes: all.map((i) => [1 + (i % 2), 2]) });
        whole.data.rows.values.forEach((_: number, i: number, values: Uint8Array) => {
          values[i] = i;
        });
        whole.data.image.values.fill(3);
        const parts = whole.split(sizes);
        using together = Loose.concat(parts);
        for (const part of parts) part.dispose();
        expect(together.indices).toEqual(whole.indices);
        for (const i of all) {
          expect(together.at(i)).toEqual(whole.at(i));
          expect(together.data.image.shapeAt(i)).toEqual(whole.data.image.shapeAt(i));
        }
      }),
    );
  });
});

test("a batch prints its items and components briefly", () => {
  expect(inspect(make(), { breakLength: 80 })).toBe(
    `Parts(5) {
  indices: [ 'a', 'b', 'c', ... 2 more items ],
  data: {
    x: Dense <f64> [5],
    rows: Ragged <i16> [5, …],
    label: [ 'A', 'B', 'C', ... 2 more items ],
    image: Dense <f32> [5, 2, 2]
  },
  rate: 360
}`,
  );
  expect(inspect({ list: [[make()]] })).toContain("[Parts(5)]");
  expect(inspect(Batch.from(2).with({ target: "for" }))).toBe("Batch(2) { indices: [ 0, 1 ], data: {} }");
});
