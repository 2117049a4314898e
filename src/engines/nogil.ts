import type { Engine, Job, Outcome } from "../call/job.js";
import { checkCanEndKernels } from "../hosts/node/needs.js";
import { planKernel } from "../kernels/plan-kernel.js";
import { Scheduler } from "../kernels/scheduler.js";

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
