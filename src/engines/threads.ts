import { cores } from "../calls/cores.js";
import type { Engine } from "../calls/engine.js";
import { runInChunks } from "./chunks.js";
import { planChunks } from "./plan-chunks.js";
import { ThreadCrew } from "./thread-crew.js";

const crew = new ThreadCrew("threads", cores);

/** Methods and functions in worker threads, one item at a time in each. */
export const threads: Engine = {
  target: "threads",
  run: (job) => runInChunks(job, crew, 1),
  close: () => crew.close(),
  plan: (job) => planChunks(job, crew, 1),
  state: () => crew.roster.state(),
};
