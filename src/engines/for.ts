import type { Engine, Job, Outcome } from "../call/job.js";
import { runHere, withHere } from "../javascript/inline.js";
import { runHere as runKernelHere } from "../kernels/inline.js";
import { KernelCall } from "../kernels/kernel-call.js";
import { planHere } from "./plan-inline.js";

/** Runs the items in order, in this thread, each after the one before is done. What the others do is compared with it. */
export const sequential: Engine = {
  target: "for",
  async run(job: Job): Promise<Outcome> {
    if (job.work.kind !== "kernel") return runHere("for", job, 1);
    return new KernelCall(job.work.kernel, job).run(runKernelHere);
  },

  async close() {},
  plan: (job) => planHere(job, "the target is for"),
  state: () => withHere({ target: "for", workers: [], waiting: 0 }),
};
