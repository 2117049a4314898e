import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Stretch, stretchesOf, type Viewed } from "../../dist/columns/stretches.js";

const buffers = [new ArrayBuffer(0), new ArrayBuffer(0)];

const viewed = (buffer: ArrayBuffer, begin: number, end: number, size = 1): Viewed => ({
  buffer,
  begin,
  end,
  size,
  at: 0,
  within: undefined,
});

const view = fc
  .record({
    buffer: fc.constantFrom(...buffers),
    at: fc.nat(12),
    length: fc.nat(5),
    size: fc.constantFrom(1, 2, 4, 8),
  })
  .map(({ buffer, at, length, size }) => viewed(buffer, at * size, (at + length) * size, size));

const bytesOf = (stretches: readonly Stretch[]) =>
  stretches.flatMap(({ buffer, begin, end }) =>
    Array.from({ length: end - begin }, (_, i) => `${buffers.indexOf(buffer as ArrayBuffer)} ${begin + i}`),
  );

describe("stretches of views", () => {
  test("have every byte that is viewed, once, and no other", () => {
    fc.assert(
      fc.property(fc.array(view, { maxLength: 20 }), (views) => {
        const bytes = bytesOf(stretchesOf(views));
        expect(new Set(bytes)).toEqual(new Set(bytesOf(views)));
        expect(bytes.length).toBe(new Set(bytes).size);
      }),
    );
  });

  test("are what each view lies within, and have the size of the largest element there", () => {
    fc.assert(
      fc.property(fc.array(view, { maxLength: 20 }), (views) => {
        const stretches = stretchesOf(views);
        for (const { buffer, begin, end, within } of views) {
          expect(stretches).toContain(within);
          expect(within!.buffer).toBe(buffer);
          expect(within!.begin).toBeLessThanOrEqual(begin);
          expect(within!.end).toBeGreaterThanOrEqual(end);
        }
        for (const stretch of stretches) {
          const sizes = views.filter(({ within }) => within === stretch).map(({ size }) => size);
          expect(stretch.size).toBe(Math.max(...sizes));
        }
      }),
    );
  });

  test("are joined where views overlap or touch, and only there", () => {
    const of = (...ends: [number, number][]) =>
      stretchesOf(ends.map(([begin, end]) => viewed(buffers[0], begin, end))).map(({ begin, end }) => [
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

  test("are the same however often they are asked for, of fewer views as well", () => {
    const views = [viewed(buffers[0], 0, 4), viewed(buffers[0], 2, 8), viewed(buffers[0], 6, 9)];
    expect(stretchesOf(views)).toEqual(stretchesOf(views));
    expect(stretchesOf([views[0], views[2]])).toEqual([views[0], views[2]]);
    expect(views[2].within).toBe(views[2]);
  });
});
