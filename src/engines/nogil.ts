import { checkCanEndKernels } from "#host/needs";
import { defineEngine, type EngineDefinition } from "./engine.js";

/** Runs kernels in worker threads, over shared memory. */
export const nogil: EngineDefinition<"nogil", "kernel"> = defineEngine({
  name: "nogil",
  runs: ["kernel"],
  heeds: ["workers", "chunkSize", "inFlight", "timeout", "deadline", "signal", "retry", "scratch"],
  inline: ["workers", "deadline", "signal", "retry", "scratch"],
  worker: "thread",
  occupiesCores: true,
  needs: ["threads"],
  about: { what: "the kernel that the method returns", where: "worker threads, over shared memory" },
  async load() {
    const { planKernel } = await import("../kernels/plan-kernel.js");
    const { Scheduler } = await import("../kernels/scheduler.js");
    const scheduler = new Scheduler();
    return {
      async run(job) {
        const { work, options, label } = job;
        if (work.kind !== "kernel") {
          throw new TypeError(
            `${label}: target "nogil" runs kernels built by "npx nogil build", not functions.`,
          );
        }
        checkCanEndKernels(options, label);
        return await scheduler.run(work.kernel, job);
      },
      plan: (job) => planKernel(job, scheduler),
      close: () => scheduler.close(),
      state: () => scheduler.state(),
    };
  },
});
