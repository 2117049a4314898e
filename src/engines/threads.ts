import { cores } from "../call/cores.js";
import type { Engine } from "../call/job.js";
import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import { ThreadPool } from "../javascript/thread-pool.js";

const pool = new ThreadPool("threads", cores);

/** Methods and functions in worker threads, one item at a time in each. */
export const threads: Engine = {
  target: "threads",
  run: (job) => runInChunks(job, pool, 1),
  close: () => pool.close(),
  plan: (job) => planChunks(job, pool, 1),
  state: () => pool.members.state(),
};
