// reads damaged Arrow files for long: npx tsx test/arrow/fuzz.ts [seconds] [folder of files …]
// without a folder the files are those of the suite; ARROW_FUZZ_SEED repeats a run
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fuzz } from "./fuzz/run.js";
import { seedFiles } from "./fuzz/seeds.js";

const [seconds = "60", ...folders] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), "nogil-fuzz-"));
const corpora: [string, string][] = [];
if (folders.length === 0) {
  for (const [name, bytes] of Object.entries(await seedFiles()))
    writeFileSync(join(corpus("own"), name), bytes);
}
for (const folder of folders) {
  const found = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && !/\.(md|gz|json)$/.test(entry.name),
      )
    : [];
  if (found.length === 0) {
    console.error(`There is no Arrow file in ${folder}.`);
    process.exit(2);
  }
  for (const { parentPath, name } of found) {
    const from = join(parentPath, name);
    copyFileSync(from, join(corpus(folder), relative(folder, from).replaceAll("/", "+")));
  }
}

const first = Number(process.env.ARROW_FUZZ_SEED ?? Date.now() % 1e9);
const until = Date.now() + 1000 * Number(seconds);
const totals = Object.fromEntries(
  corpora.map(([name]) => [name, {} as Record<string, Record<string, number>>]),
);
let failed = false;
for (let seed = first; Date.now() < until && !failed; seed++) {
  for (const [name, folder] of corpora) {
    const { counts, troubles } = await fuzz(folder, seed, 10_000);
    for (const { index, what, trouble } of troubles) {
      failed = true;
      console.error(`${name}, seed ${seed}, case ${index}: ${what}\n${trouble.slice(0, 2000)}\n`);
    }
    for (const [kind, outcomes] of Object.entries(counts)) {
      totals[name][kind] ??= {};
      for (const [outcome, count] of Object.entries(outcomes)) {
        totals[name][kind][outcome] = (totals[name][kind][outcome] ?? 0) + count;
      }
    }
  }
}
for (const [name, total] of Object.entries(totals)) {
  console.log(`${name}, seeds from ${first}`);
  console.table(total);
}
rmSync(root, { recursive: true });
process.exit(failed ? 1 : 0);

function corpus(name: string): string {
  const known = corpora.find(([each]) => each === name);
  if (known) return known[1];
  const folder = join(root, `${corpora.length}`);
  mkdirSync(folder);
  corpora.push([name, folder]);
  return folder;
}
