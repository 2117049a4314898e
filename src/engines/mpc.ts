import type { Engine } from "../call/job.js";
import { runInChunks } from "../javascript/chunks.js";
import { planChunks } from "../javascript/plan-chunks.js";
import { ProcessCrew } from "../javascript/process-pool.js";

const crew = new ProcessCrew();

/** Functions in processes of their own, one item at a time in each. Everything that goes there and back is copied. */
export const mpc: Engine = {
  target: "mpc",
  run: (job) => {
    if (job.work.kind === "method") {
      throw new TypeError(
        `${job.label}: methods run on threads, async or for; mpc runs the function that a method returns.`,
      );
    }
    return runInChunks(job, crew, 1);
  },
  close: () => crew.close(),
  plan: (job) => planChunks(job, crew, 1),
  state: () => crew.roster.state(),
};
