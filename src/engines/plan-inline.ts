import type { Job } from "../call/job.js";
import { shared } from "../call/plan.js";
import { planKernelArguments } from "../kernels/binding/plan-arguments.js";
import type { EnginePlan } from "./engine.js";

/** How a job would run in this thread. */
export async function planInline(job: Omit<Job, "id">, why: string, concurrency = 1): Promise<EnginePlan> {
  const { work, invocations, options } = job;
  const common = { workers: 0, why, estimated: false };
  if (work.kind === "kernel") {
    const { rowBytes, ...planned } = planKernelArguments(work.kernel, job);
    return { ...common, handOut: "all items in order", ...planned };
  }
  const inFlight = Math.min(concurrency, invocations.length);
  const handOut =
    inFlight > 1
      ? `${inFlight} items in flight on the event loop of this thread`
      : "all items in order, each after the one before is done";
  const problems =
    options.timeout === undefined
      ? []
      : ["nothing can end an item that is over its timeout, if it never awaits"];
  return {
    ...common,
    parallel: inFlight > 1,
    handOut,
    arguments: [
      { name: "all arguments", from: "this thread", ...shared, why: "the items run where the caller is" },
    ],
    bytesIn: 0,
    bytesOut: 0,
    problems,
  };
}
