import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { run } from "nogil";
import { double } from "../build/overhead.js";
import { measure, report } from "../measure.js";

const echo = `const { parentPort } = require("node:worker_threads");
parentPort.on("message", (message) => parentPort.postMessage(message));`;

/** What it takes to wake sleeping workers and hear from them: a call of a trivial kernel, beside bare messages. */
export async function dispatch(): Promise<void> {
  const threads = [0, 1].map(() => new Worker(echo, { eval: true }));
  const messages = (count: number) => () =>
    Promise.all(
      threads.slice(0, count).map(
        (thread, i) =>
          new Promise((resolve) => {
            thread.once("message", resolve);
            thread.postMessage(i);
          }),
      ),
    );
  const entries = [0, 1];
  // with a deadline a call never runs in the calling thread, however small it is
  const call = (workers: number) => () => run(double, entries, { workers, deadline: 60_000 });
  const measured = await measure(
    [
      { name: "a message to a worker and back", work: messages(1) },
      { name: "messages to two workers and back", work: messages(2) },
      { name: "a call on one worker", work: call(1) },
      { name: "a call on two workers", work: call(2) },
      { name: "a call that is known to be small", work: () => run(double, entries) },
    ],
    (result, name) => {
      if (name.startsWith("a call")) assert.deepEqual([...(result as number[])], [0, 2], name);
    },
    { rounds: 501, warmUp: 100 },
  );
  report("A call of two trivial items", "µs", 1000, measured);
  await Promise.all(threads.map((thread) => thread.terminate()));
}
