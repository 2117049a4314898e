import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchesOf, itemsIn, type OrderOptions } from "../../src/pipeline/order.js";

const all = (n: number, options: OrderOptions) => [
  ...batchesOf(
    Array.from({ length: n }, (_, i) => i),
    options,
  ),
];

describe("batches of a dataset", () => {
  test("join the tail of one epoch and the head of the next", () => {
    expect(all(4, { batchSize: 3, epochs: 2 })).toEqual([
      [0, 1, 2],
      [3, 0, 1],
      [2, 3],
    ]);
  });

  test("leave out what is too little with dropLast", () => {
    expect(all(4, { batchSize: 3, epochs: 2, dropLast: true })).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("end after so many iterations, over as many epochs as that takes", () => {
    expect(all(3, { batchSize: 2, iterations: 4 })).toEqual([
      [0, 1],
      [2, 0],
      [1, 2],
      [0, 1],
    ]);
  });

  test("come in the same order for the same seed, and in another for each epoch", () => {
    const [first, second] = all(100, { batchSize: 100, shuffle: 42, epochs: 2 });
    expect(all(100, { batchSize: 100, shuffle: 42 })).toEqual([first]);
    expect(second).not.toEqual(first);
    expect(all(100, { batchSize: 100, shuffle: 43 })).not.toEqual([first]);
    expect(all(100, { batchSize: 100, shuffle: true })).not.toEqual(
      all(100, { batchSize: 100, shuffle: true }),
    );
  });

  test("are those of the seed, whatever the machine", () => {
    expect(all(8, { batchSize: 8, shuffle: 42, epochs: 2 })).toEqual([
      [1, 3, 4, 2, 0, 7, 6, 5],
      [0, 4, 2, 1, 6, 5, 7, 3],
    ]);
    expect(all(8, { batchSize: 8, shuffle: -7 })).toEqual([[7, 2, 5, 1, 4, 3, 0, 6]]);
  });

  test("hold every item once an epoch, whatever the sizes", () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.integer(), { nil: undefined }),
        (n, batchSize, epochs, shuffle) => {
          const batches = all(n, { batchSize, epochs, shuffle });
          const flat = batches.flat();
          expect(flat.length).toBe(n * epochs);
          expect(batches.slice(0, -1).every(({ length }) => length === batchSize)).toBe(true);
          for (let epoch = 0; epoch < epochs; epoch++) {
            expect(new Set(flat.slice(epoch * n, (epoch + 1) * n)).size).toBe(n);
          }
        },
      ),
    );
  });

  test("are as many as was foreseen", () => {
    const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const counts = option(fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 15 }),
        counts,
        counts,
        fc.boolean(),
        (n, batchSize, epochs, iterations, dropLast) => {
          fc.pre(!(epochs && iterations) && !(dropLast && iterations && batchSize > n));
          const options = { batchSize, epochs, iterations, dropLast };
          expect(all(n, options).flat().length).toBe(itemsIn(n, options));
        },
      ),
    );
  });

  test("go on until the caller has enough", () => {
    const endless = batchesOf([0, 1], { batchSize: 3, epochs: Number.POSITIVE_INFINITY });
    expect([endless.next().value, endless.next().value, endless.next().done]).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      false,
    ]);
    expect(all(0, { batchSize: 3 })).toEqual([]);
    expect(all(2, { batchSize: 3, dropLast: true })).toEqual([]);
  });

  test.each([
    [{ batchSize: 0 }, "batchSize takes a whole number, 1 or more, got 0."],
    [{}, "batchSize takes a whole number, 1 or more, got undefined."],
    [{ batchSize: 2, epochs: 1.5 }, "epochs takes a whole number, 1 or more, got 1.5."],
    [{ batchSize: 2, epochs: 1, iterations: 1 }, "Give either epochs or iterations, not both"],
    [{ batchSize: 2, shuffle: 0.5 }, "shuffle takes true, false or a 32-bit integer as seed, got 0.5."],
    [{ batchSize: 9, epochs: Number.POSITIVE_INFINITY, dropLast: true }, "can never be filled from 4 items"],
    [{ batchSize: 2, shuffle: 2 ** 31 }, "a 32-bit integer as seed, got 2147483648."],
    [{ batchSize: 2, shuffle: "yes" }, "got a string."],
    [{ batchSize: 2, dropLast: 1 }, "dropLast takes true or false, got 1."],
    [{ batchSize: 9, iterations: 1, dropLast: true }, "batches of 9 can never be filled from 4 items"],
  ])("%j is refused", (options, message) => {
    // before anything is asked for
    expect(() => batchesOf([0, 1, 2, 3], options as OrderOptions)).toThrow(message);
  });

  test("are refused of no items, if there is to be a number of them", () => {
    expect(() => batchesOf([], { batchSize: 1, iterations: 2 })).toThrow(
      "There are no items to make batches of",
    );
  });
});
