import { parseArgs } from "node:util";
import { cliffs } from "./cliffs.js";
import { compiler } from "./compiler.js";
import { engine } from "./engine.js";
import { overhead } from "./overhead.js";
import { pipelines } from "./pipelines.js";
import { soak } from "./soak.js";

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  // of the soak: how many calls, and what decides on them
  // and one of the cliffs alone
  options: {
    calls: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    cliff: { type: "string" },
  },
});
const calls = Number(values.calls);
const seed = Number(values.seed);
if (!(Number.isSafeInteger(calls) && calls >= 10 && Number.isSafeInteger(seed))) {
  console.error(
    `--calls takes a whole number, 10 or more, and --seed one, got "${values.calls}" and "${values.seed}".`,
  );
  process.exit(1);
}

const benchmarks: Record<string, () => Promise<void>> = {
  cliffs: () => cliffs(values.cliff),
  compiler,
  engine,
  overhead,
  pipelines,
  soak: () => soak(calls, seed),
};
// too long to run unasked
const usual = ["compiler", "overhead", "engine", "pipelines"];

const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : usual) await benchmarks[name]();
