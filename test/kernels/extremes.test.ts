import { afterEach, describe, expect, test } from "vitest";
import type { Job, Outcome } from "../../dist/call/job.js";
import { type Column, dense, raggedFrom } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { nogil } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, valuesOf, zipped } from "./kernels.js";
import { liveThreads } from "./live-threads.js";

const k = await kernelsFrom(
  "extremes",
  `
export function spin(i: i32, when: i32): i32 { if (i == when) for (;;) {} return i + 1; }
export function grow(i: i32, kilobytes: i32, times: i32 = 1): Int32Array {
  const grown = new Int32Array(kilobytes << 8);
  // a loop of its own rather than fill(): a thread can end in the middle of it
  for (let t = 0; t < times; t++) for (let j = 0; j < grown.length; j++) grown[j] += t == 0 ? i : 0;
  return grown;
}
export function rise(x: Int32Array, by: i32 = 1): void { for (let i = 0; i < x.length; i++) x[i] += by; }
export function sum(x: Int32Array): i32 { let s = 0; for (let i = 0; i < x.length; i++) s += x[i]; return s; }
`,
);

const threads = liveThreads();
afterEach(() => nogil.close());

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Takes all memory that is free, down to blocks of 64 bytes, largest first. */
function fillMemory(): number[] {
  const memory = sharedMemory();
  const blocks: number[] = [];
  for (let bytes = 2 ** 31; bytes >= 64; ) {
    const address = memory.tryAllocate(bytes);
    if (address === undefined) bytes /= 2;
    else blocks.push(address);
  }
  return blocks;
}

describe("full memory", () => {
  const column = dense("i32", [50, 20]);
  // so that it is not this thread that runs them, with what it has already
  const options = { deadline: 60_000 };
  const calls: Record<string, () => Job> = {
    "a kernel that returns numbers": () => job(k.sum, zipped(column), { options }),
    "a kernel that returns arrays": () => job(k.grow, zipped(numbers(50)), { call: [1], options }),
    "rows that have to be copied": () =>
      job(k.sum, list(...numbers(50).map((i) => [new Int32Array(20).fill(i)])), { options }),
    "a kernel that works in place": () => job(k.rise, zipped(column), { call: [0], options }),
  };

  test("refuses the first call of all, and lets go of what it was given", async () => {
    const memory = sharedMemory();
    const before = memory.heap.usedBytes;
    const given = [dense("i32", [500, 500]), dense("i32", [500, 500])];
    const filler = fillMemory();
    // room for one small block more each time: for what the engine keeps, and not for what the call needs
    for (let more = 0; more < 5; more++) {
      memory.free(filler.pop()!);
      await expect(nogil.run(job(k.rise, zipped(given[0]), { options }))).rejects.toThrow(
        /^Shared memory is full/,
      );
      await expect(nogil.run(job(k.sum, zipped(given[1]), { options }))).rejects.toThrow(
        /^Shared memory is full/,
      );
    }
    for (const address of filler) memory.free(address);
    for (const each of given) each.dispose();
    // small blocks of the engine's own stay
    expect(memory.heap.usedBytes - before).toBeLessThan(100_000);
  });

  test.each(Object.entries(calls))("fails %s with sizes, and damages and loses nothing", async (_, call) => {
    const memory = sharedMemory();
    const expected = valuesOf(await nogil.run(call())).map(String);
    await nogil.close();
    await pause(20);
    collectGarbage();
    await pause(20);
    const before = memory.heap.usedBytes;
    const filler = fillMemory();
    try {
      expect(memory.heap.freeBytes).toBe(0);
      const freed: number[] = [];
      let refused = 0;
      // room for one more block each time, until the whole call has what it needs
      for (let done = false; !done; ) {
        const used = memory.heap.usedBytes;
        let outcome: Outcome | undefined;
        await nogil.run(call()).then(
          (value) => {
            outcome = value;
          },
          (error) => {
            expect(error).toBeInstanceOf(RangeError);
            expect(error.message).toMatch(/^Shared memory is full: .* needs .*, the largest free block has /);
            refused++;
          },
        );
        if (outcome) {
          for (const error of outcome.failures.values())
            expect(error.message).toMatch(/^Shared memory is full/);
          done = outcome.failures.size === 0;
          if (done) expect(valuesOf(outcome).map(String)).toEqual(expected);
          outcome.column?.dispose();
        }
        await nogil.close();
        expect(memory.heap.usedBytes).toBe(used);
        const next = filler.pop();
        if (next === undefined) break;
        freed.push(next);
        memory.free(next);
      }
      expect(refused).toBeGreaterThan(0);
    } finally {
      for (const address of filler) memory.free(address);
    }
    expect(memory.heap.usedBytes).toBe(before);
    expect(valuesOf(await nogil.run(call())).map(String)).toEqual(expected);
  });
});

describe("a worker that is killed", () => {
  // from before it has loaded anything until after its last item, in steps of a millisecond
  test("at any moment costs at most the item that it ran, and no memory", async () => {
    const items = 60;
    const run = () =>
      nogil.run(job(k.grow, zipped(numbers(items)), { call: [256, 20], options: { workers: 2 } }));
    (await run()).column!.dispose();
    const before = sharedMemory().heap.usedBytes;
    let lost = 0;
    for (let after = 0; after < 60; after++) {
      // half the time the worker is a new one
      if (after % 2 === 0) for (const worker of threads) await worker.terminate();
      const running = run();
      await (after < 2 ? undefined : pause(after / 2));
      const [victim] = threads;
      void victim?.terminate();
      const { column, failures } = await running;
      for (const [, error] of failures) expect(error).toMatchObject({ code: "ERR_NOGIL_WORKER_ENDED" });
      expect(failures.size).toBeLessThanOrEqual(1);
      lost += failures.size;
      for (const i of numbers(items)) {
        const row = column!.at(i) as Int32Array;
        expect([row.length, row.every((value) => value === i)]).toEqual([failures.has(i) ? 0 : 65_536, true]);
      }
      column!.dispose();
    }
    expect(lost).toBeGreaterThan(0);
    expect(sharedMemory().heap.usedBytes).toBe(before);
  });
});

test("five hundred calls at once, some of them endless, all end as they should", async () => {
  const columns: Column[] = numbers(500).map((i) => raggedFrom([new Int32Array(i % 50).fill(i)], "i32"));
  const outcomes = await Promise.all(
    columns.map((column, i) =>
      i % 50 === 7
        ? nogil.run(job(k.spin, zipped([1, 2, 3]), { call: [2], options: { timeout: 300 } }))
        : nogil.run(job(k.sum, zipped(column), { options: { workers: 2, deadline: 60_000 } })),
    ),
  );
  outcomes.forEach((outcome, i) => {
    const values = valuesOf(outcome);
    if (i % 50 !== 7) expect(values).toEqual([i * (i % 50)]);
    else expect(values.map((value) => (value as Error).name ?? value)).toEqual([2, "TimeoutError", 4]);
  });
});

describe("closing the engine", () => {
  // with a deadline no call runs in this thread, which nothing could end
  const options = { deadline: 60_000 };

  test("during calls, and calls while it closes, leave no thread and no call without an end", async () => {
    for (const wait of [0, 0, 1, 5, 20, 40, 60]) {
      const endless = numbers(5).map(() =>
        nogil.run(job(k.spin, zipped(numbers(8)), { call: [3], options })),
      );
      await (wait > 0 ? pause(wait) : undefined);
      const closed = nogil.close();
      const next = nogil.run(job(k.spin, zipped(numbers(100)), { call: [-1], options }));
      await closed;
      for (const { failures } of await Promise.all(endless)) {
        expect(failures.get(3)?.message).toBe("The nogil engine was closed.");
      }
      expect(valuesOf(await next)).toEqual(numbers(100).map((i) => i + 1));
      await nogil.close();
      expect(threads.size).toBe(0);
    }
  });

  test("also ends workers that were replaced for want of scratch memory while they ran", async () => {
    const running = nogil.run(job(k.spin, zipped(numbers(8)), { call: [3], options }));
    await pause(100);
    await nogil.run(job(k.spin, zipped([1]), { call: [-1], options: { ...options, scratch: 64 << 20 } }));
    await nogil.close();
    expect(threads.size).toBe(0);
    expect((await running).failures.get(3)?.message).toBe("The nogil engine was closed.");
  });
});
