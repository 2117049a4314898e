import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "nogil/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFiles } from "../../../dist/compiler/build/write-files.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  await mkdir(join(cwd, "node_modules"));
  await symlink(resolve("node_modules/assemblyscript"), join(cwd, "node_modules/assemblyscript"));
  await writeFile(join(cwd, "package.json"), '{ "type": "module" }');
  await writeFile(join(cwd, "kernels.ts"), "export function twice(x: f64): f64 { return 2 * x; }");
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

// ended by force where it does not end
const nogilBuild = (out: string) =>
  promisify(execFile)(
    process.execPath,
    [resolve("dist/compiler/cli.js"), "build", "kernels.ts", "--out", out],
    {
      cwd,
      timeout: 60_000,
      killSignal: "SIGKILL",
    },
  ).then(
    () => ({ code: 0, stderr: "" }),
    ({ code, stderr }) => ({ code, stderr }),
  );

describe("a folder that cannot be written is an error that says why", () => {
  const long = "x".repeat(300);
  const cases: [what: string, out: string, message: string, make?: (path: string) => unknown][] = [
    ["a file system that makes no folders", "/proc/nogil/build", "/proc cannot hold one."],
    ["a folder that takes no files", "/proc", "No file can be written to /proc: "],
    ["a device", "/dev/null", "/dev/null is not a folder."],
    ["a folder below a device", "/dev/null/x", "/dev/null is not a folder."],
    ["a file", "package.json", "package.json is not a folder."],
    ["a folder below a file", "package.json/x", "package.json is not a folder."],
    ["a name that is too long", long, "the name is too long."],
    ["a link to nowhere", "nowhere", "is a link to nowhere.", (path) => symlink("none", path)],
    ["a link to itself", "circle", "links lead in a circle.", (path) => symlink(path, path)],
    ["a pipe", "pipe", "pipe is not a folder.", (path) => execFileSync("mkfifo", [path])],
    [
      "a folder where a file goes",
      "taken",
      "kernels.wasm cannot be written: a folder has its name.",
      (path) => mkdir(join(path, "kernels.wasm"), { recursive: true }),
    ],
  ];
  // a system without such a folder would make one
  const there = cases.filter(([, out]) => !out.startsWith("/proc") || existsSync("/proc/self"));
  test.each(there)("%s", async (_, out, message, make) => {
    await make?.(join(cwd, out));
    const error: any = await writeFiles(resolve(cwd, out), new Map([["kernels.wasm", "x"]])).catch((e) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^[^\n]* Choose another folder for the built files\.$/);
    if (out === "taken") expect(await readdir(join(cwd, out))).toEqual(["kernels.wasm"]);
  });

  test.skipIf(!existsSync("/proc/self"))("and the command says so", async () => {
    const { code, stderr } = await nogilBuild("/proc/nogil");
    expect([code, stderr]).toEqual([
      1,
      "The folder /proc/nogil cannot be made: /proc cannot hold one. Choose another folder for the built files.\n",
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission", async () => {
    await mkdir(join(cwd, "closed"));
    await chmod(join(cwd, "closed"), 0o500);
    await expect(build("kernels.ts", { cwd, out: "closed/build" })).rejects.toThrow(
      "you have no permission to",
    );
  });

  test("a name with a zero", async () => {
    await expect(build("kernels.ts", { cwd, out: "a\0b" })).rejects.toThrow(
      'the option "out" takes the path of a folder, got "a\\u0000b".',
    );
    await expect(build("a\0.ts", { cwd })).rejects.toThrow(
      "build() takes the path of an AssemblyScript file",
    );
  });
});

test("a pipe in the place of a built file, or of a file to import, is not waited for", async () => {
  await mkdir(join(cwd, "piped"));
  execFileSync("mkfifo", [join(cwd, "piped/kernels.wasm.map"), join(cwd, "pipe.ts")]);
  expect((await build("kernels.ts", { cwd, out: "piped" })).built).toBe(true);
  expect((await build("kernels.ts", { cwd, out: "piped" })).built).toBe(false);
  await expect(build("pipe.ts", { cwd })).rejects.toThrow("pipe.ts is not a file: kernels are built from");
  await writeFile(join(cwd, "imports.ts"), 'export { twice } from "./pipe";');
  await expect(build("imports.ts", { cwd })).rejects.toThrow(/pipe.*not found/s);
});

test("files whose names nearly fill what the file system takes are built", async () => {
  const name = "n".repeat(240);
  await writeFile(join(cwd, `${name}.ts`), "export function twice(x: f64): f64 { return 2 * x; }");
  expect((await build(`${name}.ts`, { cwd, out: "long" })).built).toBe(true);
});

test("a record that was damaged, in whatever byte that is read, is no reason not to build", async () => {
  await build("kernels.ts", { cwd, out: "damaged" });
  const map = join(cwd, "damaged/kernels.wasm.map");
  const whole = await readFile(map, "utf8");
  const from = whole.indexOf('"x_nogil"');
  for (const place of [
    from + 3,
    whole.indexOf('"relocations"'),
    whole.indexOf('"staticBytes"') + 15,
    whole.indexOf("mappings") + 20,
  ]) {
    const code = whole.charCodeAt(place);
    await writeFile(map, whole.slice(0, place) + String.fromCharCode(code ^ 1) + whole.slice(place + 1));
    expect((await build("kernels.ts", { cwd, out: "damaged" })).built).toBe(true);
    expect(await readFile(map, "utf8")).toBe(whole);
  }
  for (const text of ["null", "[]", "5", '{"x_nogil":{}}', '{"x_nogil":{"settings":1},"x_check":"0"}']) {
    await writeFile(map, text);
    expect((await build("kernels.ts", { cwd, out: "damaged" })).built).toBe(true);
  }
});
