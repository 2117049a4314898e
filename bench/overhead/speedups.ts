import assert from "node:assert/strict";
import { measure, report } from "../measure.js";
import { churn, WorkBatch } from "./work-batch.js";

const milliseconds = 400;
const workers = 2;

/** What two workers gain over a loop, for items that keep a core busy for so long. */
export async function speedups(): Promise<void> {
  for (const [name, perItem] of [
    ["1 ms", 1],
    ["50 µs", 0.05],
  ] as const) {
    const rounds = Math.round(perItem / costOfRound());
    const items = Math.round(milliseconds / perItem);
    const batch = WorkBatch.from(items).with({ workers }) as any;
    const expected = Array.from({ length: items }, (_, n) => churn(n, rounds));
    const measured = await measure(
      [
        { name: "for (a method)", work: () => batch.with({ target: "for" }).threads(rounds) },
        { name: "threads", work: () => batch.threads(rounds) },
        { name: "async", work: () => batch.async(rounds) },
        { name: "mpc", work: () => batch.mpc(rounds) },
      ],
      (result, name) => assert.deepEqual([...(result as number[])], expected, name),
    );
    report(`${items} items of about ${name}, ${workers} workers`, "ms", 1, measured, { speedup: true });
  }
}

function costOfRound(): number {
  const rounds = 5e6;
  const times = Array.from({ length: 5 }, (_, seed) => {
    const start = performance.now();
    churn(seed, rounds);
    return performance.now() - start;
  });
  return Math.min(...times) / rounds;
}
