import { describe, expect, test } from "vitest";
import { heartRate } from "../../examples/ecg/heart-rate.js";
import { modelRecording } from "../../examples/ecg/model.js";
import { modelRhythm } from "../../examples/ecg/rhythm-model.js";
import { Random } from "../../examples/random.js";

const numbers = Array.from({ length: 200 }, (_, i) => i + 1);

describe("a model recording", () => {
  test("is the same for the same number and different for another", () => {
    expect(modelRecording(7)).toEqual(modelRecording(7));
    expect(modelRecording(7).samples).not.toEqual(modelRecording(8).samples);
  });

  test("has the rhythm that can be drawn without it", () => {
    const { label, duration, heartRate, peaks } = modelRecording(3);
    expect(modelRhythm(3)).toEqual({ label, duration, heartRate, peaks });
  });

  test("lasts 30 to 60 s at 300 Hz and stays within 16 bits", () => {
    for (const number of numbers.slice(0, 20)) {
      const { samples, fs, duration } = modelRecording(number);
      expect(samples).toHaveLength(Math.round(duration * fs));
      expect(duration).toBeGreaterThanOrEqual(30);
      expect(duration).toBeLessThanOrEqual(60);
      expect(samples.every((sample) => Math.abs(sample) < 5000)).toBe(true);
    }
  });

  test("has its highest point, or lowest where inverted, at the R peaks", () => {
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const { samples, fs, peaks, duration, inverted } = modelRecording(number);
      const sign = inverted ? -1 : 1;
      for (const peak of peaks.filter((time) => time > 0.2 && time < duration - 0.2)) {
        const at = Math.round(peak * fs);
        const around = [...samples.subarray(at - 45, at + 46)].map((sample) => sign * sample);
        expect(Math.abs(around.indexOf(Math.max(...around)) - 45)).toBeLessThanOrEqual(3);
      }
    }
  });
});

describe("the rhythm of a model recording", () => {
  test("keeps every instant between two beats", () => {
    for (const number of numbers) {
      const { peaks, duration } = modelRhythm(number);
      expect(peaks[0]).toBeLessThanOrEqual(0);
      expect(peaks.at(-1)).toBeGreaterThanOrEqual(duration);
      expect(peaks.every((peak, i) => i === 0 || peak - peaks[i - 1] > 0.3)).toBe(true);
    }
  });

  test("is sinus rhythm or, in about a fifth, the irregular one of atrial fibrillation", () => {
    const rhythms = numbers.map(modelRhythm);
    const share = rhythms.filter(({ label }) => label === "A").length / numbers.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.3);
    const variation = (wanted: string) => {
      const own = rhythms.filter(({ label }) => label === wanted).map(({ peaks }) => heartRate(peaks));
      return own.reduce((sum, { rate, sdnn }) => sum + (sdnn * rate) / 60_000, 0) / own.length;
    };
    expect(variation("N")).toBeLessThan(0.05);
    expect(variation("A")).toBeGreaterThan(0.12);
  });
});

describe("random numbers", () => {
  test("are uniform, or normal", () => {
    const random = new Random(1);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(uniform.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
  });

  test("of two streams differ", () => {
    expect(new Random(1, "a").uniform()).not.toBe(new Random(1, "b").uniform());
  });
});
