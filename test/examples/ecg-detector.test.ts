import { run } from "nogil";
import { beforeAll, expect, test } from "vitest";
import { buildKernels } from "../../examples/build-kernels.js";
import { modelRecording } from "../../examples/ecg/model.js";
import { addScores, precision, scoreBeats, sensitivity } from "../../examples/ecg/score.js";

beforeAll(() => buildKernels(new URL("../../examples/ecg/", import.meta.url).href));

test("of the beats of 200 model recordings 99 % are found within 50 ms, and 99 % of what is found are beats", async () => {
  const kernels = await import("../../examples/ecg/build/kernels.js");
  const recordings = Array.from({ length: 200 }, (_, i) => modelRecording(i + 1));
  const signals = recordings.map(({ samples, gain, fs }): [Float32Array, number] => [
    Float32Array.from(samples, (sample) => sample / gain),
    fs,
  ]);
  const flipped = await run(kernels.flipLead, signals);
  expect([...flipped].map(Boolean)).toEqual(recordings.map(({ inverted }) => inverted));
  await run(kernels.removeBaseline, signals);
  const beats = await run(kernels.findPeaks, signals);
  expect(beats.failures).toEqual([]);

  const score = addScores(
    recordings.map(({ peaks, duration }, i) =>
      scoreBeats(
        beats[i] as Float32Array,
        peaks.filter((time) => time >= 0 && time < duration),
      ),
    ),
  );
  expect(sensitivity(score)).toBeGreaterThan(0.99);
  expect(precision(score)).toBeGreaterThan(0.99);
});
