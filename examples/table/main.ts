import { setFlagsFromString } from "node:v8";
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

// else V8 lets tens of megabytes of garbage lie where the system has memory for them
setFlagsFromString("--optimize-for-size");

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
    const { explain } = await import("./summary.js");
    console.error(explain(error));
    process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
  }
}
