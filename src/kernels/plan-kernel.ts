import { count, duration } from "../base/text.js";
import { cores } from "../call/cores.js";
import type { Job } from "../call/job.js";
import { type Plan, whySoMany } from "../call/plan.js";
import { planKernelArguments } from "./binding/plan-arguments.js";
import { cutClaims } from "./claims.js";
import type { Scheduler } from "./scheduler.js";

/** How the nogil engine would run a job. @throws what the call would throw before an item runs */
export async function planKernel(job: Omit<Job, "id">, scheduler: Scheduler): Promise<Plan> {
  const { work, options, invocations } = job;
  if (work.kind !== "kernel") throw new TypeError(`${job.label}: target "nogil" runs kernels.`);
  const { kernel } = work;
  const { rowBytes, ...planned } = planKernelArguments(kernel, job);
  // those whose arguments the kernel does not take never reach it
  const items = invocations.length - planned.problems.length;
  const inline = (why: string): Plan => ({
    workers: 0,
    why,
    handOut: "all items in order",
    ...planned,
    estimated: false,
  });

  if (items === 0) return inline("no item can run");
  if (options.workers === 0) return inline("the option workers is 0");
  const {
    small,
    perItem,
    claims: claimSizes,
  } = scheduler.foresee({ kernel, items, rowBytes, job: { ...job, id: 0 } });
  if (small) {
    return inline(
      `earlier calls took ${duration(perItem!)} an item, so that all of ${count(items, "item")} would be done before a worker is awake`,
    );
  }
  const wanted = Math.min(options.workers ?? cores.total, options.inFlight ?? items, items);
  const claims = cutClaims([{ begin: 0, end: items }], wanted, claimSizes);
  const workers = Math.min(wanted, claims.length);
  return {
    workers,
    why: whySoMany(workers, items, options),
    handOut: `${count(claims.length, "claim")}${sizes(claims.map(({ begin, end }) => end - begin))}, which workers take as they become free`,
    ...planned,
    estimated: false,
  };
}

function sizes(all: readonly number[]): string {
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return ` of ${least === most ? count(most, "item") : `${least} to ${most} items`}`;
}
