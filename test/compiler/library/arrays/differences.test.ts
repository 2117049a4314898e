import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { compileText, load } from "../../harness.js";
import { both } from "./both.js";
import { knownDifferences, missing } from "./differences.js";
import { common, ofLists, ofTypedArrays } from "./methods.js";

const root = new URL("../../../../", import.meta.url);
const document = await readFile(new URL("docs/kernels.md", root), "utf8");
const section = document.slice(document.indexOf("### Arrays"));
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("each documented difference is there: a kernel does what the table says, and JavaScript something else", async () => {
  const numbered = knownDifferences.map(({ source }, k) =>
    source.replaceAll(/\b(f|descending)(?=\()/g, `$1${k}`),
  );
  const { results } = await both(numbered.join("\n").replaceAll("sort(descending)", "sort(descending3)"));
  knownDifferences.forEach(({ source, kernel, javascript, row: [what, of] }, k) => {
    const told = results(`f${k}`, []).map((result) => result.trim());
    expect([source, ...told]).toEqual([source, kernel, javascript]);
    expect(kernel).not.toBe(javascript);
    expect(rows.filter((cells) => cells[1] === what && cells[2] === of)).toHaveLength(1);
  });
});

test("the document's example does what it says", async () => {
  const [, text] = section.match(/^```\n([\s\S]*?)^```$/m)!;
  const { run } = await load(text);
  expect(run("ranks", [[Float64Array.of(2.5, -1, 2.5, 0.5)]]).values).toEqual([Int32Array.of(1, 3, 0, 2)]);
});

test("what the library does not have is an error of the build, at its line", async () => {
  const lines = Object.values(missing).map((code, k) => `export function f${k}(): void { ${code}; }`);
  const error: Error = await compileText(lines.join("\n")).then(
    () => new Error("it compiled"),
    (error) => error,
  );
  const failed = new Set([...error.message.matchAll(/kernels\.ts\((\d+),/g)].map(([, line]) => Number(line)));
  expect(Object.keys(missing).filter((_, k) => !failed.has(k + 1))).toEqual([]);
  for (const name of Object.keys(missing)) expect(section).toContain(name);
});

// each class by its own file
const classes = {
  typedarray: /class Float64Array [\s\S]*?^}/m,
  array: /class Array<[\s\S]*?^}/m,
  staticarray: /class StaticArray<[\s\S]*?^}/m,
};
// where they are compared with JavaScript, if not in methods.ts: operators everywhere, the rest as told
const elsewhere = new Set([
  "constructor",
  "__get",
  "__set",
  "__uget",
  "__uset",
  "__visit",
  "wrap",
  "BYTES_PER_ELEMENT",
]);
// AssemblyScript's own, which JavaScript does not have
const foreign = new Set(["create", "fromArray"]);

test.each(Object.entries(classes))(
  "every method of the library's %s is compared and documented",
  async (file, pattern) => {
    const library = await readFile(
      new URL(`node_modules/assemblyscript/std/assembly/${file}.ts`, root),
      "utf8",
    );
    const [text] = library.match(pattern)!;
    const declared = text.matchAll(
      /^ {2}(?:@\w+(?:\(.*?\))? |private |static |readonly |get |set )*(\w+)(?=[<(:])/gm,
    );
    const names = new Set(
      [...declared].map(([, name]) => name).filter((name) => !elsewhere.has(name) && !foreign.has(name)),
    );
    const used = Object.values({ ...common, ...ofTypedArrays, ...ofLists })
      .map(({ does }) => does)
      .join("\n");
    const fields = new Set(["buffer", "dataStart", "byteLength", "length_"]);
    const unknown = [...names].filter((name) => !fields.has(name) && !new RegExp(`\\.${name}\\b`).test(used));
    expect(names.size).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
    expect([...names].filter((name) => !fields.has(name) && !section.includes(`\`${name}`))).toEqual([]);
  },
);
