import { PipelineError } from "nogil";
import { runExample } from "../run-example.js";
import { parseOptions, usage } from "./options.js";

await runExample({
  url: import.meta.url,
  usage,
  parse: parseOptions,
  async run(options) {
    const { runProgram } = await import("./program.js");
    return runProgram(options);
  },
  async explain(error) {
    // a pipeline tells the action and the records, and has what went wrong as its cause
    const cause = (error instanceof PipelineError ? error.cause : error) as Error;
    // what is wrong with files needs no stack
    const expected = cause.name === "WfdbError" || "syscall" in cause;
    return [expected ? cause.message : error, 1];
  },
});
