import { parseArgs } from "node:util";
import { compiler } from "./compiler.js";
import { engine } from "./engine.js";
import { overhead } from "./overhead.js";
import { soak } from "./soak.js";

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  // how long the soak takes
  options: { seconds: { type: "string", default: "120" } },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error(`--seconds takes a number above 0, got "${values.seconds}".`);
  process.exit(1);
}

const benchmarks: Record<string, () => Promise<void>> = {
  compiler,
  engine,
  overhead,
  soak: () => soak(seconds),
};
// too long to run unasked
const usual = ["compiler", "overhead", "engine"];

const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : usual) await benchmarks[name]();
