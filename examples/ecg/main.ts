import { PipelineError } from "nogil";
import { buildKernels } from "../build-kernels.js";
import { type Options, parseOptions, usage } from "./options.js";

function readOptions(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return undefined;
  }
}

const options = readOptions();
if (!options) {
  process.exitCode = 1;
} else if (options.help) {
  console.log(usage);
} else {
  try {
    await buildKernels(import.meta.url);
    // what imports the kernels can be loaded only once they are built
    const { runProgram } = await import("./program.js");
    process.exitCode = await runProgram(options);
  } catch (error) {
    // a pipeline tells the action and the records, and has what went wrong as its cause
    const cause = (error instanceof PipelineError ? error.cause : error) as Error;
    // what is wrong with files needs no stack
    const expected = cause.name === "WfdbError" || "syscall" in cause;
    console.error(expected ? cause.message : error);
    process.exitCode = 1;
  }
}
