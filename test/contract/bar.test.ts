import { type CallProgress, exported, type Results, run, shutdown, type Target } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { heeds } from "../../dist/engines/heeds.js";
import { definitions, register } from "../../dist/engines/registry.js";
import type { CallableKind } from "../../dist/events/target.js";
import { SlowBatch } from "../fixtures/slow-batch.js";
import { kernelsFrom } from "../kernels/kernels.js";
import { counting } from "./counting-engine.js";

register(counting);
afterAll(shutdown);

const kernels = await kernelsFrom(
  "bars",
  `export function slow(milliseconds: f64): f64 {
    let x = milliseconds;
    for (let i = 0; i < 500000 * <i32>Math.abs(milliseconds); i++) x = Math.sqrt(x + i);
    if (milliseconds < 0) throw new RangeError("an item failed");
    return x;
  }`,
);
const takes = exported(new URL("../fixtures/slow-batch.ts", import.meta.url), "takes");

const ways = definitions().flatMap((definition) =>
  definition.runs.flatMap((kind) =>
    [false, ...(definition.inline ? [true] : [])].map((inline) => {
      const where = { kind, inline };
      const one = heeds(definition, "workers", where) && !inline ? { workers: 1 } : {};
      const alone = heeds(definition, "concurrency", where) ? { concurrency: 1 } : {};
      const options = { target: definition.name, ...(inline ? { workers: 0 } : one), ...alone };
      return {
        name: `${definition.name}, a ${kind}${inline ? ", with workers: 0" : ""}`,
        kind,
        options,
        counts: definition.name !== (counting.name as string),
        ends: heeds(definition, "signal", where),
      };
    }),
  ),
);

async function call(kind: CallableKind, times: number[], options: object): Promise<Results<number>> {
  if (kind === "kernel") return run(kernels.slow, times as any, options as any) as any;
  if (kind === "function") return run(takes, times, options as any) as any;
  const batch = SlowBatch.from(0);
  await batch.with(options as { target: Target }).slow(times);
  return batch.results as Results<number>;
}

const many = Array.from({ length: 30 }, (_, i) => (i === 5 ? -15 : 15));

describe.each(ways)("a bar of a call: $name", ({ kind, options, counts, ends }) => {
  test("sees items end, and all of them once, when the call is done", async () => {
    const seen: CallProgress[] = [];
    await call(kind, many, { ...options, bar: (progress: CallProgress) => void seen.push(progress) });
    const last = seen.at(-1)!;
    expect(last).toMatchObject({ items: 30, total: 30, failed: 1, remaining: 0 });
    expect(last.rate).toBeCloseTo((1000 * 30) / last.elapsed);
    const before = seen.slice(0, -1).map(({ items }) => items);
    expect(before).toEqual([...before].sort((a, b) => a - b));
    expect(before.filter((items) => items === 30)).toEqual([]);
    expect(before.some((items) => items > 0)).toBe(counts);
  });

  test("that throws makes the call reject with what it threw", async () => {
    const failing = new Error("no bar");
    const bar = () => {
      throw failing;
    };
    await expect(call(kind, [1, 2], { ...options, bar })).rejects.toBe(failing);
  });

  test.runIf(ends)("that throws ends the call, and sees no more of it", async () => {
    let calls = 0;
    const bar = () => {
      calls++;
      throw "no bar";
    };
    await expect(call(kind, Array(4000).fill(15), { ...options, bar })).rejects.toBe("no bar");
    expect(calls).toBe(1);
  });

  test.runIf(ends)("never sees all items done where the call is cancelled", async () => {
    const seen: number[] = [];
    const bar = ({ items }: CallProgress) => void seen.push(items);
    const results = await call(kind, Array(4000).fill(15), { ...options, deadline: 300, bar });
    expect(results.failures.length).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((items) => items === 4000)).toEqual([]);
  });

  test("sees that nothing is to do", async () => {
    const seen: CallProgress[] = [];
    await call(kind, [], { ...options, bar: (progress: CallProgress) => void seen.push(progress) });
    expect(seen).toMatchObject([{ items: 0, total: 0, failed: 0, remaining: 0 }]);
  });
});
