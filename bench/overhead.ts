import assert from "node:assert/strict";
import { Batch, type Dense, type Kernel, type Results, run, shutdown } from "nogil";
import { Piscina } from "piscina";
import workerpool from "workerpool";
import * as keeping from "./build/kept.js";
import { allocating, double as doubleKernel } from "./build/overhead.js";
import { measure, report } from "./measure.js";
import { numbersDrawn } from "./overhead/draws.js";
import { speedups } from "./overhead/speedups.js";
import { double, TrivialBatch } from "./overhead/trivial-batch.js";

const items = 10_000;

// a single call is too short for the clock
const times = 1000;

function repeated(work: () => Promise<unknown>): () => Promise<unknown> {
  return async () => {
    for (let i = 1; i < times; i++) await work();
    return work();
  };
}

class NumbersBatch extends Batch<{ n: Dense<"f64"> }, number> {}

/** What a call costs for each item that does next to nothing, beside peers that send one task per item. */
export async function overhead(): Promise<void> {
  const x = Float64Array.from({ length: items }, (_, i) => i);
  const batch = TrivialBatch.from(items, { x }) as any;
  const expected = Array.from(x, double);
  const each = (task: (n: number) => unknown) => Promise.all(Array.from(x, task));

  const piscina = new Piscina({ filename: new URL("./overhead/piscina-worker.js", import.meta.url).href });
  const script = new URL("./overhead/workerpool-worker.js", import.meta.url).pathname;
  const threadPool = workerpool.pool(script, { workerType: "thread" });
  const processPool = workerpool.pool(script, { workerType: "process" });

  const measured = await measure(
    [
      { name: "nogil, rows", work: () => batch.nogilRows() },
      { name: "nogil, lists of arguments", work: () => batch.nogilLists() },
      { name: "threads", work: () => batch.threads() },
      { name: "async", work: () => batch.async() },
      { name: "async, on the caller's loop", work: () => batch.with({ workers: 0 }).async() },
      { name: "mpc", work: () => batch.mpc() },
      { name: "for (a method)", work: () => batch.with({ target: "for" }).threads() },
      { name: "Piscina, a task an item", work: () => each((n) => piscina.run(n)) },
      { name: "workerpool threads, a task an item", work: () => each((n) => threadPool.exec("double", [n])) },
      {
        name: "workerpool processes, a task an item",
        work: () => each((n) => processPool.exec("double", [n])),
      },
    ],
    (result, name) => assert.deepEqual([...(result as number[])], expected, name),
    // V8 optimises what workers run only after some calls
    { rounds: 15, warmUp: 20 },
  );
  report(`Overhead of ${items} trivial items`, "µs an item", 1000 / items, measured);

  const numbers = NumbersBatch.from(100 * items, {
    n: Float64Array.from({ length: 100 * items }, (_, i) => i),
  });
  const doubled = (kernel: Kernel) => () => run(kernel, numbers.data.n, { target: "for" });
  const memory = await measure(
    [
      { name: "double", work: doubled(doubleKernel) },
      { name: "double, in a module that keeps", work: doubled(keeping.double) },
      { name: "allocating", work: doubled(allocating) },
      { name: "allocating, in a module that keeps", work: doubled(keeping.allocating) },
      { name: "a table that is kept", work: doubled(keeping.tabled) },
      { name: "an array kept till the next item", work: doubled(keeping.replacing) },
    ],
    (result, name) => {
      const values = result as Results<number>;
      assert.equal(values.failures.length, 0, name);
      for (let i = 0; i < values.length; i++) assert.equal(values[i], 2 * i, name);
    },
  );
  report("What module variables cost an item, in one thread", "ns an item", 1e6 / numbers.length, memory);
  numbers.dispose();

  const single = TrivialBatch.from([3], { x: [3] }) as any;
  const calls = await measure(
    [
      { name: "nogil, rows", work: repeated(() => single.nogilRows()) },
      { name: "nogil, lists of arguments", work: repeated(() => single.nogilLists()) },
      { name: "nogil, run(kernel, [x])", work: repeated(() => run(doubleKernel, [3])) },
      { name: "threads", work: repeated(() => single.threads()) },
      { name: "Piscina, a task", work: repeated(async () => [await piscina.run(3)]) },
    ],
    (result, name) => assert.deepEqual([...(result as number[])], [6], name),
  );
  report("A call on one trivial item", "µs a call", 1000 / times, calls);

  await Promise.all([piscina.destroy(), threadPool.terminate(), processPool.terminate()]);
  await numbersDrawn();
  await speedups();
  await shutdown();
}
