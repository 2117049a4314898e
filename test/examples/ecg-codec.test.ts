import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultStep, pack, unpack } from "../../examples/ecg/codec.js";

describe("packed windows", () => {
  test("come back within half a step, and not at all changed the second time", () => {
    const value = fc.float({ min: Math.fround(-31.9), max: Math.fround(31.9), noNaN: true });
    const rows = fc.integer({ min: 1, max: 9 }).chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 12 }).map((windows) => ({
        width,
        windows: Float32Array.from(windows.flat()),
      })),
    );
    fc.assert(
      fc.property(rows, ({ width, windows }) => {
        const once = unpack(pack(windows, { width }));
        expect(once.width).toBe(width);
        expect(once.windows).toHaveLength(windows.length);
        windows.forEach((v, i) => {
          expect(Math.abs(once.windows[i] - v)).toBeLessThanOrEqual(defaultStep / 2);
        });
        expect(unpack(pack(once.windows, { width })).windows).toEqual(once.windows);
      }),
    );
  });

  test("keep values beyond 16 bits at the end of the range", () => {
    const { windows } = unpack(pack(Float32Array.of(1e6, -1e6), { width: 1 }));
    expect([...windows]).toEqual([32_767 * defaultStep, -32_767 * defaultStep]);
  });

  test("of beats that are alike take a small part of the bytes", () => {
    const windows = Float32Array.from({ length: 50 * 162 }, (_, i) => Math.sin((i % 162) / 10));
    expect(pack(windows, { width: 162 }).length).toBeLessThan(windows.byteLength / 30);
  });

  test("need whole windows", () => {
    expect(() => pack(new Float32Array(7), { width: 3 })).toThrow(
      "Expected windows of 3 values, got 7 values.",
    );
    expect(() => pack(new Float32Array(7), { width: 0 })).toThrow(RangeError);
  });

  test("that are something else or damaged are an error", () => {
    expect(() => unpack(new Uint8Array(5))).toThrow(/these are not packed windows/);
    const packed = pack(new Float32Array(4), { width: 2 });
    packed[8] = 9;
    expect(() => unpack(packed)).toThrow("Expected 36 bytes of packed values, got 8: the pack is damaged.");
  });
});
