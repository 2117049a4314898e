import { describe, expect, test } from "vitest";
import { heartRate } from "../../examples/ecg/heart-rate.js";
import { precision, scoreBeats, sensitivity } from "../../examples/ecg/score.js";

describe("heart rate", () => {
  test("and its variability follow the definitions of the Task Force of 1996", () => {
    // intervals of 800, 900, 840 and 860 ms; differences of 100, -60 and 20 ms
    const { beats, rate, sdnn, rmssd, pnn50 } = heartRate([1, 1.8, 2.7, 3.54, 4.4]);
    expect(beats).toBe(5);
    expect(rate).toBeCloseTo(60_000 / 850, 9);
    expect(sdnn).toBeCloseTo(Math.sqrt((50 ** 2 + 50 ** 2 + 10 ** 2 + 10 ** 2) / 3), 9);
    expect(rmssd).toBeCloseTo(Math.sqrt((100 ** 2 + 60 ** 2 + 20 ** 2) / 3), 9);
    expect(pnn50).toBeCloseTo((100 * 2) / 3, 9);
  });

  test("of a regular heart does not vary", () => {
    expect(heartRate([0, 1, 2, 3])).toEqual({ beats: 4, rate: 60, sdnn: 0, rmssd: 0, pnn50: 0 });
  });

  test("is not a number where there are too few beats", () => {
    const nan = Number.NaN;
    expect(heartRate([])).toEqual({ beats: 0, rate: nan, sdnn: nan, rmssd: nan, pnn50: nan });
    expect(heartRate([1])).toEqual({ beats: 1, rate: nan, sdnn: nan, rmssd: nan, pnn50: nan });
    expect(heartRate([1, 2])).toEqual({ beats: 2, rate: 60, sdnn: nan, rmssd: nan, pnn50: nan });
  });
});

describe("the score of a detector", () => {
  test("pairs each true beat with one detection at most", () => {
    const score = scoreBeats([0.1, 1.02, 1.04, 2.2, 4], [1, 2, 3, 4]);
    expect(score).toEqual({ found: 2, missed: 2, wrong: 3 });
    expect(sensitivity(score)).toBe(0.5);
    expect(precision(score)).toBe(0.4);
  });

  test("is perfect for the truth itself, within the tolerance", () => {
    expect(scoreBeats([0.96, 2.04], [1, 2])).toEqual({ found: 2, missed: 0, wrong: 0 });
    expect(scoreBeats([0.9, 2.1], [1, 2])).toEqual({ found: 0, missed: 2, wrong: 2 });
  });
});
