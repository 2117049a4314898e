// The tables of README and docs/workers.md that follow from the registry of engines and the schema of options.
// `npm run reference` writes them; a test tells when they are stale.
import { readFile, writeFile } from "node:fs/promises";
import { callOptions, type Option, type OptionName, settingOptions } from "../dist/call/options.js";
import type { EngineDefinition } from "../dist/engines/engine.js";
import { heeds } from "../dist/engines/heeds.js";
import { definitions, targets, targetsFor, usualTarget } from "../dist/engines/registry.js";
import { root } from "./entries.js";

export interface Table {
  readonly file: string;
  /** the first cell of its header */
  readonly header: string;
  readonly rows: readonly (readonly string[])[];
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

/** What counts without an option, in words. */
export const usual = ({ usually, default: value }: Option) => usually ?? String(value);

/** Every table that is not written by hand. */
export function tables(): Table[] {
  return [
    { file: "README.md", header: "target", rows: targetRows() },
    { file: "docs/workers.md", header: "option", rows: optionRows() },
    { file: "docs/workers.md", header: "setting", rows: settingRows() },
  ];
}

function targetRows(): string[][] {
  return definitions().map(({ name, runs: [kind], about }) => [
    `\`${name}\`${name === usualTarget("method") ? " (default)" : ""}`,
    about.what,
    about.where,
    code(targetsFor(kind).filter((target) => target !== name)),
  ]);
}

function optionRows(): string[][] {
  const target = [
    "`target`",
    `one of ${code(targets())}`,
    `\`${usualTarget("method")}\`; \`${usualTarget("kernel")}\` for kernels`,
    "every target",
    "What runs the items.",
  ];
  const rows = (Object.keys(callOptions) as OptionName[]).map((name) => {
    const option: Option = callOptions[name];
    return [`\`${name}\``, option.expected, usual(option), heedersOf(name), option.about];
  });
  return [target, ...rows];
}

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

function settingRows(): string[][] {
  return Object.entries(settingOptions).map(([name, option]: [string, Option]) => [
    `\`${name}\``,
    option.expected,
    usual(option),
    option.about,
  ]);
}

/** Where the rows of a table are among the lines of its file. @throws Error when the file has no such table */
function placeOf({ file, header }: Table, lines: readonly string[]): { begin: number; end: number } {
  const start = lines.findIndex((line) => line.trim().replace(/ +/g, " ").startsWith(`| ${header} |`));
  if (start < 0) throw new Error(`${file} has no table whose header begins with | ${header} |.`);
  const end = lines.findIndex((line, i) => i > start && !line.trim().startsWith("|"));
  return { begin: start + 2, end };
}

/** The rows that a file's text has of a table, cell by cell. */
export function rowsIn(text: string, table: Table): string[][] {
  const lines = text.split("\n");
  const { begin, end } = placeOf(table, lines);
  return lines.slice(begin, end).map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

/** Writes the rows of every table into its file, as wide as its widest cells. */
export async function writeTables(): Promise<void> {
  for (const table of tables()) {
    const lines = (await readFile(root + table.file, "utf8")).split("\n");
    const { begin, end } = placeOf(table, lines);
    const indent = lines[begin].match(/^ */)![0];
    const head = lines[begin - 2]
      .trim()
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    const widths = head.map((cell, i) => Math.max(cell.length, ...table.rows.map((row) => row[i].length)));
    const line = (cells: readonly string[]) =>
      `${indent}| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
    const rule = widths.map((width) => "-".repeat(width));
    lines.splice(begin - 2, end - begin + 2, line(head), line(rule), ...table.rows.map(line));
    await writeFile(root + table.file, lines.join("\n"));
  }
}
