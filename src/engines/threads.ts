import { cores } from "../call/cores.js";
import { defineEngine, type EngineDefinition } from "./engine.js";

/** Methods and functions in worker threads, one item at a time in each. */
export const threads: EngineDefinition<"threads", "method"> = defineEngine({
  name: "threads",
  runs: ["method", "function"],
  heeds: ["workers", "chunkSize", "inFlight", "timeout", "deadline", "signal", "grace", "retry"],
  worker: "thread",
  occupiesCores: true,
  needs: ["threads", "serializer"],
  about: { what: "the method", where: "worker threads" },
  async load() {
    const { ThreadPool } = await import("../javascript/thread-pool.js");
    const { inChunks } = await import("./in-chunks.js");
    return inChunks(new ThreadPool("threads", cores));
  },
});
