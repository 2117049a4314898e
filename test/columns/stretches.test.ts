import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stretchesOf, type Viewed } from "../../dist/columns/stretches.js";

const buffers = [new ArrayBuffer(0), new ArrayBuffer(0)];

const view = fc
  .record({
    buffer: fc.constantFrom(...buffers),
    at: fc.nat(12),
    length: fc.nat(5),
    size: fc.constantFrom(1, 2, 4, 8),
  })
  .map(
    ({ buffer, at, length, size }): Viewed => ({ buffer, begin: at * size, end: (at + length) * size, size }),
  );

const bytesOf = (views: readonly { buffer: object; begin: number; end: number }[]) =>
  new Set(
    views.flatMap(({ buffer, begin, end }) =>
      Array.from({ length: end - begin }, (_, i) => `${buffers.indexOf(buffer as ArrayBuffer)} ${begin + i}`),
    ),
  );

describe("stretches of views", () => {
  test("have every byte that is viewed, once, and no other", () => {
    fc.assert(
      fc.property(fc.array(view, { maxLength: 20 }), (views) => {
        const stretches = stretchesOf(views);
        expect(bytesOf(stretches)).toEqual(bytesOf(views));
        const bytes = stretches.reduce((sum, { begin, end }) => sum + end - begin, 0);
        expect(bytes).toBe(bytesOf(views).size);
      }),
    );
  });

  test("have every view, in the order in which they begin, and its elements' size", () => {
    fc.assert(
      fc.property(fc.array(view, { maxLength: 20 }), (views) => {
        const stretches = stretchesOf(views);
        expect(new Set(stretches.flatMap((stretch) => stretch.views))).toEqual(new Set(views));
        for (const { buffer, begin, end, size, views: within } of stretches) {
          for (const [i, each] of within.entries()) {
            expect(each.buffer).toBe(buffer);
            expect(each.begin).toBeGreaterThanOrEqual(i === 0 ? begin : within[i - 1].begin);
            expect(each.end).toBeLessThanOrEqual(end);
          }
          expect(size).toBe(Math.max(...within.map((each) => each.size)));
        }
      }),
    );
  });

  test("are joined where views overlap or touch, and only there", () => {
    const [buffer] = buffers;
    const of = (...ends: [number, number][]) =>
      stretchesOf(ends.map(([begin, end]) => ({ buffer, begin, end, size: 1 }))).map(({ begin, end }) => [
        begin,
        end,
      ]);
    expect(of([6, 9], [0, 4], [3, 6])).toEqual([[0, 9]]);
    expect(of([0, 9], [2, 3], [8, 10])).toEqual([[0, 10]]);
    expect(of([5, 7], [0, 4])).toEqual([
      [0, 4],
      [5, 7],
    ]);
  });
});
