import type { Worker } from "node:worker_threads";
import { afterAll } from "vitest";

/** The worker threads that are started from now on, while they run. */
export function liveThreads(): ReadonlySet<Worker> {
  const threads = new Set<Worker>();
  const started = (worker: Worker) => {
    threads.add(worker);
    worker.once("exit", () => threads.delete(worker));
  };
  process.on("worker", started);
  afterAll(() => {
    process.off("worker", started);
  });
  return threads;
}
