import { Cores } from "../call/cores.js";
import type { Engine } from "../call/job.js";
import { runInChunks } from "../javascript/chunks.js";
import { runInline, withInlineCalls } from "../javascript/inline.js";
import { planChunks } from "../javascript/plan-chunks.js";
import { ThreadPool } from "../javascript/thread-pool.js";
import { planHere } from "./plan-inline.js";

// asynchronous items mostly wait, so their threads have a budget of their own
const pool = new ThreadPool("async", new Cores());

const defaultConcurrency = 64;

/** Asynchronous methods and functions, many items at once on the event loop of each thread, or of this one. */
export const async: Engine = {
  target: "async",
  run: (job) => {
    const { workers, concurrency = defaultConcurrency } = job.options;
    return workers === 0 ? runInline("async", job, concurrency) : runInChunks(job, pool, concurrency);
  },
  close: () => pool.close(),
  plan: (job) => {
    const { workers, concurrency = defaultConcurrency } = job.options;
    return workers === 0 ? planHere(job, "workers is 0", concurrency) : planChunks(job, pool, concurrency);
  },
  state: () => withInlineCalls(pool.members.state()),
};
