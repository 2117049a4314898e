// reads the files of Arrow's public test data and compares them with their JSON:
//   npx tsx test/arrow/integration.ts <folder of arrow-testing>/data/arrow-ipc-stream/integration
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { giveCodecs } from "./integration/codecs.js";
import { compare, type Outcome, waysToRead } from "./integration/compare.js";
import type { JsonFile } from "./integration/json.js";

const folder = process.argv[2] ?? process.env.ARROW_INTEGRATION;
const versions = folder && existsSync(folder) ? versionsIn(folder) : [];
if (versions.length === 0) {
  console.error(
    `There is no integration file of Arrow in ${folder ?? "no folder"}: clone https://github.com/apache/arrow-testing, and name ` +
      "its folder data/arrow-ipc-stream/integration, whose folders are versions with .json.gz beside .arrow_file and .stream.",
  );
  process.exit(2);
}

console.log(`Decoders: ${giveCodecs().join(", ")}.`);
const table: Record<string, Record<string, number>> = {};
const reasons = new Map<string, string[]>();
let failures = 0;
for (const [version, names] of versions) {
  const row = { files: 0, equal: 0, "in part": 0, refused: 0, failed: 0 };
  for (const name of names) {
    for (const extension of ["arrow_file", "stream"]) {
      const outcomes = await readAll(join(folder!, version, name), extension);
      const kinds = new Set(outcomes.map(({ got }) => got));
      const verdict = kinds.has("failed")
        ? "failed"
        : !kinds.has("refused")
          ? "equal"
          : kinds.has("equal")
            ? "in part"
            : "refused";
      row.files++;
      row[verdict]++;
      for (const { got, name: column, why } of outcomes) {
        if (got === "equal") continue;
        if (got === "failed") failures++;
        const reason = `${got}: ${why!.replaceAll(`"${column.split(" ")[0]}"`, '"…"')}`;
        reasons.set(reason, [...(reasons.get(reason) ?? []), `${version}/${name}.${extension} ${column}`]);
      }
    }
  }
  table[version] = row;
}
console.table(table);
for (const [reason, where] of reasons) {
  const files = [...new Set(where.map((each) => each.split(" ")[0]))];
  console.log(
    `${reason}\n    ${files.slice(0, 6).join(", ")}${files.length > 6 ? `, and ${files.length - 6} more` : ""}`,
  );
}
process.exit(failures > 0 ? 1 : 0);

function versionsIn(root: string): [string, string[]][] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry): [string, string[]] => [
      entry.name,
      readdirSync(join(root, entry.name))
        .filter((name) => name.endsWith(".json.gz"))
        .map((name) => name.slice(0, -".json.gz".length)),
    ])
    .filter(([, names]) => names.length > 0);
}

/** The outcomes of all ways to read a file, which are to be the same. */
async function readAll(stem: string, extension: string): Promise<Outcome[]> {
  const json = JSON.parse(gunzipSync(readFileSync(`${stem}.json.gz`)).toString()) as JsonFile;
  const path = `${stem}.${extension}`;
  const outcomes: Outcome[] = [];
  for (const [way, read] of Object.entries(waysToRead(path, readFileSync(path)))) {
    const own = await compare(read, json);
    outcomes.push(...own.map((outcome) => ({ ...outcome, name: `${outcome.name} ${way}` })));
  }
  return outcomes;
}
