import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callOptions, type Option, type OptionName, settingOptions } from "../../dist/call/options.js";
import type { EngineDefinition } from "../../dist/engines/engine.js";
import { heededBy, heeds } from "../../dist/engines/heeds.js";
import { definitions, targets, targetsFor, usualTarget } from "../../dist/engines/registry.js";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

/** The rows of the table whose header begins so, cell by cell, without the header. */
function tableIn(file: string, header: string): string[][] {
  const lines = read(file).split("\n");
  const start = lines.findIndex((line) => line.trim().replace(/ +/g, " ").startsWith(`| ${header} |`));
  expect(start, `the table of ${header} in ${file}`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, i) => i > start && !line.trim().startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

test("README's table of targets is what the engines say of themselves", () => {
  const rows = definitions().map(({ name, runs: [kind], about }) => [
    `\`${name}\`${name === usualTarget("method") ? " (default)" : ""}`,
    about.what,
    about.where,
    code(targetsFor(kind).filter((target) => target !== name)),
  ]);
  expect(tableIn("README.md", "target")).toEqual(rows);
});

/** Which targets heed an option, and for what where that is not all that they run. */
function heedersOf(option: OptionName): string {
  if ("always" in callOptions[option]) return "every target";
  const heeders = definitions().filter((each) => heeds(each, option));
  return heeders.map((each) => `\`${each.name}\`${forWhat(each, option)}`).join(", ");
}

function forWhat(definition: EngineDefinition, option: OptionName): string {
  const able = definition.runs.filter((kind) => heeds(definition, option, { kind }));
  return able.length === definition.runs.length ? "" : ` (${able.map((kind) => `${kind}s`).join(", ")})`;
}

const usual = ({ usually, default: value }: Option) => usually ?? String(value);

test("the table of options in docs/workers.md is the schema, with the engines that heed each", () => {
  const rows = (Object.keys(callOptions) as OptionName[]).map((name) => {
    const option: Option = callOptions[name];
    return [`\`${name}\``, option.expected, usual(option), heedersOf(name), option.about];
  });
  const target = [
    "`target`",
    `one of ${code(targets())}`,
    `\`${usualTarget("method")}\`; \`${usualTarget("kernel")}\` for kernels`,
    "every target",
    "What runs the items.",
  ];
  expect(tableIn("docs/workers.md", "option")).toEqual([target, ...rows]);
});

test("docs/workers.md says what has no effect with workers: 0", () => {
  const parts = definitions()
    .filter(({ inline }) => inline)
    .map((each) => {
      const left = heededBy(each).filter((option) => !heeds(each, option, { inline: true }));
      return `on \`${each.name}\` ${left.map((name) => `\`${name}\``).join(" and ")}`;
    });
  expect(read("docs/workers.md").replace(/\s+/g, " ")).toContain(
    `With \`workers: 0\` some have no effect either: ${parts.join(", ")}.`,
  );
});

test("the table of settings in docs/workers.md is the schema", () => {
  const rows = Object.entries(settingOptions).map(([name, option]: [string, Option]) => [
    `\`${name}\``,
    option.expected,
    usual(option),
    option.about,
  ]);
  expect(tableIn("docs/workers.md", "setting")).toEqual(rows);
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
