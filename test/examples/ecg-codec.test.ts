import fc from "fast-check";
import { deflateSync } from "fflate";
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
    const packed = pack(Float32Array.of(1, 2, 3, 4), { width: 2 });
    for (let bit = 0; bit < 8 * packed.length; bit++) {
      const damaged = packed.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(() => unpack(damaged)).toThrow(
        bit < 32 ? "these are not packed windows" : "the pack is damaged",
      );
    }
  });

  test("that claim to be more or fewer than they are, or no deflated bytes, are an error", () => {
    const claim = (count: number, body: Uint8Array) => {
      const bytes = new Uint8Array(20 + body.length);
      const view = new DataView(bytes.buffer);
      [0x3257474e, 1, count].forEach((word, i) => {
        view.setUint32(4 * i, word, true);
      });
      view.setFloat32(12, 1, true);
      bytes.set(body, 20);
      let [a, b] = [1, 0];
      for (const [i, byte] of bytes.entries()) {
        if (i >= 16 && i < 20) continue;
        a = (a + byte) % 65_521;
        b = (b + a) % 65_521;
      }
      view.setUint32(16, b * 65_536 + a, true);
      return bytes;
    };
    const bomb = deflateSync(new Uint8Array(2 ** 24));
    const most = process.memoryUsage().arrayBuffers;
    expect(() => unpack(claim(2, bomb))).toThrow("Expected 4 bytes of packed values, got more");
    expect(process.memoryUsage().arrayBuffers - most).toBeLessThan(2 ** 23);
    expect(() => unpack(claim(4e9, deflateSync(new Uint8Array(8))))).toThrow(
      "Expected 8000000000 bytes of packed values, got 8",
    );
    expect(() => unpack(claim(2, Uint8Array.of(255, 255, 255)))).toThrow(
      "Expected deflated bytes, got others",
    );
    expect(unpack(claim(4, deflateSync(new Uint8Array(8)))).windows).toEqual(new Float32Array(4));
  });
});
