import { runInChunks } from "./chunks.js";
import { cores } from "./cores.js";
import type { Engine } from "./engine.js";
import { ThreadCrew } from "./thread-crew.js";

const crew = new ThreadCrew("threads", cores.join());

/** Methods and functions in worker threads, one item at a time in each. */
export const threads: Engine = {
  target: "threads",
  run: (job) => runInChunks(job, crew, 1),
  close: () => crew.close(),
  state: () => crew.roster.state(),
};
