import fc from "fast-check";
import { expect, test } from "vitest";
import { cutClaims } from "../../dist/kernels/claims.js";

const ranges = fc
  .array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 5000 })), { maxLength: 20 })
  .map((pieces) => {
    let at = 0;
    return pieces.map(([gap, length]) => {
      const begin = at + gap;
      at = begin + length;
      return { begin, end: at };
    });
  });

const itemsOf = (pieces: readonly { begin: number; end: number }[]) =>
  pieces.flatMap(({ begin, end }) => Array.from({ length: end - begin }, (_, i) => begin + i));

test("claims have every item once, in order", () => {
  fc.assert(
    fc.property(
      ranges,
      fc.integer({ min: 1, max: 16 }),
      fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      (all, workers, size, most) => {
        expect(itemsOf(cutClaims(all, workers, { size, most }))).toEqual(itemsOf(all));
      },
    ),
    { numRuns: 50 },
  );
});

test("claims begin small, grow, and shrink towards the end", () => {
  const sizes = cutClaims([{ begin: 0, end: 100_000 }], 2).map(({ begin, end }) => end - begin);
  const largest = sizes.indexOf(Math.max(...sizes));
  expect(sizes[0]).toBe(4);
  expect(sizes.slice(0, largest)).toEqual(sizes.slice(0, largest).sort((a, b) => a - b));
  expect(sizes.slice(largest)).toEqual(sizes.slice(largest).sort((a, b) => b - a));
  expect(sizes.at(-1)).toBe(1);
  expect(sizes.length).toBeLessThan(100);
});

test("claims have the size that is asked for", () => {
  expect(cutClaims([{ begin: 5, end: 12 }], 2, { size: 3 })).toEqual([
    { begin: 5, end: 8 },
    { begin: 8, end: 11 },
    { begin: 11, end: 12 },
  ]);
});

test("claims have no more items than are asked for, and never a large part of all", () => {
  const most = (options: { most?: number }) =>
    Math.max(...cutClaims([{ begin: 0, end: 100_000 }], 2, options).map(({ begin, end }) => end - begin));
  expect(most({ most: 70 })).toBe(70);
  expect(most({})).toBeLessThanOrEqual(100_000 / 32);
});
