import { mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readAsConfig } from "../../src/compiler/build/asconfig.js";
import { loadToolchain } from "../../src/compiler/build/toolchain.js";
import { compileText, instantiate } from "./harness.js";

/** Writes files to a new folder; a value that begins with "->" is a link. The build runs in its folder `app`. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "nogil-")));
  await mkdir(join(root, "app"));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (content.startsWith("->")) await symlink(content.slice(2), path);
    else await writeFile(path, content);
  }
  return join(root, "app");
}

const compileIn = (cwd: string, text: string) => compileText(text, { cwd, config: readAsConfig(cwd) });

const helper = (import_ = "") => `${import_}
export function share(x: Float64Array, i: i32): f64 {
  if (x[i] < 0) throw new RangeError("below zero");
  return x[i];
}`;
// what each step and pass changes: rows, a row that is read only, defaults, shapes, conversions, comparators, throws and tables
const kernels = (from: string) => `import { share } from "${from}";
const tables = new Map<i32, Float64Array>();
/** The sum of a row. */
export function peak(x: Float64Array, from: i32 = 0, shape: Int32Array = shapeOf(x)): f64 {
  let sum: f64 = shape.length;
  for (let i = from; i < x.length; i++) sum += share(x, i);
  return sum;
}
export function bins(x: Float64Array, y: Int32Array): void {
  for (let i = 0; i < x.length; i++) y[<i32>x[i]]++;
}
export function sorted(x: Float64Array): Float64Array {
  const list: f64[] = [];
  for (let i = 0; i < x.length; i++) list.push(x[i]);
  if (!tables.has(x.length)) tables.set(x.length, new Float64Array(x.length));
  const table = tables.get(x.length);
  list.sort((a, b) => a - b);
  for (let i = 0; i < x.length; i++) table[i] = list[i];
  return table.slice();
}
`;

const manifest = (more: object = {}) => JSON.stringify({ name: "some-kernels", version: "1.0.0", ...more });
const names = "{ peak, bins, sorted }";
const at = "app/node_modules/some-kernels/";
const own = { "app/helper.ts": helper(), "app/all.ts": kernels("./helper") };
const inPackage = (folder: string, root = at) => ({
  [`${root}package.json`]: manifest(),
  [`${root}${folder}index.ts`]: 'export * from "./all";',
  [`${root}${folder}all.ts`]: kernels("./helper"),
  [`${root}${folder}helper.ts`]: helper(),
});

// the files; what the entry file says; the file of the kernels and that of what they call, from the folder of the build
const kinds: Record<string, [files: Record<string, string>, entry: string, file: string, helper: string]> = {
  "named of a package": [
    inPackage(""),
    `export ${names} from "some-kernels";`,
    "node_modules/some-kernels/all.ts",
    "node_modules/some-kernels/helper.ts",
  ],
  "all of a package with a folder 'assembly'": [
    inPackage("assembly/"),
    'export * from "some-kernels";',
    "node_modules/some-kernels/assembly/all.ts",
    "node_modules/some-kernels/assembly/helper.ts",
  ],
  "of a package by 'ascMain'": [
    {
      ...inPackage("src/"),
      [`${at}package.json`]: manifest({ ascMain: "./src/index.ts", main: "index.js" }),
    },
    `export ${names} from "some-kernels";`,
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a package by 'exports', under a condition": [
    {
      ...inPackage("src/"),
      [`${at}package.json`]: manifest({
        exports: { ".": { types: "./index.d.ts", node: { import: "./src/index.ts" } } },
      }),
    },
    'export * from "some-kernels";',
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a package by 'main', a folder": [
    { ...inPackage("src/"), [`${at}package.json`]: manifest({ main: "src" }) },
    'export * from "some-kernels";',
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a path of a package": [
    inPackage("assembly/"),
    'export * from "some-kernels/assembly/all";',
    "node_modules/some-kernels/assembly/all.ts",
    "node_modules/some-kernels/assembly/helper.ts",
  ],
  "of a path that 'exports' names": [
    {
      ...inPackage("src/"),
      [`${at}package.json`]: manifest({ exports: { "./filters": "./src/index.ts" } }),
    },
    'export * from "some-kernels/filters";',
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a path that a pattern of 'exports' names": [
    {
      ...inPackage("src/"),
      [`${at}package.json`]: manifest({
        exports: { "./*": "./none/*.ts", "./filters/*": { import: "./src/*.ts" }, "./filters/*x": null },
      }),
    },
    'export * from "some-kernels/filters/all";',
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a deep path that 'exports' names": [
    {
      ...inPackage("src/"),
      [`${at}package.json`]: manifest({ exports: { "./deep/er/filters": "./src/all.ts" } }),
    },
    'export * from "some-kernels/deep/er/filters";',
    "node_modules/some-kernels/src/all.ts",
    "node_modules/some-kernels/src/helper.ts",
  ],
  "of a package whose 'exports' and 'main' are JavaScript": [
    {
      ...inPackage("assembly/"),
      [`${at}package.json`]: manifest({ exports: { ".": "./dist/index.js" }, main: "dist/index.js" }),
      [`${at}dist/index.js`]: "export const peak = 1;",
    },
    'export * from "some-kernels";',
    "node_modules/some-kernels/assembly/all.ts",
    "node_modules/some-kernels/assembly/helper.ts",
  ],
  "of a scoped package, imported and then exported": [
    inPackage("", "app/node_modules/@some/kernels/"),
    `import { peak, bins as counts, sorted } from "@some/kernels"; export { peak, counts as bins, sorted };`,
    "node_modules/@some/kernels/all.ts",
    "node_modules/@some/kernels/helper.ts",
  ],
  "of the default export of a package, under a name": [
    {
      ...inPackage(""),
      [`${at}all.ts`]: kernels("./helper").replace("export function peak", "export default function peak"),
    },
    `export { default as peak, bins, sorted } from "some-kernels/all";`,
    "node_modules/some-kernels/all.ts",
    "node_modules/some-kernels/helper.ts",
  ],
  "of a folder above": [
    { "shared/all.ts": kernels("./deep/helper"), "shared/deep/helper.ts": helper() },
    'export * from "../shared/all";',
    "../shared/all.ts",
    "../shared/deep/helper.ts",
  ],
  "of a package in a folder above": [
    inPackage("assembly/", "node_modules/some-kernels/"),
    'export * from "some-kernels";',
    "../node_modules/some-kernels/assembly/all.ts",
    "../node_modules/some-kernels/assembly/helper.ts",
  ],
  "of a workspace, which is a link, with a package of its own": [
    {
      "node_modules/some-kernels": "->../packages/some-kernels",
      "packages/some-kernels/package.json": manifest(),
      "packages/some-kernels/assembly/index.ts": kernels("inner"),
      "packages/some-kernels/node_modules/inner/index.ts": helper(),
    },
    'export * from "some-kernels";',
    "../node_modules/some-kernels/assembly/index.ts",
    "~lib/inner/index.ts",
  ],
  "of a package with a package in it": [
    {
      ...inPackage(""),
      [`${at}all.ts`]: kernels("inner/assembly"),
      [`${at}node_modules/inner/assembly/index.ts`]: 'export * from "./deep/helper";',
      [`${at}node_modules/inner/assembly/deep/helper.ts`]: helper(),
    },
    'export * from "some-kernels";',
    "node_modules/some-kernels/all.ts",
    "~lib/inner/assembly/deep/helper.ts",
  ],
  "of packages whose packages lie beside where they really are": [
    {
      "app/node_modules/some-kernels": "->.store/some-kernels@1/node_modules/some-kernels",
      "app/node_modules/.store/some-kernels@1/node_modules/some-kernels/assembly/index.ts": kernels("inner"),
      "app/node_modules/.store/some-kernels@1/node_modules/inner": "->../../inner@2/node_modules/inner",
      "app/node_modules/.store/inner@2/node_modules/inner/assembly/index.ts":
        'export { share } from "./more";',
      "app/node_modules/.store/inner@2/node_modules/inner/assembly/more.ts": 'export * from "deep";',
      "app/node_modules/.store/inner@2/node_modules/deep/index.ts": helper(),
    },
    'export * from "some-kernels";',
    "node_modules/some-kernels/assembly/index.ts",
    "~lib/deep/index.ts",
  ],
  "of a folder of 'path'": [
    {
      "app/asconfig.json": '{ "options": { "path": ["vendor"] } }',
      ...inPackage("", "app/vendor/some-kernels/"),
    },
    'export * from "some-kernels";',
    "vendor/some-kernels/all.ts",
    "vendor/some-kernels/helper.ts",
  ],
  "of a package that uses what nogil has for kernels": [
    {
      ...inPackage(""),
      "app/node_modules/nogil": `->${resolve(import.meta.dirname, "../..")}`,
      [`${at}helper.ts`]: helper(
        'import { $difference } from "nogil/assembly/library/nogil/difference";',
      ).replace("x[i] < 0", "$difference(x[i], 0.0) < 0"),
    },
    'export * from "some-kernels";',
    "node_modules/some-kernels/all.ts",
    "node_modules/some-kernels/helper.ts",
  ],
};

type Compiled = Awaited<ReturnType<typeof compileText>>;

async function resultsOf(compiled: Compiled) {
  const { run } = await instantiate(compiled);
  const rows = () => [Float64Array.of(3, 1.5, 2), Float64Array.of(0.5, -1, 9), new Float64Array(0)];
  const counted = [new Int32Array(4), new Int32Array(4), new Int32Array(4)];
  const unfit = [Float64Array.of(3, NaN), Float64Array.of(2 ** 40), Float64Array.of(1, 2)];
  const shapes = [Int32Array.of(3), Int32Array.of(3), Int32Array.of(0)];
  return {
    peaks: run("peak", [rows(), undefined, shapes]),
    later: run("peak", [rows(), [2, 2, 7], shapes]),
    bins: run("bins", [unfit, counted]),
    counted,
    sorted: run("sorted", [rows()]),
    again: run("sorted", [rows()]),
  };
}

let expected: Awaited<ReturnType<typeof resultsOf>>;
let original: Compiled;
beforeAll(async () => {
  original = await compileIn(await folderOf(own), 'export * from "./all";');
  expected = await resultsOf(original);
});

test("the kernels that packages are compared by fail as they should, where they are the user's own", () => {
  expect(expected.peaks.values).toEqual([7.5, 0, 1]);
  expect(expected.peaks.thrown).toMatchObject([
    { message: "below zero", file: "helper.ts", line: 3, item: 1 },
  ]);
  expect(expected.counted).toEqual([Int32Array.of(0, 0, 0, 1), new Int32Array(4), Int32Array.of(0, 1, 1, 0)]);
  expect(expected.sorted.values).toEqual([
    Float64Array.of(1.5, 2, 3),
    Float64Array.of(-1, 0.5, 9),
    new Float64Array(0),
  ]);
});

test.each(Object.entries(kinds))(
  "kernels %s build, return and throw what they do as the user's own, and are optimised as these are",
  async (kind, [files, entry, file, helperFile]) => {
    const cwd = await folderOf(files);
    const compiled = await compileIn(cwd, entry);
    const named = JSON.stringify(expected)
      .replaceAll('"helper.ts"', JSON.stringify(helperFile))
      .replaceAll('"all.ts"', JSON.stringify(file));
    expect(JSON.stringify(await resultsOf(compiled))).toBe(named);
    expect(compiled.warnings).toBe("");
    const { declaration, source, parameters, documentation } = compiled.kernels.find(
      ({ name }) => name === "peak",
    )!;
    expect(source.normalizedPath).toBe(file);
    expect(source.lineAt(declaration.name.range.start)).toBe(4);
    expect(documentation).toBe("The sum of a row.");
    expect(parameters).toEqual(original.kernels[0].parameters);
    expect([...compiled.conversions.keys()]).toEqual([`${file}:10:44`]);
    expect(compiled.variables).toEqual(original.variables);
    // throws of packages that only help stay where they are, so that errors name the line of the kernel
    if (kind.includes("nogil") || helperFile.startsWith("~lib/")) return;
    expect(await codeOf(compiled)).toEqual(await codeOf(original));
  },
);

/** The code of each function, but for names, and for addresses of static data, which has the names of files in it. */
async function codeOf({ wasm }: Compiled): Promise<string[]> {
  const { binaryen } = await loadToolchain(import.meta.dirname);
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const text = module.emitText();
  const functions = text
    .replace(/\n *;; custom section[\s\S]*/, "")
    .split(/\n(?= \(func )/)
    .slice(1);
  return functions.map((each) => each.replace(/\$("[^"]*"|[^\s()]+)/g, "$").replace(/\d{5,}/g, "N")).sort();
}
