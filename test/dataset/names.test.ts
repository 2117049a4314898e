import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Dataset, shutdown } from "nogil";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FilesBatch } from "../fixtures/files-batch.js";

// what Windows has as names of folders
const portable = [
  "jane@corp.com",
  "Dropbox (Personal)",
  "c++",
  "a!b",
  "[x]",
  "@scope",
  "{a,b}",
  "+(a)",
  "@(a)",
  "100% c++ #1 (x) [y]@z",
  "white  space",
  "~",
  "$x^",
  "a,b;c",
  "é",
  "e\u0301",
  ".hidden",
  "😀",
];
const elsewhere = [
  "a|b",
  "q?d",
  "star*d",
  "two\nlines",
  "back\\slash",
  "back\\[slash",
  '"quoted"',
  'one"quote',
];
const names = process.platform === "win32" ? portable : [...portable, ...elsewhere];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-names-"));
  for (const name of [...names, "x", "a", "plain/deep (1)"]) {
    await mkdir(join(folder, name), { recursive: true });
    for (const file of ["one.txt", "two [2].txt", ".dot.txt"])
      await writeFile(join(folder, name, file), name);
  }
  await mkdir(join(folder, "!not"));
  await writeFile(join(folder, "!not/one.txt"), "");
  await mkdir(join(folder, "hidden only"));
  await writeFile(join(folder, "hidden only/.dot.txt"), "");
  await symlink("..", join(folder, "plain/circle"));
});
afterAll(() => Promise.all([rm(folder, { recursive: true }), shutdown()]));

const files = (pattern: string | readonly string[], options = {}) =>
  Dataset.fromFiles(pattern, FilesBatch, { cwd: folder, ...options });
const idsOf = async (pattern: string | readonly string[], options = {}) =>
  [...(await files(pattern, options))].filter((id) => !id.includes("circle"));
const refusalOf = (pattern: string | readonly string[], options = {}) =>
  files(pattern, options).then(
    (dataset) => `it took ${[...dataset]}`,
    ({ message }: Error) => message,
  );

describe("the name of a folder is taken as it is", () => {
  // a pattern of ? and * is one for folders with them in their names, too
  const taken = names.filter((name) => !/[?*]/.test(name));

  test.each(taken)("%j", async (name) => {
    expect(await idsOf(`${name}/*.txt`)).toEqual(["one.txt", "two [2].txt"]);
    expect(await idsOf(`${folder}/${name}/**/*.txt`)).toEqual(["one.txt", "two [2].txt"]);
    expect(await idsOf(`./x/../${name}//t*.txt`)).toEqual(["two [2].txt"]);
    expect(await idsOf([`${name}/*.txt`, "!**/two*"])).toEqual(["one.txt"]);
    expect(await idsOf([`${name}/*.txt`, `!${name}/o*`])).toEqual(["two [2].txt"]);
    expect(await idsOf(`${name}/two [2].txt`)).toEqual(["two [2].txt"]);
    expect(await idsOf("*.txt", { cwd: join(folder, name) })).toEqual(["one.txt", "two [2].txt"]);
    const outside = `${relative(".", folder).replaceAll("\\", "/")}/${name}/*.txt`;
    expect(await idsOf(outside, { cwd: "." })).toEqual(["one.txt", "two [2].txt"]);
    expect((await files(`${name}/*.txt`)).pathOf("one.txt")).toBe(join(folder, name, "one.txt"));
  });

  test("and all of them are found by wildcards", async () => {
    const found = await files("*/one.txt", { dot: true });
    const expected = [...names, "!not", "x", "a"].map((name) => `${name}/one.txt`).sort();
    expect([...found].filter((id) => !id.startsWith("plain"))).toEqual(expected);
    for (const id of found) expect(found.pathOf(id)).toBe(join(folder, id));
    const deep = await idsOf("**/one.txt", { dot: true });
    expect(deep).toEqual([...expected, "plain/deep (1)/one.txt"].sort());
  });

  test("in workers, too", async () => {
    const dataset = await Dataset.fromFiles("*/one.txt", FilesBatch, { cwd: folder });
    for await (const batch of dataset.pipeline().readAll().batches({ batchSize: 100 })) {
      for (const id of batch.indices) {
        if (id !== "!not/one.txt") expect(batch.at(id).text).toBe(dirname(id));
      }
    }
  });
});

describe("what is a pattern stays one", () => {
  test.each([
    ["[xa]/one.txt", ["a/one.txt", "x/one.txt"]],
    ["{x,c++}/one.txt", ["c++/one.txt", "x/one.txt"]],
    ["(x|a)/one.txt", ["a/one.txt", "x/one.txt"]],
    ["@(x|a)/one.txt", ["a/one.txt", "x/one.txt"]],
    ["Dropbox*/one.txt", ["Dropbox (Personal)/one.txt"]],
    ["p*/deep (1)/one.txt", ["plain/deep (1)/one.txt"]],
    ["plain/deep ([0-9])/one.txt", ["deep (1)/one.txt"]],
    ["x/two [[]2].txt", ["two [2].txt"]],
    ["\\!not/one.txt", ["one.txt"]],
    ["./!not/one.txt", ["one.txt"]],
    ["./!no*/one.txt", ["!not/one.txt"]],
    ["./!(*[!x])/one.txt", ["x/one.txt"]],
    ["\\[x\\]/one.txt", ["one.txt"]],
    ["plain/deep \\(1\\)/o*", ["one.txt"]],
  ])("%s", async (pattern, ids) => {
    expect(await idsOf(pattern)).toEqual(ids);
  });

  test("[x] is the folder of that name where there is one, and else the folder x", async () => {
    expect((await files("[x]/one.txt")).pathOf("one.txt")).toBe(join(folder, "[x]/one.txt"));
    await mkdir(join(folder, "sub/x"), { recursive: true });
    await writeFile(join(folder, "sub/x/one.txt"), "");
    expect(await idsOf("[x]/one.txt", { cwd: join(folder, "sub") })).toEqual(["x/one.txt"]);
    await rm(join(folder, "sub"), { recursive: true });
  });
});

describe("where nothing matches the error says what was looked for where", () => {
  test.each([
    ["x/*.csv", ['No file matches "x/*.csv" in ', 'looked for "*.csv" in ', "/x."]],
    ["nope (1)/*.txt", ['there is no folder "nope (1)" in ']],
    [
      "x/[y]/*.txt",
      ['looked for "[y]/*.txt" in ', "for [ ] { } ( ) | that are part of a name write \\[ and so on"],
    ],
    ["X/*.txt", ['there is no folder "X" in ', ", but one that is spelt x"]],
    ["x", ["/x is a folder: add /* for the files in it"]],
    ["x/", ["/x is a folder: add /* for the files in it"]],
    ["./x/.", ["/x is a folder: add /* for the files in it"]],
    [".", [" is a folder: add /* for the files in it"]],
    ["/", ["/ is a folder: add /* for the files in it"]],
    ["x\\*.txt", ["a \\ is part of what follows it: write / between folders"]],
    ["hidden only/*.txt", ["with { dot: true }, which takes names that begin with a dot, there are 1"]],
  ])("%s", async (pattern, parts) => {
    const message = await refusalOf(pattern);
    for (const part of parts) expect(message).toContain(part);
  });

  test("an accent that is written otherwise", async () => {
    await mkdir(join(folder, "u\u0308ber"));
    expect(await refusalOf("\u00fcber/*.txt")).toContain("but one that is spelt u\\u{308}ber");
    await rm(join(folder, "u\u0308ber"), { recursive: true });
  });

  test("the home of shells", async () => {
    expect(await refusalOf("~/*.txt", { cwd: join(folder, "x") })).toContain(
      'only shells take "~" for your home: write os.homedir()',
    );
  });

  test("patterns that only leave files out", async () => {
    expect(await refusalOf("!not/*.txt")).toBe(
      'Dataset.fromFiles() takes a pattern of files to take before those to leave out: "!not/*.txt" only leave files out. ' +
        "Write \\! for a name that begins with !.",
    );
  });
});
