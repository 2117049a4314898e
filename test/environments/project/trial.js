// runs the trial that is named on the command line, says what it came to, and has nothing left to do
import * as trials from "./trials.js";

try {
  console.log(`result: ${await trials[process.argv[2]]()}`);
} catch (error) {
  console.log(`error: ${error?.stack ?? error}`);
}
