import assert from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import { serialize } from "node:v8";
import { MessageChannel } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Column,
  columnFromRows,
  type Dtype,
  dense,
  denseFrom,
  describe as describeColumn,
  ragged,
  raggedFrom,
  revive,
  typedArrays,
} from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";

const made: Column[] = [];
function keep<C extends Column<any, any>>(column: C): C {
  made.push(column);
  return column;
}
afterEach(() => {
  for (const column of made.splice(0)) column.dispose();
});

const numbers = (...values: number[]) => {
  const column = keep(dense("f64", [values.length]));
  column.values.set(values);
  return column;
};
const rows = (...values: number[][]) =>
  keep(
    raggedFrom(
      values.map((row) => Float64Array.from(row)),
      "f64",
    ),
  );
const image = (dtype: Dtype = "f32") => {
  const column = keep(dense(dtype, [2, 2, 3]));
  const values = Array.from({ length: 12 }, (_, i) => (dtype === "i64" ? BigInt(i) : i));
  column.values.set(values as never);
  return column;
};
const images = (...shapes: number[][]) => {
  const column = keep(ragged("u8", shapes as any));
  column.values.set(column.values.map((_, i) => i));
  return column;
};

describe("a column is iterated", () => {
  test("by for-of, spread, Array.from and destructuring, item by item as at() returns them", () => {
    const column = numbers(1, 2, 3);
    expect([...column]).toEqual([1, 2, 3]);
    expect(Array.from(column, (x) => x * 2)).toEqual([2, 4, 6]);
    const [first, ...others] = column;
    expect([first, others]).toEqual([1, [2, 3]]);
    const seen: number[] = [];
    for (const row of rows([1, 2], [], [3])) seen.push(row.length);
    expect(seen).toEqual([2, 0, 1]);
    expect([...keep(denseFrom(BigInt64Array.of(1n, -2n)))]).toEqual([1n, -2n]);
    expect([...numbers()]).toEqual([]);
  });

  test("with views of its rows, so that writing to one writes to the column", () => {
    const column = rows([1, 2], [3]);
    for (const row of column) row[0] = 9;
    column.toArray()[1][0] = 7;
    expect([...column.values]).toEqual([9, 2, 7]);
  });

  test("by map and toArray into ordinary arrays", () => {
    const column = image();
    const all = column.toArray();
    expect(all.map((view) => [...view])).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ]);
    expect(Object.getPrototypeOf(all)).toBe(Array.prototype);
    expect(column.map((view, i, whole) => [view[0], i, whole === column])).toEqual([
      [0, 0, true],
      [6, 1, true],
    ]);
  });

  test("until it is disposed of", () => {
    const column = numbers(1, 2);
    const items = column[Symbol.iterator]();
    items.next();
    column.dispose();
    for (const use of [
      () => items.next(),
      () => column.toArray(),
      () => column.map(() => 0),
      () => [...column],
    ])
      expect(use).toThrow("This column was disposed of");
  });
});

describe("JSON has a column's values", () => {
  test("nested as its items are shaped", () => {
    expect(JSON.stringify(numbers(1, 2.5, Number.NaN))).toBe("[1,2.5,null]");
    expect(JSON.stringify(rows([1, 2], [], [3]))).toBe("[[1,2],[],[3]]");
    expect(JSON.stringify(image())).toBe("[[[0,1,2],[3,4,5]],[[6,7,8],[9,10,11]]]");
    expect(JSON.stringify(images([1, 2], [2, 1]))).toBe("[[[0,1]],[[2],[3]]]");
    expect(JSON.stringify({ none: keep(dense("u8", [0, 4])), rows: rows() })).toBe('{"none":[],"rows":[]}');
    expect(JSON.stringify(keep(dense("u8", [2, 0])))).toBe("[[],[]]");
  });

  test("with 64-bit integers as strings, whatever their size", () => {
    expect(JSON.stringify(keep(denseFrom(BigUint64Array.of(1n, 2n ** 64n - 1n))))).toBe(
      '["1","18446744073709551615"]',
    );
    expect(JSON.stringify(image("i64"))).toBe(
      '[[["0","1","2"],["3","4","5"]],[["6","7","8"],["9","10","11"]]]',
    );
  });

  test("unless it was disposed of, which is an error", () => {
    for (const column of [numbers(1), rows([1])]) {
      column.dispose();
      expect(() => JSON.stringify(column)).toThrow("This column was disposed of");
    }
  });
});

// pairs of which only the first two are equal
const different: [what: string, one: () => Column, same: () => Column, other: () => Column][] = [
  ["a number", () => numbers(1, 2), () => numbers(1, 2), () => numbers(1, 3)],
  ["the length", () => numbers(1, 2), () => numbers(1, 2), () => numbers(1, 2, 2)],
  ["whether there are any", () => numbers(), () => numbers(), () => numbers(0)],
  ["the dtype", () => numbers(1), () => numbers(1), () => keep(denseFrom(Float32Array.of(1)))],
  ["the dtype, where it has no items", () => rows(), () => rows(), () => keep(raggedFrom([], "f32"))],
  ["the kind", () => rows([1, 2]), () => rows([1, 2]), () => keep(denseFrom(Float64Array.of(1, 2), [2]))],
  [
    "the kind of images",
    () => images([2, 3], [2, 3]),
    () => images([2, 3], [2, 3]),
    () => keep(images([2, 3], [2, 3]).toDense()),
  ],
  [
    "how many dimensions rows have",
    () => images([2, 1]),
    () => images([2, 1]),
    () => keep(raggedFrom([Uint8Array.of(0, 1)])),
  ],
  ["where rows end", () => rows([1, 2], [3]), () => rows([1, 2], [3]), () => rows([1], [2, 3])],
  ["empty rows", () => rows([1], []), () => rows([1], []), () => rows([], [1])],
  ["the items' shape", () => image(), () => image(), () => keep(denseFrom(image().values, [3, 2]))],
  [
    "an item's own shape",
    () => images([1, 4], [2, 2]),
    () => images([1, 4], [2, 2]),
    () => images([1, 4], [4, 1]),
  ],
  [
    "a large integer",
    () => keep(denseFrom(BigInt64Array.of(2n ** 60n))),
    () => keep(denseFrom(BigInt64Array.of(2n ** 60n))),
    () => keep(denseFrom(BigInt64Array.of(2n ** 60n + 1n))),
  ],
];

describe("columns are equal if their values are, and differ in", () => {
  test.each(different)("%s", (_, make, makeSame, makeOther) => {
    const [one, same, other] = [make(), makeSame(), makeOther()];
    for (const wrap of [
      (column: Column): unknown => column,
      (column: Column): unknown => ({ deep: [column] }),
    ]) {
      const [a, b, c] = [one, same, other].map((column) => wrap(column));
      expect(a).toEqual(b);
      expect(a).toStrictEqual(b);
      expect(a).not.toEqual(c);
      expect(a).not.toStrictEqual(c);
      expect(isDeepStrictEqual(a, b)).toBe(true);
      expect(isDeepStrictEqual(a, c)).toBe(false);
      assert.deepEqual(a, b);
      assert.notDeepEqual(a, c);
      expect(a).to.deep.equal(b);
      expect(a).to.not.deep.equal(c);
    }
  });

  test("whatever they are", () => {
    const list = fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }), { maxLength: 3 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const [a, b] = [rows(...one), rows(...other)];
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(isDeepStrictEqual(a, b)).toBe(same);
        expect(expectEqual(a, b)).toBe(same);
        for (const column of [a, b]) column.dispose();
      }),
    );
  });

  test("wherever they lie, as what came to another thread", () => {
    for (const column of [numbers(1, 2), rows([1], [2, 3])]) {
      const there = revive(structuredClone(describeColumn(column)));
      expect(there).toStrictEqual(column);
      assert.deepStrictEqual(there, column);
    }
  });

  test("and rows that lie apart are not moved for it", () => {
    const memory = sharedMemory();
    const [addresses, lengths, second, first] = [64, 64, 64, 64].map((bytes) => memory.allocate(bytes));
    const table = (at: number) => new Uint32Array(memory.buffer, at, 2);
    table(addresses).set([first, second]);
    table(lengths).set([2, 1]);
    new Float64Array(memory.buffer, first, 2).set([1, 2]);
    new Float64Array(memory.buffer, second, 1).set([3]);
    const column = keep(
      columnFromRows("f64", 2, { addresses, lengths }, [addresses, lengths, second, first]),
    );
    const view = column.at(0);
    expect(column).toStrictEqual(rows([1, 2], [3]));
    assert.deepStrictEqual(column, rows([1, 2], [3]));
    expect(JSON.stringify(column) + inspect(column)).toContain("[[1,2],[3]]");
    view[0] = 5;
    expect(column.at(0)[0]).toBe(5);
  });
});

function expectEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

describe("the difference of two columns shows values, and neither storage nor lease", () => {
  const messageOf = (compare: () => void) => {
    try {
      compare();
    } catch (error) {
      const { message, diff, actual, expected } = error as Error & Record<string, unknown>;
      return `${message}\n${diff ?? ""}\n${inspect([actual, expected], { depth: null })}`;
    }
    return "equal";
  };

  test.each([
    ["toEqual", (a: Column, b: Column) => expect(a).toEqual(b)],
    ["toStrictEqual", (a: Column, b: Column) => expect({ a }).toStrictEqual({ a: b })],
    ["node:assert", (a: Column, b: Column) => assert.deepStrictEqual(a, b)],
  ])("in %s", (_, compare) => {
    for (const [a, b] of [
      [numbers(1.5, 2), numbers(1.5, 4.25)],
      [rows([1.5], [2]), rows([1.5], [4.25])],
    ] as const) {
      const message = messageOf(() => compare(a, b));
      expect(message).toMatch(/1\.5/);
      expect(message).toMatch(/4\.25/);
      expect(message).not.toMatch(/storage|lease|SharedArrayBuffer|address/i);
    }
  });

  test("and of one that was disposed of the comparison says so", () => {
    const [gone, there] = [numbers(1), numbers(1)];
    gone.dispose();
    expect(() => expect(gone).toEqual(there)).toThrow("This column was disposed of");
    expect(() => assert.deepStrictEqual(gone, there)).toThrow("This column was disposed of");
  });
});

describe("Node's console prints a column", () => {
  test("with its first values, and how many more there are", () => {
    expect(inspect(numbers(1, 2.5))).toBe("Dense <f64> [2] [ 1, 2.5 ]");
    expect(inspect(numbers())).toBe("Dense <f64> [0] []");
    expect(inspect(keep(denseFrom(BigInt64Array.of(1n))))).toBe("Dense <i64> [1] [ 1n ]");
    expect(inspect(rows([1, 2], []))).toBe("Ragged <f64> [2, …] [ [ 1, 2 ], [] ]");
    expect(inspect(images([1, 2], [2, 2]), { breakLength: 99 })).toBe(
      "Ragged <u8> [2, …, 2] [ [ 0, 1 ], [ 2, 3, 4, 5 ] ]",
    );
    const long = inspect(keep(dense("u8", [2_000_000])));
    expect(long).toMatch(/^Dense <u8> \[2000000\] \[[\s0,]*… 1,999,990 more\s*\]$/);
    const wide = inspect(keep(dense("f32", [2, 1000])));
    expect(wide).toMatch(/\[ 0, 0, 0, 0, 0, … 995 more \]/);
    expect(inspect(numbers(1, 2, 3), { maxArrayLength: 1 })).toBe("Dense <f64> [3] [ 1, … 2 more ]");
    expect(inspect(numbers(1, 2, 3), { maxArrayLength: null })).toBe("Dense <f64> [3] [ 1, 2, 3 ]");
  });

  test("without its values where it stands in something else, unless everything is asked for", () => {
    expect(inspect({ x: numbers(1) })).toBe("{ x: Dense <f64> [1] }");
    expect(inspect({ x: numbers(1) }, { depth: null })).toBe("{ x: Dense <f64> [1] [ 1 ] }");
  });

  test("that was disposed of, without an error", () => {
    for (const [column, text] of [
      [numbers(1), "Dense <f64> [1] (disposed of)"],
      [rows([1]), "Ragged <f64> [1, …] (disposed of)"],
    ] as const) {
      column.dispose();
      expect(inspect(column)).toBe(text);
      expect(inspect({ column })).toBe(`{ column: ${text} }`);
    }
  });

  test("in time that does not depend on its length: only what is printed is read", () => {
    const column = keep(dense("u8", [1000, 4]));
    const read: number[] = [];
    const { at } = column;
    Object.defineProperty(column, "at", {
      value: (i: number) => {
        read.push(i);
        return at.call(column, i);
      },
    });
    inspect(column);
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

test("a column is not cloned into an object without its values: the error says what to send", () => {
  const { port1, port2 } = new MessageChannel();
  for (const dtype of Object.keys(typedArrays) as Dtype[]) {
    const column = keep(dense(dtype, [1]));
    for (const clone of [
      () => structuredClone(column),
      () => structuredClone({ deep: [column] }),
      () => serialize(column),
      () => port1.postMessage(column),
    ])
      expect(clone).toThrow(/a column is located in shared memory.*send its values, or its toArray\(\)/);
  }
  port1.close();
  port2.close();
});
