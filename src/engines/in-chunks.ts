import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import type { WorkerPool } from "../javascript/worker-pool.js";
import type { Executor } from "./engine.js";

/**
 * Runs jobs on the workers of a pool, in chunks.
 * @param concurrency items in flight in one worker, unless the call says otherwise; 1: always one
 * @param budgeted whether the workers share the cores of the process with other engines
 */
export function inChunks(pool: WorkerPool, { concurrency = 1, budgeted = true } = {}): Executor {
  const atOnce = ({ options }: Parameters<Executor["plan"]>[0]) =>
    concurrency === 1 ? 1 : (options.concurrency ?? concurrency);
  return {
    run: (job) => runInChunks(job, pool, atOnce(job)),
    plan: (job) => planChunks(job, pool, atOnce(job), budgeted),
    close: () => pool.close(),
    state: () => pool.members.state(),
  };
}
