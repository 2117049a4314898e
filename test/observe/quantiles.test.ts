import fc from "fast-check";
import { expect, test } from "vitest";
import { Quantiles } from "../../dist/observe/quantiles.js";

test("every quantile is within 4.4 % of the duration that stands there in order", () => {
  const durations = fc.array(fc.double({ min: 1e-3, max: 4e6, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (given, q) => {
      const quantiles = new Quantiles();
      for (const each of given) quantiles.add(each);
      const sorted = given.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
      expect(quantiles.at(q) / exact).toBeGreaterThan(0.956);
      expect(quantiles.at(q) / exact).toBeLessThan(1.044);
      expect(quantiles.longest).toBe(sorted.at(-1));
    }),
  );
});

test("durations of any size are counted, and none gives zero", () => {
  const quantiles = new Quantiles();
  expect(quantiles.at(0.5)).toBe(0);
  for (const each of [0, 1e-9, 1e12]) quantiles.add(each);
  expect(quantiles.at(0.1)).toBeLessThan(1.1e-3);
  expect(quantiles.longest).toBe(1e12);
});
