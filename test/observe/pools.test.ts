import { availableParallelism } from "node:os";
import { inspect } from "node:util";
import { configure, explain, pools, run, shutdown } from "nogil";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { observed } from "../fixtures/observed-batch.js";

beforeAll(() => configure({ workers: 2 }));
afterAll(shutdown);

const poolOf = (target: string) => pools().pools.find((pool) => pool.target === target);

// looks until what it wants is there
function until<T>(look: () => T | undefined): Promise<T> {
  const seen = () => {
    const found = look();
    if (found === undefined) throw new Error("not seen yet");
    return found;
  };
  return vi.waitFor(seen, { timeout: 20_000, interval: 2 });
}

describe.each(["threads", "async", "mpc"] as const)("the pool of %s", (target) => {
  test("tells which worker runs which item of which call, since when, and what waits", async () => {
    const items = 8;
    const aborter = new AbortController();
    const batch = observed(items).with({ signal: aborter.signal, chunkSize: 1, concurrency: 1 }) as any;
    const done = batch[target](60_000);
    try {
      const busy = await until(() => {
        const workers = poolOf(target)?.workers.filter((worker) => worker.items.length > 0) ?? [];
        return workers.length === 2 ? workers : undefined;
      });
      const [{ call, action, target: of, items: all, milliseconds }] = pools().calls;
      expect({ action, of, all }).toEqual({ action: `ObservedBatch.${target}`, of: target, all: items });
      expect(milliseconds).toBeGreaterThan(0);
      for (const worker of busy) {
        expect(worker).toMatchObject({ busy: true, call, action });
        expect(worker.milliseconds).toBeLessThanOrEqual(milliseconds + 1000);
      }
      expect(busy.flatMap((worker) => worker.items).sort()).toEqual([0, 1]);
      expect(poolOf(target)!.waiting).toBe(items - 2);
      expect(pools().cores).toMatchObject({
        used: target === "async" ? 0 : 2,
        total: availableParallelism(),
      });
      const { why } = await explain<any, any>(batch, target);
      expect(why.includes("; other calls use 2 of the")).toBe(target !== "async");
      const text = inspect(pools());
      expect(text).toContain("1 call in flight");
      expect(text).toMatch(
        new RegExp(`(thread|process) \\d+: #${call} ObservedBatch.${target}, item [01] for `),
      );
    } finally {
      aborter.abort();
    }
    await done;
    expect(pools()).toMatchObject({ calls: [], cores: { used: 0, waiting: 0 } });
    expect(poolOf(target)).toMatchObject({ waiting: 0 });
    expect(poolOf(target)!.workers.every((worker) => !worker.busy)).toBe(true);
  });

  test("has no worker after a shutdown", async () => {
    await (observed(2) as any)[target]();
    await shutdown();
    expect(poolOf(target)).toEqual({ target, workers: [], waiting: 0 });
  });
});

test("the pool of nogil tells which items its workers run", async () => {
  const rows = Array.from({ length: 4 }, () => new Float64Array(1 << 22));
  const done = run(kernels.weigh, rows, { chunkSize: 1, timeout: 60_000 });
  const busy = await until(() => {
    const workers = poolOf("nogil")?.workers.filter(({ items }) => items.length > 0) ?? [];
    return workers.length > 0 ? workers : undefined;
  });
  expect(busy[0]).toMatchObject({ busy: true, action: "run(weigh)" });
  expect(busy[0].milliseconds).toBeGreaterThanOrEqual(0);
  expect(pools().calls).toMatchObject([{ action: "run(weigh)", target: "nogil", items: 4, kernel: "weigh" }]);
  await done;
  expect(poolOf("nogil")!.workers.map((worker) => worker.busy)).toEqual([false, false]);
});

test("items on this thread's event loop are told of as well", async () => {
  const done = observed(3).with({ workers: 0 }).async(20);
  const [main] = await until(() => {
    const here = poolOf("async")?.workers.filter(({ worker }) => worker === "main") ?? [];
    return here.length > 0 ? here : undefined;
  });
  expect(main).toMatchObject({ busy: true, items: [0, 1, 2] });
  await done;
  expect(poolOf("async")!.workers.filter(({ worker }) => worker === "main")).toEqual([]);
});

test("what it gives is plain data", () => {
  const made = pools();
  expect(JSON.parse(JSON.stringify(made))).toEqual(structuredClone(made));
});

test("a shutdown that comes while another goes on ends when that does", async () => {
  await Promise.all([observed(2).threads(0), observed(2).async(0)]);
  expect(poolOf("threads")!.workers.length).toBeGreaterThan(0);
  const first = shutdown();
  await shutdown();
  expect(pools().pools.flatMap(({ workers }) => workers)).toEqual([]);
  await first;
});
