import { defineEngine, type EngineDefinition } from "./engine.js";

/** Functions in processes of their own, one item at a time in each. Everything that goes there and back is copied. */
export const mpc: EngineDefinition<"mpc", "function"> = defineEngine({
  name: "mpc",
  runs: ["function"],
  heeds: ["workers", "chunkSize", "inFlight", "timeout", "deadline", "signal", "grace", "retry"],
  worker: "process",
  occupiesCores: true,
  needs: ["processes", "serializer"],
  about: {
    what: "the function that the method returns",
    where: "processes, for native modules and isolation",
  },
  async load() {
    const { ProcessPool } = await import("../javascript/process-pool.js");
    const { inChunks } = await import("./in-chunks.js");
    return inChunks(new ProcessPool());
  },
});
