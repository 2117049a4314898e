import { inspect } from "node:util";
import { configure, run, shutdown, stats } from "nogil";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Counts } from "../../dist/observe/counts.js";
import * as kernels from "../fixtures/build/kernels.js";
import { observed } from "../fixtures/observed-batch.js";
import { spied } from "./spied.js";

beforeEach(() => {
  stats.reset();
  configure({ workers: 2 });
});
afterAll(shutdown);

const rowOf = (action: string) => stats().actions.find((each) => each.action === action)!;

describe.each(["nogil", "threads", "async", "mpc"] as const)("statistics of %s", (target) => {
  const bad = target === "nogil" ? { bad: 3 } : undefined;
  const call = (items: number) => {
    // a timeout keeps kernels out of this thread, however quick they were before
    const batch = observed(items).with({ timeout: 60_000 }) as any;
    return bad ? batch[target](bad) : batch[target](0, 3);
  };

  test("count calls, items and failures for each action", async () => {
    await call(10);
    await call(3);
    expect(stats()).toMatchObject({ calls: 2, items: 13, failures: 1, errors: 0, running: 0 });
    expect(stats().actions).toHaveLength(1);
    const row = rowOf(`ObservedBatch.${target}`);
    expect(row).toMatchObject({ target, calls: 2, items: 13, failures: 1, errors: 0 });
    expect(row.p50).toBeLessThanOrEqual(row.p95);
    expect(row.p95).toBeLessThanOrEqual(row.max);
    expect(row.mean).toBeLessThanOrEqual(row.max);
  });

  test("give every item and all busy time to workers, which live until they are ended", async () => {
    await call(64);
    const { workers, pools } = stats();
    expect(workers.reduce((sum, { items }) => sum + items, 0)).toBe(64);
    const busy = workers.reduce((sum, each) => sum + each.busy, 0);
    expect(busy).toBeGreaterThan(0);
    expect(busy).toBeCloseTo(rowOf(`ObservedBatch.${target}`).busy, 1);
    expect(workers.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(pools.find((pool) => pool.target === target)!.alive).toBeGreaterThan(0);
    await shutdown();
    expect(stats().pools.find((pool) => pool.target === target)).toMatchObject({ alive: 0, deaths: 0 });
    expect(stats().workers.filter((worker) => worker.target === target && worker.alive)).toEqual([]);
  });
});

test("imbalance is what the busiest worker of each call had over the mean of its workers", () => {
  const counts = new Counts();
  const of = { call: 1, action: "a", target: "threads" as const, items: 4 };
  counts.take({ type: "callStarted", time: 0, ...of });
  for (const [worker, busy] of [
    ["thread 1", 30],
    ["thread 2", 10],
  ] as const) {
    counts.take({ type: "workDone", time: busy, ...of, worker, items: 2, began: 0, busy });
  }
  counts.take({ type: "callEnded", time: 30, ...of, milliseconds: 30, failures: [] });
  const { busiest, average } = counts.actions.threads!.get("a")!;
  expect(busiest / average).toBe(30 / 20);
});

test("bytes copied in and back are those that a kernel's call tells of", async () => {
  const { events } = await spied(() =>
    run(kernels.scale, [new Float64Array(100), new Float64Array(50)], { args: [{ k: 3 }] }),
  );
  const copied = events.find((event) => event.type === "copied")!;
  expect(copied.bytesOut).toBe(150 * 8);
  const { bytesIn, bytesOut } = copied;
  expect(stats()).toMatchObject({ bytesIn, bytesOut });
  expect(rowOf("run(scale)")).toMatchObject({ bytesIn, bytesOut });
});

test("kernels share the time that kernels took", async () => {
  const rows = Array.from({ length: 50 }, () => new Float64Array(2000).fill(1));
  await run(kernels.scale, rows);
  await run(kernels.weigh, rows);
  await run(kernels.weigh, rows, { target: "for" });
  const found = stats().kernels;
  expect(found.map(({ kernel, items }) => [kernel, items]).sort()).toEqual([
    ["scale", 50],
    ["weigh", 100],
  ]);
  expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 3);
});

test("a call that cannot run counts as an error, and its items as no failures", async () => {
  await expect(run(kernels.weigh, [["no row"], [[1]]] as unknown[])).resolves.toHaveProperty(
    "failures.length",
    1,
  );
  await expect(run(kernels.weigh, [[1, 2, 3, 4, 5]] as unknown[])).rejects.toThrow("takes 3 arguments");
  expect(stats()).toMatchObject({ calls: 2, failures: 1, errors: 1 });
});

test("the peak of the shared memory stays when what used it is gone, until the next reset", () => {
  const batch = observed(1, 1 << 20);
  const { used, peak, limit, size, free } = stats().memory;
  expect(peak).toBeGreaterThanOrEqual(used);
  expect(size).toBeGreaterThanOrEqual(used + free);
  expect(limit).toBeGreaterThanOrEqual(size);
  batch.dispose();
  const { memory } = stats();
  expect(memory.used).toBeLessThanOrEqual(used - (8 << 20));
  expect(memory.peak).toBe(peak);
  stats.reset();
  expect(stats().memory.peak).toBe(memory.used);
});

test("a reset forgets everything but the workers that live", async () => {
  await observed(64).with({ timeout: 60_000 }).nogil();
  const { alive } = stats().pools.find(({ target }) => target === "nogil")!;
  stats.reset();
  const after = stats();
  expect(after).toMatchObject({ calls: 0, items: 0, actions: [], kernels: [] });
  expect(after.workers.every(({ busy, alive }) => busy === 0 && alive)).toBe(true);
  expect(after.pools.find(({ target }) => target === "nogil")).toEqual({
    target: "nogil",
    alive,
    started: alive,
    deaths: 0,
  });
});

test("they are plain data, and a text for people on the console", async () => {
  await observed(5).nogil();
  const made = stats();
  expect(JSON.parse(JSON.stringify(made))).toEqual(structuredClone(made));
  const text = inspect(made);
  expect(text).toContain("1 call of 5 items");
  expect(text).toMatch(/ObservedBatch\.nogil +nogil +1 +5 +0/);
  expect(String(made)).toBe(text);
});

test("any number of actions and workers takes a bounded room, and nothing is lost of the sums", () => {
  const counts = new Counts();
  for (let call = 0; call < 3000; call++) {
    const of = { call, action: `run(f${call})`, target: "threads" as const, items: 1 };
    const worker = `thread ${call}`;
    counts.take({ type: "workerStarted", time: call, worker, target: "threads" });
    counts.take({ type: "callStarted", time: call, ...of });
    counts.take({ type: "workDone", time: call, ...of, worker, began: call, busy: 2 });
    counts.take({ type: "callEnded", time: call, ...of, milliseconds: 3, failures: [] });
    counts.take({ type: "workerEnded", time: call, worker, target: "threads", reason: "it crashed" });
  }
  const actions = [...counts.actions.threads!.values()];
  expect(actions.length).toBeLessThanOrEqual(1001);
  expect(actions.reduce((sum, { calls }) => sum + calls, 0)).toBe(3000);
  expect(counts.workers.size).toBeLessThanOrEqual(257);
  expect([...counts.workers.values()].reduce((sum, { busy }) => sum + busy, 0)).toBe(6000);
  expect(counts.deaths.get("threads")).toBe(3000);
  expect(counts.running).toBe(0);
});
