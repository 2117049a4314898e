import { setFlagsFromString } from "node:v8";
import { runExample } from "../run-example.js";
import { parseOptions, usage } from "./options.js";

// else V8 lets tens of megabytes of garbage lie where the system has memory for them
setFlagsFromString("--optimize-for-size");

await runExample({
  url: import.meta.url,
  usage,
  parse: parseOptions,
  async run(options) {
    const { runProgram } = await import("./program.js");
    return runProgram(options);
  },
  async explain(error) {
    const { explain } = await import("./summary.js");
    return [explain(error), (error as { exitCode?: number }).exitCode ?? 1];
  },
});
