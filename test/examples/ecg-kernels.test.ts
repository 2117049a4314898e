import { type Kernel, run } from "nogil";
import { beforeAll, describe, expect, test } from "vitest";
import { buildKernels } from "../../examples/build-kernels.js";
import { modelRecording } from "../../examples/ecg/model.js";
import * as reference from "../../examples/ecg/reference.js";

type Row = Float32Array;
let kernels: Record<string, Kernel>;

beforeAll(async () => {
  await buildKernels(new URL("../../examples/ecg/", import.meta.url).href);
  kernels = (await import("../../examples/ecg/build/kernels.js")) as unknown as Record<string, Kernel>;
});

/** Runs a kernel on copies of the arguments and gives what each item's first row and result became. */
async function onCopies(kernel: Kernel, items: readonly (readonly [Row, ...unknown[]])[], named = {}) {
  const copies = items.map(([row, ...rest]) => [row.slice(), ...rest] as [Row, ...unknown[]]);
  const results = await run(kernel, copies, { args: [named] });
  expect(results.failures).toEqual([]);
  return copies.map(([row], i) => ({ row, result: results[i] as unknown }));
}

/** Compares bit by bit; element by element, the matchers take seconds. */
function expectSame(made: unknown, expected: Row) {
  expect(made).toBeInstanceOf(Float32Array);
  const bytes = (row: Row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  expect(bytes(made as Row).equals(bytes(expected))).toBe(true);
}

const signal = (number: number): Row => {
  const { samples, gain } = modelRecording(number);
  return Float32Array.from(samples, (sample) => sample / gain);
};
const wave = (length: number, fs: number, frequency: number): Row =>
  Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / fs));

/** Recordings, and every length and rate that a kernel might stumble over. */
const cases: [Row, number][] = [
  ...[1, 2, 3, 4, 5, 6].map((number): [Row, number] => [signal(number), 300]),
  [signal(7), 128],
  [signal(8), 360],
  [signal(9).subarray(0, 3000), 1000],
  [new Float32Array(0), 300],
  [Float32Array.of(1.5), 300],
  [Float32Array.of(1, 2), 300],
  [new Float32Array(299).fill(0.1), 300],
  [new Float32Array(900).fill(0.1), 300],
  [wave(301, 300, 7), 300],
  [wave(10, 1, 0.2), 1],
];

describe("every kernel does bit for bit what its TypeScript reference does:", () => {
  test("flipLead", async () => {
    const made = await onCopies(kernels.flipLead, cases);
    for (const [i, [row, fs]] of cases.entries()) {
      const expected = row.slice();
      expect(Boolean(made[i].result)).toBe(reference.flipLead(expected, fs));
      expectSame(made[i].row, expected);
    }
  });

  test("removeBaseline", async () => {
    for (const cutoff of [0.5, 0.05, 40]) {
      const usable = cases.filter(([, fs]) => fs > 2 * cutoff);
      const made = await onCopies(kernels.removeBaseline, usable, { cutoff });
      for (const [i, [row, fs]] of usable.entries()) {
        const expected = row.slice();
        reference.removeBaseline(expected, fs, cutoff);
        expectSame(made[i].row, expected);
      }
    }
  });

  test("standardize", async () => {
    const rows = cases.map(([row]): [Row] => [row]);
    const made = await onCopies(kernels.standardize, rows);
    for (const [i, [row]] of rows.entries()) {
      const expected = row.slice();
      reference.standardize(expected);
      expectSame(made[i].row, expected);
    }
  });

  test("findPeaks", async () => {
    for (const refractory of [0.25, 0.4]) {
      const made = await onCopies(kernels.findPeaks, cases, { refractory });
      for (const [i, [row, fs]] of cases.entries()) {
        expectSame(made[i].result, reference.findPeaks(row, fs, refractory));
        expectSame(made[i].row, row);
      }
    }
  });

  test("resample", async () => {
    for (const rate of [250, 300, 500, 77]) {
      const made = await onCopies(kernels.resample, cases, { rate });
      for (const [i, [row, fs]] of cases.entries()) {
        expectSame(made[i].result, reference.resample(row, fs, rate));
      }
    }
  });

  test("cutWindows", async () => {
    const items = cases.map(([row, fs]): [Row, Row] => [row, reference.findPeaks(row, fs)]);
    items.push([wave(100, 100, 3), Float32Array.of(-3, 0, 0.004, 0.5, 0.99, 5)]);
    const made = await onCopies(kernels.cutWindows, items, { rate: 100, before: 20, after: 31 });
    for (const [i, [row, beats]] of items.entries()) {
      expectSame(made[i].result, reference.cutWindows(row, beats, 100, 20, 31));
    }
  });
});

test("a rate that is no whole number fails that item alone, with the same message", async () => {
  const row = wave(100, 100, 3);
  const results = await run(kernels.resample, [
    [row, 100],
    [row, 100.5],
  ]);
  expectSame(results[0], reference.resample(row, 100));
  expect(results[1]).toMatchObject({
    name: "RangeError",
    message: expect.stringMatching(/whole sampling rates in Hz, got 100\.5 and 250/),
  });
  expect(() => reference.resample(row, 100.5)).toThrow(RangeError);
});

describe("what the kernels are for:", () => {
  const middle = (row: Row) => row.subarray(row.length / 4, (3 * row.length) / 4);
  const size = (row: Row) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length);

  test("leads are turned over where they were inverted, and only there", () => {
    for (let number = 1; number <= 60; number++) {
      const row = signal(number);
      expect(reference.flipLead(row, 300)).toBe(modelRecording(number).inverted);
    }
  });

  test("a baseline goes and the waves of the heart stay", () => {
    const slow = wave(18_000, 300, 0.1);
    reference.removeBaseline(slow, 300);
    expect(size(middle(slow))).toBeLessThan(0.002);
    const fast = wave(18_000, 300, 5);
    const before = fast.slice();
    reference.removeBaseline(fast, 300);
    expect(Math.max(...middle(fast).map((value, i) => Math.abs(value - middle(before)[i])))).toBeLessThan(
      0.001,
    );
  });

  test("a standardised row has zero mean and unit variance, also far from zero; a constant one is zeros", () => {
    const row = wave(3000, 300, 1.1).map((value) => 1000 + value);
    reference.standardize(row);
    expect(row.reduce((sum, value) => sum + value, 0) / row.length).toBeCloseTo(0, 4);
    expect(size(row)).toBeCloseTo(1, 4);
    const constant = new Float32Array(100).fill(0.1);
    reference.standardize(constant);
    expect(constant).toEqual(new Float32Array(100));
  });

  test("a resampled wave is the wave sampled at the new rate", () => {
    for (const [fs, rate] of [
      [300, 250],
      [360, 250],
      [128, 250],
      [250, 250],
    ]) {
      const made = reference.resample(wave(10 * fs, fs, 20), fs, rate);
      expect(made).toHaveLength(Math.floor(((10 * fs - 1) * rate) / fs) + 1);
      const expected = wave(made.length, rate, 20);
      const errors = middle(made.map((value, i) => value - expected[i]));
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.002);
    }
  });

  test("what the new rate cannot hold does not come back as something else", () => {
    expect(size(middle(reference.resample(wave(3000, 300, 140), 300, 250)))).toBeLessThan(0.05);
  });

  test("no two peaks are nearer than the refractory time", () => {
    for (let number = 1; number <= 20; number++) {
      const peaks = reference.findPeaks(signal(number), 300, 0.4);
      expect(peaks.length).toBeGreaterThan(10);
      expect(peaks.every((peak, i) => i === 0 || peak - peaks[i - 1] > 0.4 - 1 / 300)).toBe(true);
    }
  });

  test("windows lie around the beats and repeat the ends of the signal", () => {
    const ramp = Float32Array.from({ length: 10 }, (_, i) => i);
    const windows = reference.cutWindows(ramp, Float32Array.of(0, 0.5, 0.9), 10, 1, 2);
    expect([...windows]).toEqual([0, 0, 1, 4, 5, 6, 8, 9, 9]);
  });
});
