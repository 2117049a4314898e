import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../dist/call/job.js";
import type { RunOptions } from "../../dist/call/options.js";
import { dense } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { nogil } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, valuesOf, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "endings",
  `
export function spin(i: i32, when: i32): i32 { if (i == when) for (;;) {} return i + 1; }
export function work(i: i32, rounds: i32): i32 {
  let x: u32 = <u32>i;
  for (let r = 0; r < rounds; r++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  return x == 1 ? 0 : i + 1;
}
export function mark(x: Int32Array, when: i32): void { x[0] += 1; if (x[1] == when) for (;;) {} }
export function fill(n: i32, when: i32): Int32Array { if (n == when) for (;;) {} return new Int32Array(n).fill(n); }
export function late(i: i32, rounds: i32): i32 { throw new RangeError(work(i, rounds) > 0 ? "late" : "never"); }
export function wrong(i: i32, when: i32): i32 { if (i == when) for (;;) {} throw new RangeError("wrong"); }
`,
);

const threads = new Set<Worker>();
const started = (worker: Worker) => {
  threads.add(worker);
  worker.once("exit", () => threads.delete(worker));
};
process.on("worker", started);
afterAll(async () => {
  process.off("worker", started);
  await nogil.close();
});
afterEach(() => nogil.close());

const endless = -1;
const n = 400;
const errorNames = ({ failures }: Outcome) => [...failures].map(([item, { name }]) => [item, name]);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("an item that takes longer than its timeout", () => {
  test("fails alone: all others run, wherever they were claimed", async () => {
    const outcome = await nogil.run(
      job(k.spin, zipped(numbers(n)), { call: [123], options: { timeout: 100, workers: 2 } }),
    );
    expect(errorNames(outcome)).toEqual([[123, "TimeoutError"]]);
    expect(outcome.failures.get(123)).toMatchObject({
      kernel: "spin",
      item: 123,
      message: expect.stringContaining("timeout of 100 ms"),
    });
    expect(outcome.column!.values).toEqual(Int32Array.from(numbers(n), (i) => (i === 123 ? 0 : i + 1)));
  });

  test.each([0, 1, 1023, 1024, 3000, 4095, 4096, 8191])(
    "is named, as item %i, in the midst of a long claim of items that take no memory",
    async (when) => {
      const column = dense("i32", [8192, 2]);
      for (let i = 0; i < 8192; i++) column.at(i)[1] = i;
      const options = { timeout: 60, workers: 1, chunkSize: 4096 };
      const outcome = await nogil.run(job(k.mark, zipped(column), { call: [when], options }));
      expect(errorNames(outcome)).toEqual([[when, "TimeoutError"]]);
      expect(numbers(8192).filter((i) => column.at(i)[0] !== 1)).toEqual([]);
      column.dispose();
    },
  );

  test("costs no item that ran before it, or comes after it, in place", async () => {
    const column = dense("i32", [n, 2]);
    for (let i = 0; i < n; i++) column.at(i)[1] = i;
    await nogil.run(job(k.mark, zipped(column), { call: [77], options: { timeout: 60 } }));
    expect(numbers(n).map((i) => column.at(i)[0])).toEqual(numbers(n).map(() => 1));
  });

  test("leaves the arrays that were returned before", async () => {
    const { column, failures } = await nogil.run(
      job(k.fill, zipped(numbers(n)), { call: [200], options: { timeout: 60 } }),
    );
    expect([...failures.keys()]).toEqual([200]);
    expect(numbers(n).map((i) => (column!.at(i) as Int32Array).every((x) => x === i))).toEqual(
      numbers(n).map(() => true),
    );
    expect(numbers(n).map((i) => (column!.at(i) as Int32Array).length)).toEqual(
      numbers(n).map((i) => (i === 200 ? 0 : i)),
    );
  });

  test("leaves the errors that came before", async () => {
    const outcome = await nogil.run(
      job(k.wrong, zipped(numbers(50)), { call: [20], options: { timeout: 60, workers: 1 } }),
    );
    expect(errorNames(outcome)).toEqual(
      numbers(50).map((i) => [i, i === 20 ? "TimeoutError" : "RangeError"]),
    );
  });

  test("may be several, on every worker", async () => {
    const outcome = await nogil.run(
      job(k.spin, list([1, 1], [2, 2], [3, 0], [4, 4], [5, 0]), { options: { timeout: 60 } }),
    );
    expect(errorNames(outcome)).toEqual([0, 1, 3].map((item) => [item, "TimeoutError"]));
  });

  test("runs again where the job wants it", async () => {
    const outcome = await nogil.run(
      job(k.spin, zipped([1, 2, 3]), { call: [2], options: { timeout: 50, retry: 1 } }),
    );
    expect(errorNames(outcome)).toEqual([[1, "TimeoutError"]]);
  });
});

describe("a call that is cancelled", () => {
  test("keeps what an item threw, though its message comes after the call let go of its worker", async () => {
    const late = (options: RunOptions) =>
      nogil.run(job(k.late, list([1]), { call: [20_000_000], options: { workers: 1, ...options } }));
    await late({});
    const controller = new AbortController();
    const running = late({ signal: controller.signal });
    await pause(5);
    // next in the event loop are timers, then messages
    await new Promise(setImmediate);
    controller.abort();
    await Promise.resolve();
    // until the item has thrown, and the timer that lets go of the worker is due
    for (const end = performance.now() + 600; performance.now() < end; );
    // where the machine was too slow for it to throw by now, it was cancelled: it never counts as done
    expect([...(await running).failures.keys()]).toEqual([0]);
  });

  test.each(["signal", "deadline"] as const)(
    "by its %s fails what was not done, keeps what was, and leaves workers usable",
    async (how) => {
      const controller = new AbortController();
      const options = how === "signal" ? { signal: controller.signal } : { deadline: 80 };
      const running = nogil.run(
        job(k.spin, zipped(numbers(n)), { call: [300], options: { ...options, workers: 2 } }),
      );
      if (how === "signal") setTimeout(() => controller.abort(), 80);
      const outcome = await running;
      const name = how === "signal" ? "AbortError" : "TimeoutError";
      expect(outcome.failures.has(300)).toBe(true);
      expect(new Set(errorNames(outcome).map(([, each]) => each))).toEqual(new Set([name]));
      valuesOf(outcome).forEach((value, i) => {
        if (!(value instanceof Error)) expect(value).toBe(i + 1);
      });
      expect(valuesOf(await nogil.run(job(k.spin, zipped([1, 2]), { call: [endless] })))).toEqual([2, 3]);
    },
  );

  test("before it begins runs nothing", async () => {
    const column = dense("i32", [5, 2]);
    const reason = new RangeError("no longer wanted");
    const outcome = await nogil.run(
      job(k.mark, zipped(column), { call: [endless], options: { signal: AbortSignal.abort(reason) } }),
    );
    expect([...outcome.failures.values()].map(({ message, cause }) => [message, cause])).toEqual(
      Array(5).fill(["no longer wanted", reason]),
    );
    expect(new Set(outcome.failures.values()).size).toBe(5);
    expect(new Set(column.values)).toEqual(new Set([0]));
  });

  test("does not wait for another call's endless item", async () => {
    const controller = new AbortController();
    const endlessCall = nogil.run(
      job(k.spin, zipped([1, 1]), { call: [1], options: { signal: controller.signal, workers: 2 } }),
    );
    await pause(150);
    const outcome = await nogil.run(
      job(k.fill, zipped(numbers(5)), { call: [endless], options: { deadline: 50 } }),
    );
    expect(errorNames(outcome)).toEqual(numbers(5).map((item) => [item, "TimeoutError"]));
    controller.abort();
    expect(errorNames(await endlessCall)).toEqual([0, 1].map((item) => [item, "AbortError"]));
    await nogil.close();
    expect(sharedMemory().heap.usedBytes).toBeLessThan(100 << 20);
  });
});

describe("a worker that ends by itself", () => {
  test("costs the item that it ran, whatever the moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 2 }),
        async (moment, workers) => {
          const running = nogil.run(
            job(k.work, zipped(numbers(2000)), { call: [4000], options: { workers } }),
          );
          await pause(moment);
          const victims = [...threads].slice(0, 1);
          await Promise.all(victims.map((thread) => thread.terminate()));
          const outcome = await running;
          expect(outcome.failures.size).toBeLessThanOrEqual(victims.length);
          for (const [item, error] of outcome.failures)
            expect(error).toMatchObject({ item, code: "ERR_NOGIL_WORKER_ENDED" });
          expect(valuesOf(outcome).filter((value) => !(value instanceof Error))).toEqual(
            numbers(2000).flatMap((i) => (outcome.failures.has(i) ? [] : [i + 1])),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("does so without losing memory", async () => {
    const run = () =>
      nogil.run(job(k.fill, zipped(numbers(300)), { call: [40], options: { timeout: 20, workers: 2 } }));
    (await run()).column!.dispose();
    const before = sharedMemory().heap.usedBytes;
    for (let i = 0; i < 10; i++) (await run()).column!.dispose();
    expect(sharedMemory().heap.usedBytes).toBe(before);
  });
});

test("closing the engine fails what runs, and a later call starts it anew", async () => {
  const running = nogil.run(job(k.spin, zipped(numbers(10)), { call: [3] }));
  await pause(100);
  await nogil.close();
  const outcome = await running;
  expect(outcome.failures.get(3)?.message).toBe("The nogil engine was closed.");
  expect(threads.size).toBe(0);
  expect(valuesOf(await nogil.run(job(k.spin, zipped([1]), { call: [endless] })))).toEqual([2]);
});

test("many calls at once all come to their own results", async () => {
  const outcomes = await Promise.all(
    numbers(60).map((i) =>
      nogil.run(
        job(k.work, zipped(numbers(50 + i)), {
          call: [i % 2 ? 20_000 : 1],
          options: { workers: 1 + (i % 3) },
        }),
      ),
    ),
  );
  outcomes.forEach((outcome, i) => {
    expect(outcome.column!.values).toEqual(Int32Array.from(numbers(50 + i), (item) => item + 1));
  });
});

test("a program that ran kernels ends by itself", async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { load } from ${url("../../dist/engines/registry.js")};
    import { defineKernels } from ${url("../../dist/kernels/define-kernels.js")};
    const { spin } = defineKernels(new URL(${url("./build/out/endings.wasm")}), ${JSON.stringify(k.spin.module.description)});
    const invocations = { kind: "zipped", length: 3, components: [[1, 2, 3]] };
    const call = { positional: [2] };
    const nogil = await load("nogil");
    const { failures } = await nogil.run({ id: 1, label: "x", work: { kind: "kernel", kernel: spin }, invocations, call, options: { timeout: 50 } });
    console.log([...failures.keys()].join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 20_000,
  });
  expect(stdout).toBe("1\n");
});
