import { compiler } from "./compiler.js";
import { overhead } from "./overhead.js";

const benchmarks: Record<string, () => Promise<void>> = { compiler, overhead };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) await benchmarks[name]();
