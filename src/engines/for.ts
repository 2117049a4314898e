import { defineEngine, type EngineDefinition } from "./engine.js";

const ofFunctions = ["timeout", "deadline", "signal", "grace", "retry"] as const;

/** Runs the items in order, in this thread, each after the one before is done. What the others do is compared with it. */
export const sequential: EngineDefinition<"for", "method"> = defineEngine({
  name: "for",
  runs: ["method", "kernel", "function"],
  heeds: {
    method: ofFunctions,
    function: ofFunctions,
    // they are looked at between items; nothing ends a kernel that runs, nor measures how long each item takes
    kernel: ["deadline", "signal", "retry", "scratch"],
  },
  occupiesCores: false,
  needs: [],
  about: { what: "the method", where: "inline (in the calling thread), in order, for debugging" },
  async load() {
    const { runInline, withInlineCalls } = await import("../javascript/inline.js");
    const { runHere, runInline: runKernelInline } = await import("../kernels/inline.js");
    const { KernelCall } = await import("../kernels/kernel-call.js");
    const { planInline } = await import("./plan-inline.js");
    return {
      async run(job) {
        if (job.work.kind !== "kernel") return runInline("for", job, 1);
        return runHere(new KernelCall(job.work.kernel, job), runKernelInline);
      },
      plan: (job) => planInline(job, "the target is for"),
      async close() {},
      state: () => withInlineCalls({ target: "for", workers: [], waiting: 0 }),
    };
  },
});
