import type { Engine, Job, Outcome } from "../calls/engine.js";
import { planKernel } from "../nogil/plan-kernel.js";
import { Scheduler } from "../nogil/scheduler.js";
import { checkCanEndKernels } from "./host-needs.js";

const scheduler = new Scheduler();

/** Runs kernels in worker threads, over shared memory. */
export const nogil: Engine = {
  target: "nogil",
  async run(job: Job): Promise<Outcome> {
    if (job.work.kind !== "kernel") {
      throw new TypeError(
        `${job.label}: target "nogil" runs kernels built by "npx nogil build", not functions.`,
      );
    }
    checkCanEndKernels(job.options, job.label);
    return await scheduler.run(job.work.kernel, job);
  },

  plan: (job) => planKernel(job, scheduler),
  close: () => scheduler.close(),
  state: () => scheduler.state(),
};
