import { Cores } from "../call/cores.js";
import { inFlightHere } from "../call/in-flight.js";
import { defineEngine, type EngineDefinition } from "./engine.js";

/** Asynchronous methods and functions, many items at once on the event loop of each thread, or of this one. */
export const async: EngineDefinition<"async", "method"> = defineEngine({
  name: "async",
  runs: ["method", "function"],
  heeds: [
    "workers",
    "chunkSize",
    "concurrency",
    "inFlight",
    "timeout",
    "deadline",
    "signal",
    "grace",
    "retry",
  ],
  inline: ["workers", "concurrency", "inFlight", "timeout", "deadline", "signal", "grace", "retry"],
  worker: "thread",
  // items mostly wait, so that their threads have a budget of their own
  occupiesCores: false,
  needs: ["threads", "serializer"],
  about: { what: "the async method, many items at once", where: "event loops of worker threads" },
  async load() {
    const { ThreadPool } = await import("../javascript/thread-pool.js");
    const { runInline, withInlineCalls } = await import("../javascript/inline.js");
    const { inChunks } = await import("./in-chunks.js");
    const { planInline } = await import("./plan-inline.js");
    const pool = new ThreadPool("async", new Cores());
    const inThreads = inChunks(pool, { many: true, budgeted: false });
    return {
      run: (job) => {
        const { options } = job;
        return options.workers === 0 ? runInline("async", job, inFlightHere(options)) : inThreads.run(job);
      },
      plan: (job) => {
        const { options } = job;
        return options.workers === 0
          ? planInline(job, "workers is 0", inFlightHere(options))
          : inThreads.plan(job);
      },
      close: inThreads.close,
      state: () => withInlineCalls(inThreads.state()),
    };
  },
});
