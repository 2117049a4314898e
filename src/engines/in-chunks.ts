import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import type { WorkerPool } from "../javascript/worker-pool.js";
import type { Executor } from "./engine.js";

/**
 * Runs jobs on the workers of a pool, in chunks.
 * @param many whether a worker runs several items at once, as event loops do
 * @param budgeted whether the workers share the cores of the process with other engines
 */
export function inChunks(pool: WorkerPool, { many = false, budgeted = true } = {}): Executor {
  return {
    run: (job) => runInChunks(job, pool, many),
    plan: (job) => planChunks(job, pool, many, budgeted),
    close: () => pool.close(),
    state: () => pool.members.state(),
  };
}
