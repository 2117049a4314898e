import fc from "fast-check";
import { expect, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { nogil } from "../engines/loaded.js";
import { kernelsFrom } from "./kernels.js";
import { liveThreads } from "./live-threads.js";
import { RaceModel, source } from "./race-model.js";
import { steps } from "./race-steps.js";

const kernels = await kernelsFrom("races", source);

const threads = liveThreads();

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// more, and a seed to repeat, for long searches: NOGIL_RACES=5000 NOGIL_SEED=1
const runs = Number(process.env.NOGIL_RACES ?? 60);
const seed = process.env.NOGIL_SEED ? Number(process.env.NOGIL_SEED) : undefined;

test(
  "calls, cancellations, killed workers and garbage collection at once leave every result and column right",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const model = new RaceModel(kernels, threads);
        for (const step of taken) await model.take(step);
        await model.end();
      }),
      // what was raced against time does not come again in a smaller case
      { numRuns: runs, seed, endOnFailure: true, interruptAfterTimeLimit: runs > 60 ? undefined : 50_000 },
    );
    await nogil.close();
    for (let i = 0; i < 3; i++) {
      await pause(20);
      collectGarbage();
    }
    await pause(20);
    // what this thread keeps for kernels that it runs itself, and small blocks for calls to come
    expect(sharedMemory().heap.usedBytes).toBeLessThan((32 << 20) + (1 << 17));
    expect(threads.size).toBe(0);
  },
  runs > 60 ? 7_200_000 : 120_000,
);
