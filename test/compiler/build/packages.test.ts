import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { run } from "nogil";
import { afterAll, expect, test } from "vitest";

type Files = Readonly<Record<string, string>>;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A program's folder, in which the compiler and this package are installed. */
async function programOf(files: Files): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  folders.push(cwd);
  await mkdir(join(cwd, "node_modules"));
  await symlink(resolve("node_modules/assemblyscript"), join(cwd, "node_modules/assemblyscript"));
  await symlink(resolve("."), join(cwd, "node_modules/nogil"));
  await write(cwd, { "package.json": '{ "type": "module" }', ...files });
  return cwd;
}

async function write(cwd: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
}

function build(cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [resolve("dist/compiler/cli.js"), "build", "kernels.ts"];
  return promisify(execFile)(process.execPath, args, { cwd, timeout: 60_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

const twice = "export function twice(x: f64): f64 { return 2 * x; }\n";
const packaged = (name: string, text: string, version = "1.0.0"): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
  [`node_modules/${name}/index.ts`]: text,
});
const plusOne = "export function one(x: f64): f64 { return x + 1; }";

// what cannot be built, what is said, and of which place
const refused: Record<string, [files: Files, message: string, place: string]> = {
  "files that export all of one another": [
    {
      "kernels.ts": 'export * from "./a";',
      "a.ts": 'export * from "./b";',
      "b.ts": `export * from "./a";\n${twice}`,
    },
    "This export leads back to this file, in a circle: export each name from the file that declares it.",
    "a.ts(1,15)",
  ],
  "a name that files export from one another": [
    {
      "kernels.ts": 'export { twice } from "./a";',
      "a.ts": 'export { twice } from "./b";',
      "b.ts": 'export { twice } from "./a";',
    },
    "This export leads back to this file, in a circle",
    "b.ts(1,10)",
  ],
  "two kernels of one name": [
    { "kernels.ts": 'export * from "./a";\nexport * from "./b";', "a.ts": twice, "b.ts": twice },
    "'export *' leads to two kernels called 'twice', a.ts(1,17) and b.ts(1,17): say which is meant",
    "kernels.ts(1,15)",
  ],
  "two versions of one package": [
    {
      "kernels.ts":
        'import { one } from "shared";\nexport { both } from "other";\nexport function mine(x: f64): f64 { return one(x); }',
      ...packaged("shared", plusOne),
      ...packaged(
        "other",
        'import { one } from "shared";\nexport function both(x: f64): f64 { return one(x); }',
      ),
      ...packaged("other/node_modules/shared", plusOne, "2.0.0"),
    },
    "there is one copy of a package in a module. Install one version for both, as 'npm dedupe' does.",
    "kernels.ts(1,21)",
  ],
  "a generator of a package": [
    {
      "kernels.ts": 'export { bad } from "pkg";',
      ...packaged("pkg", "export function bad(x: f64): f64 { yield x; return x; }"),
    },
    "There are no generators, and so no 'yield'",
    "node_modules/pkg/index.ts(1,36)",
  ],
  "a package with a mistake": [
    {
      "kernels.ts": 'export { peak } from "pkg";',
      ...packaged("pkg", "export function peak(x: f64): f64 {\n  return x +;\n}"),
    },
    "Expression expected.",
    "node_modules/pkg/index.ts(2,13)",
  ],
  "a package that is not installed": [
    { "kernels.ts": 'export { peak } from "nope";' },
    "File '~lib/nope.ts' not found.",
    "kernels.ts(1,22)",
  ],
};

test.each(Object.entries(refused))("%s: the build says so, and where", async (_, [files, message, place]) => {
  const { code, stderr } = await build(await programOf(files));
  expect(stderr).toContain(message);
  expect(stderr).toContain(`in ${place}`);
  expect(code).toBe(1);
});

test("a module of a package's kernels runs, names the package's file in errors, and is built anew when that changes", async () => {
  const text = (factor: number) => `/** So many times. */
export function times(x: f64): f64 {
  if (x < 0) throw new RangeError("below zero");
  return ${factor} * x;
}`;
  const cwd = await programOf({
    "kernels.ts": 'export { times as scaled } from "pkg";',
    ...packaged("pkg", text(2)),
  });
  const built = { code: 0, stdout: "build/kernels.js: scaled\n", stderr: "" };
  const kernelsOf = async (nth: number) =>
    (await import(`${pathToFileURL(join(cwd, "build/kernels.js")).href}?${nth}`)).scaled;

  expect(await build(cwd)).toEqual(built);
  const results = await run(await kernelsOf(1), [3, -1]);
  expect(results[0]).toBe(6);
  expect(results[1]).toMatchObject({
    name: "RangeError",
    message: "below zero",
    file: expect.stringMatching(/node_modules\/pkg\/index\.ts$/),
    line: 3,
  });

  expect((await build(cwd)).stdout).not.toBe(built.stdout);
  await write(cwd, packaged("pkg", text(5)));
  expect(await build(cwd)).toEqual(built);
  expect((await run(await kernelsOf(2), [3]))[0]).toBe(15);
});
