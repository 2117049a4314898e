import { cores } from "../call/cores.js";
import type { Engine } from "../call/job.js";
import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import { ThreadCrew } from "../javascript/thread-pool.js";

const crew = new ThreadCrew("threads", cores);

/** Methods and functions in worker threads, one item at a time in each. */
export const threads: Engine = {
  target: "threads",
  run: (job) => runInChunks(job, crew, 1),
  close: () => crew.close(),
  plan: (job) => planChunks(job, crew, 1),
  state: () => crew.roster.state(),
};
