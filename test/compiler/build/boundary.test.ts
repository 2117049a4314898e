import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, compile } from "nogil/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";

const loose = { build, compile } as unknown as Record<string, (...args: unknown[]) => any>;
const kernel = "export function same(x: f64): f64 { return x; }";
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "nogil-boundary-"));
  await mkdir(join(cwd, "more"));
  for (const name of ["kernels.ts", "kernels.js", "more/kernels.ts"])
    await writeFile(join(cwd, name), kernel);
});
afterAll(() => rm(cwd, { recursive: true }));

const calls: [string, () => unknown, string][] = [
  ["build()", () => loose.build(), "build() takes the path of an AssemblyScript file first, got undefined."],
  ['build("")', () => loose.build(""), 'of an AssemblyScript file first, got "".'],
  ["build of a folder", () => build("more", { cwd }), "more is a folder: kernels are built from"],
  [
    "build of another file",
    () => build("kernels.js", { cwd }),
    "kernels.js is not a .ts file: kernels are built",
  ],
  [
    "build to no folder",
    () => loose.build("kernels.ts", { cwd, out: 5 }),
    'build(): the option "out" takes the path',
  ],
  ["build in no folder", () => loose.build("kernels.ts", { cwd: {} }), "the path of a folder, got Object."],
  ['unchecked: "no"', () => loose.build("kernels.ts", { cwd, unchecked: "no" }), 'true or false, got "no".'],
  [
    "compile()",
    () => loose.compile(),
    "compile() takes AssemblyScript as text or the file URL of it first, got und",
  ],
  ["compile of a page", () => compile(new URL("http://x.org/y")), "first, got http://x.org/y."],
  [
    "allowUnsafe: 1",
    () => loose.compile("", { allowUnsafe: 1 }),
    'compile(): the option "allowUnsafe" takes true or',
  ],
  [
    "cache: []",
    () => loose.compile("", { cache: [] }),
    'the option "cache" takes the path of a folder, got Array.',
  ],
];

test.each(calls)("%s is refused", async (_, call, message) => {
  const error: any = await (async () => call())().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toContain(message);
});

test.each([
  ["null", "asconfig.json has null, expected an object of options."],
  ["[]", "asconfig.json has Array, expected an object of options."],
  ['{ "extends": 5 }', "asconfig.json: extends takes the path of a file, got 5."],
  ['{ "extends": "./none.json" }', "none.json, which does not exist."],
  ['{ "extends": "no-such-package" }', "extends no-such-package, which is not installed."],
  ['{ "extends": "." }', " is not a file: expected one to read."],
  ['{ "extends": "/dev/null" }', "/dev/null is not a file: expected one to read."],
  ['{ "options": "optimize" }', 'asconfig.json: options takes an object, got "optimize".'],
  ['{ "targets": [] }', "asconfig.json: targets takes an object, got Array."],
  ['{ "targets": { "release": 3 } }', "asconfig.json: targets.release takes an object, got 3."],
  ['{ "options": { "transform": "no-such-package" } }', "the transform no-such-package, which was not found"],
])("an asconfig.json of %s is refused", async (text, message) => {
  await writeFile(join(cwd, "asconfig.json"), text);
  await expect(build("kernels.ts", { cwd })).rejects.toThrow(message);
  await rm(join(cwd, "asconfig.json"));
});

test("the command refuses two files of one name, of which one would be written over the other", async () => {
  const args = [resolve("dist/compiler/cli.js"), "build", "kernels.ts", "more/kernels.ts"];
  const ended: any = await promisify(execFile)(process.execPath, args, { cwd }).catch((error) => error);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("Two files are called kernels.ts");
  expect(await readdir(cwd)).not.toContain("build");
});
