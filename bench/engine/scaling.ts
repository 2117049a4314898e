import assert from "node:assert/strict";
import { run } from "nogil";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { spin } from "../build/engine.js";
import { measure, median, report } from "../measure.js";

function spinHere(seed: number, steps: number): number {
  let x = seed;
  for (let step = 0; step < steps; step++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x >>> 0;
}

const items = 2000;
const most = 100_000;

/** What a second worker brings: items that cost the same, and items of which some cost 100 times what others do. */
export async function scaling(): Promise<void> {
  const random = xoroshiro128plus(4);
  const uneven = Array.from({ length: items }, () => Math.round(most * 100 ** (uniformFloat64(random) - 1)));
  const orders: [name: string, steps: number[], goal: number][] = [
    ["Items that cost the same", uneven.map(() => most / 2), 1.85],
    ["Items that cost 1 to 100, in random order", uneven, 1.75],
    ["Items that cost 1 to 100, the cheap ones first", uneven.toSorted((a, b) => a - b), 1.75],
    ["Items that cost 1 to 100, the dear ones first", uneven.toSorted((a, b) => b - a), 1.75],
  ];
  for (const [name, steps, goal] of orders) {
    const entries = steps.map((count, i) => [i + 1, count]);
    const expected = entries.map(([seed, count]) => spinHere(seed, count));
    const work = (workers: number) => () => run(spin, entries, { workers });
    const measured = await measure(
      [
        { name: "two workers", work: work(2) },
        { name: "one worker", work: work(1) },
      ],
      (results, candidate) => assert.deepEqual([...(results as number[])], expected, candidate),
    );
    report(name, "ms", 1, measured);
    const [two, one] = measured.map(({ times }) => median(times));
    console.log(`two workers are ${(one / two).toFixed(2)} times as fast as one (goal: ${goal})`);
  }
}
