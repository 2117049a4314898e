import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callOptions, type Option, settingOptions } from "../../dist/call/options.js";
import { heededBy, heeds } from "../../dist/engines/heeds.js";
import { definitions } from "../../dist/engines/registry.js";
import { rowsIn, tables, usual } from "../../tools/tables.js";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test.each(tables().map((table) => [table.header, table.file, table] as const))(
  "the table of each %s in %s is what the registry and the schema say",
  (_, file, table) => {
    expect(rowsIn(read(file), table), "npm run reference writes it").toEqual(table.rows);
  },
);

test("docs/workers.md says what has no effect with workers: 0", () => {
  const parts = definitions()
    .filter(({ inline }) => inline)
    .map((each) => {
      const left = heededBy(each).filter((option) => !heeds(each, option, { inline: true }));
      const names = new Intl.ListFormat("en-GB").format(left.map((name) => `\`${name}\``));
      return `on \`${each.name}\` ${names}`;
    });
  expect(read("docs/workers.md").replace(/\s+/g, " ")).toContain(
    `With \`workers: 0\` some have no effect either: ${parts.join("; ")}.`,
  );
});

test("what an editor shows of an option says the default that the schema has", () => {
  const source = read("src/call/options.ts");
  for (const [name, option] of Object.entries({ ...callOptions, ...settingOptions }) as [string, Option][]) {
    const [, comment] = source.match(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${name}\\?:`)) ?? [];
    expect(comment, name).toBeDefined();
    const [, shown] = comment.match(/@default (.*?)[\s*]*$/m) ?? [];
    if (usual(option) === "none") expect(shown ?? "none", name).toMatch(/^none/);
    else expect(shown, name).toBe(usual(option));
  }
});
