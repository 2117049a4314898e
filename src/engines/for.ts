import type { Engine, Job, Outcome } from "../call/job.js";
import { runInline, withInlineCalls } from "../javascript/inline.js";
import { runInline as runKernelInline } from "../kernels/inline.js";
import { KernelCall } from "../kernels/kernel-call.js";
import { planHere } from "./plan-inline.js";

/** Runs the items in order, in this thread, each after the one before is done. What the others do is compared with it. */
export const sequential: Engine = {
  target: "for",
  async run(job: Job): Promise<Outcome> {
    if (job.work.kind !== "kernel") return runInline("for", job, 1);
    return new KernelCall(job.work.kernel, job).run(runKernelInline);
  },

  async close() {},
  plan: (job) => planHere(job, "the target is for"),
  state: () => withInlineCalls({ target: "for", workers: [], waiting: 0 }),
};
