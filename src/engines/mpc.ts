import type { Engine } from "../call/job.js";
import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import { ProcessPool } from "../javascript/process-pool.js";

const pool = new ProcessPool();

/** Functions in processes of their own, one item at a time in each. Everything that goes there and back is copied. */
export const mpc: Engine = {
  target: "mpc",
  run: (job) => {
    if (job.work.kind === "method") {
      throw new TypeError(
        `${job.label}: methods run on threads, async or for; mpc runs the function that a method returns.`,
      );
    }
    return runInChunks(job, pool, 1);
  },
  close: () => pool.close(),
  plan: (job) => planChunks(job, pool, 1),
  state: () => pool.members.state(),
};
