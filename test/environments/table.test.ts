import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { environments, tableOf } from "./table.js";
import { trials } from "./trials.js";

const document = await readFile(new URL("../../docs/environments.md", import.meta.url), "utf8");

test("the table of the documents is what main.ts tries: npx tsx test/environments/main.ts --write", () => {
  expect(/<!-- table -->\n\n([\s\S]*)\n\n<!-- end of the table -->/.exec(document)?.[1]).toBe(
    tableOf(environments),
  );
});

test("the table names every environment once, and what is said of a trial belongs to one that there is", () => {
  const names = environments.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const known = ["all", ...trials.flatMap(({ name, group }) => [name, group])];
  for (const { says = {}, results = {} } of environments) {
    for (const name of [...Object.keys(says), ...Object.keys(results)]) expect(known).toContain(name);
  }
});
