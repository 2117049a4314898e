import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { collectGarbage } from "../../dist/columns/garbage.js";
import { type Column, dense } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { nogil } from "../../dist/engines/nogil.js";
import { job, kernelsFrom, numbers, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "races",
  `
export function upTo(n: i32): Int32Array {
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = i;
  return out;
}
export function rise(x: Int32Array, by: i32 = 1): void { for (let i = 0; i < x.length; i++) x[i] += by; }
`,
);

const threads = new Set<Worker>();
const started = (worker: Worker) => {
  threads.add(worker);
  worker.once("exit", () => threads.delete(worker));
};
process.on("worker", started);
afterAll(() => {
  process.off("worker", started);
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const action = fc.record({
  do: fc.constantFrom("arrays", "arrays", "in place", "in place", "cancel", "kill", "collect", "dispose"),
  items: fc.integer({ min: 1, max: 300 }),
  size: fc.nat(100),
  wait: fc.nat(3),
});

test("calls, cancellations, killed workers and garbage collection at once leave every result and column right", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
      const live: { column: Column; check: () => void }[] = [];
      const running: Promise<void>[] = [];
      const keep = (column: Column, check: () => void) => void live.push({ column, check });

      const arrays = async (items: number, size: number) => {
        const { column, failures } = await nogil.run(
          job(k.upTo, zipped(numbers(items).map((i) => (i * size) % 97))),
        );
        keep(column!, () => {
          for (const i of numbers(items)) {
            const expected = failures.has(i) ? [] : numbers((i * size) % 97);
            expect([...(column!.at(i) as Int32Array)]).toEqual(expected);
          }
        });
      };
      const inPlace = async (items: number, size: number, deadline?: number) => {
        const column = dense("i32", [items, size]);
        column.values.fill(7);
        const { failures } = await nogil.run(
          job(k.rise, zipped(column), { options: { workers: 2, deadline } }),
        );
        keep(column, () => {
          for (const i of numbers(items))
            if (!failures.has(i)) expect(new Set(column.at(i) as Int32Array).size).toBeLessThan(2);
          if (failures.size === 0) expect(column.values.every((value) => value === 8)).toBe(true);
        });
      };
      for (const { do: what, items, size, wait } of actions) {
        if (what === "arrays") running.push(arrays(items, size));
        if (what === "in place") running.push(inPlace(items, size));
        if (what === "cancel") running.push(inPlace(items, size, 1 + wait));
        if (what === "kill") void [...threads][items % 2]?.terminate();
        if (what === "collect") collectGarbage();
        if (what === "dispose" && live.length > 0) {
          const [{ column, check }] = live.splice(items % live.length, 1);
          check();
          column.dispose();
        }
        if (wait > 0) await pause(wait);
      }
      await Promise.all(running);
      for (const { column, check } of live) {
        check();
        column.dispose();
      }
    }),
    { numRuns: 30 },
  );
  await nogil.close();
  await pause(20);
  collectGarbage();
  await pause(20);
  // what this thread keeps for kernels that it runs itself, and small blocks for calls to come
  expect(sharedMemory().heap.usedBytes).toBeLessThan((32 << 20) + (1 << 17));
  expect(threads.size).toBe(0);
});
