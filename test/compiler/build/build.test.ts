import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { run } from "nogil";
import { build } from "nogil/compiler";
import { beforeEach, expect, test } from "vitest";
import { moveTo } from "../../../dist/compiler/build/write-files.js";

const source = `/**
 * Doubles a row.
 *
 * @param x in millivolts
 */
export function double(x: Float32Array, by: f32 = 2): void {
  for (let i = 0; i < x.length; i++) x[i] *= by;
}

// not a comment of documentation
export function find(x: Int32Array, from: i32 = 0, until: i64 = 1, all: bool = false): Int32Array { return x.slice(from); }
export function count(x: Uint8Array): u64 { return x.length; }
`;

type KernelError = Error & { file: string; line: number };

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  await mkdir(join(cwd, "assembly"));
  await mkdir(join(cwd, "node_modules"));
  await symlink(resolve("node_modules/assemblyscript"), join(cwd, "node_modules/assemblyscript"));
  await symlink(resolve("."), join(cwd, "node_modules/nogil"));
  await writeFile(join(cwd, "package.json"), '{ "type": "module" }');
  await writeFile(join(cwd, "assembly/kernels.ts"), source);
});

const nogil = (...args: string[]) =>
  promisify(execFile)(process.execPath, [resolve("dist/compiler/cli.js"), ...args], { cwd }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

test("the command writes a module, its types, its code and its source map, and only when something changed", async () => {
  expect(await nogil("build", "assembly/kernels.ts")).toEqual({
    code: 0,
    stdout: "build/kernels.js: double, find, count\n",
    stderr: "",
  });
  expect((await readdir(join(cwd, "build"))).sort()).toEqual([
    "kernels.d.ts",
    "kernels.js",
    "kernels.wasm",
    "kernels.wasm.map",
  ]);
  expect(
    await readFile(join(cwd, "build/kernels.d.ts"), "utf8"),
  ).toBe(`// Written by \`nogil build\`; changes are lost when it runs again.
import type { Kernel } from "nogil";

/**
 * Doubles a row.
 *
 * @param x in millivolts
 */
export declare const double: Kernel<[x: Float32Array, by?: number], void, "double(x: Float32Array, by?: f32): void">;

/**
 * Only reads x.
 */
export declare const find: Kernel<[x: Int32Array, from?: number, until?: bigint, all?: boolean], Int32Array, "find(x: Int32Array, from?: i32, until?: i64, all?: bool): Int32Array">;

/**
 * Only reads x.
 */
export declare const count: Kernel<[x: Uint8Array], bigint, "count(x: Uint8Array): u64">;
`);
  const { mtimeMs } = await stat(join(cwd, "build/kernels.wasm"));
  expect((await nogil("build", "assembly/kernels.ts")).stdout).toBe("build/kernels.js is up to date\n");
  expect((await stat(join(cwd, "build/kernels.wasm"))).mtimeMs).toBe(mtimeMs);
});

test("the module exports its kernels, described, and nothing else", async () => {
  await build("assembly/kernels.ts", { cwd, out: "out" });
  const print =
    "import * as k from './out/kernels.js'; console.log(JSON.stringify([Object.keys(k).sort(), String(k.find), k.double.signature, k.double.module.source.href.endsWith('/out/kernels.wasm')]))";
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", print], {
    cwd,
  });
  expect(JSON.parse(stdout)).toEqual([
    ["count", "double", "find"],
    "find(x: Int32Array, from?: i32, until?: i64, all?: bool): Int32Array",
    {
      parameters: [
        { name: "x", kind: "row", type: "f32" },
        { name: "by", kind: "scalar", type: "f32", optional: true },
      ],
      result: { kind: "void" },
    },
    true,
  ]);
});

test("a change of a source, an option, an output or a file that now exists means a new build", async () => {
  await writeFile(
    join(cwd, "assembly/kernels.ts"),
    'import { two } from "./two";\nexport function f(): i32 { return two; }\n',
  );
  await mkdir(join(cwd, "assembly/two"));
  await writeFile(join(cwd, "assembly/two/index.ts"), "export const two = 2;");
  const built = async (options = {}) => (await build("assembly/kernels.ts", { cwd, ...options })).built;
  expect([await built(), await built()]).toEqual([true, false]);
  await writeFile(join(cwd, "assembly/two/index.ts"), "export const two = 3;");
  expect([await built(), await built()]).toEqual([true, false]);
  await writeFile(join(cwd, "assembly/two.ts"), "export const two = 4;");
  expect([await built(), await built()]).toEqual([true, false]);
  expect([await built({ unchecked: true }), await built({ unchecked: true })]).toEqual([true, false]);
  await rm(join(cwd, "build/kernels.wasm"));
  expect([await built({ unchecked: true }), await built({ unchecked: true, force: true })]).toEqual([
    true,
    true,
  ]);
});

test.each([".wasm", ".js", ".d.ts", ".wasm.map"])(
  "a %s file of an older build among those of a newer one means a new build",
  async (extension) => {
    const file = `kernels${extension}`;
    await build("assembly/kernels.ts", { cwd, out: "older" });
    await writeFile(join(cwd, "assembly/kernels.ts"), `${source}export function one(): i32 { return 1; }\n`);
    await build("assembly/kernels.ts", { cwd });
    const right = await readFile(join(cwd, "build", file));
    await copyFile(join(cwd, "older", file), join(cwd, "build", file));
    expect((await build("assembly/kernels.ts", { cwd })).built).toBe(true);
    expect(await readFile(join(cwd, "build", file))).toEqual(right);
  },
);

test("errors are printed as AssemblyScript prints them, with exit code 1, and nothing is written", async () => {
  await build("assembly/kernels.ts", { cwd });
  const before = await readFile(join(cwd, "build/kernels.wasm"));
  await writeFile(
    join(cwd, "assembly/kernels.ts"),
    "export function f(x: Float32Array): f32 {\n  return y[0];\n}\n",
  );
  const { code, stdout, stderr } = await nogil("build", "assembly/kernels.ts");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("ERROR TS2304: Cannot find name 'y'.");
  expect(stderr).toContain("in assembly/kernels.ts(2,10)");
  expect(await readFile(join(cwd, "build/kernels.wasm"))).toEqual(before);
  expect((await readdir(join(cwd, "build"))).length).toBe(4);
  await expect(build("assembly/kernels.ts", { cwd })).rejects.toThrow("Cannot find name 'y'");
});

test("a wrong command line says what is wrong and how it goes", async () => {
  expect(await nogil("--help")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Usage: nogil build <entry.ts>"),
  });
  expect(await nogil("--version")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect(await nogil("build")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("No file to build."),
  });
  expect(await nogil("make", "x")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Unknown command 'make'."),
  });
  expect(await nogil("build", "x.ts", "--fast")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--fast"),
  });
  expect(await nogil("build", "none.ts")).toMatchObject({
    code: 1,
    stderr: `none.ts does not exist in ${cwd}.\n`,
  });
});

test("the description says that bounds checks were left out", async () => {
  await build("assembly/kernels.ts", { cwd, unchecked: true });
  expect(await readFile(join(cwd, "build/kernels.js"), "utf8")).toContain('"unchecked":true');
});

test("asconfig.json is respected where it does not contradict", async () => {
  const config = {
    extends: "./base.json",
    entries: ["assembly/nonsense.ts"],
    targets: { release: { outFile: "elsewhere.wasm", sharedMemory: false, optimizeLevel: 0 } },
    options: {
      transform: ["./transform.mjs"],
      use: ["answer=42", "abort="],
      exportRuntime: true,
      runtime: "minimal",
      bindings: "esm",
    },
  };
  await writeFile(join(cwd, "asconfig.json"), JSON.stringify(config));
  await writeFile(
    join(cwd, "base.json"),
    JSON.stringify({ options: { lib: ["./shared"], optimizeLevel: 3 } }),
  );
  // renames a function before kernels are read
  await writeFile(
    join(cwd, "transform.mjs"),
    `export default class {
      afterParse({ sources }) {
        const { statements } = sources.find(({ normalizedPath }) => normalizedPath === "assembly/kernels.ts");
        statements[0].name.text = "renamed";
      }
    }`,
  );
  await mkdir(join(cwd, "shared"));
  await writeFile(join(cwd, "shared/helper.ts"), "export function fromLibrary(): i32 { return 1; }");
  await writeFile(
    join(cwd, "assembly/kernels.ts"),
    'export function f(): i32 { if (fromLibrary() == 0) throw new Error("no"); return answer; }',
  );
  expect((await build("assembly/kernels.ts", { cwd })).kernels).toEqual(["renamed"]);
  expect((await readdir(cwd)).sort()).toEqual([
    "asconfig.json",
    "assembly",
    "base.json",
    "build",
    "node_modules",
    "package.json",
    "shared",
    "transform.mjs",
  ]);
  const module = new WebAssembly.Module(await readFile(join(cwd, "build/kernels.wasm")));
  expect(WebAssembly.Module.exports(module).map(({ name }) => name)).not.toContain("__new");
  expect(WebAssembly.Module.imports(module).map(({ name }) => name)).toContain("abort");
  await writeFile(join(cwd, "asconfig.json"), "{");
  await expect(build("assembly/kernels.ts", { cwd })).rejects.toThrow(/asconfig\.json is not JSON/);
});

test("AssemblyScript libraries from npm can be imported", async () => {
  const library = join(cwd, "node_modules/as-numbers");
  await mkdir(join(library, "assembly"), { recursive: true });
  await writeFile(join(library, "package.json"), '{ "name": "as-numbers", "version": "1.0.0" }');
  await writeFile(
    join(library, "assembly/index.ts"),
    "export function last(x: Float64Array): f64 { return load<f64>(x.dataStart + ((x.length - 1) << 3)); }",
  );
  await writeFile(
    join(cwd, "assembly/kernels.ts"),
    'import { last } from "as-numbers/assembly";\nexport function f(x: Float64Array): f64 { return last(x); }',
  );
  expect((await build("assembly/kernels.ts", { cwd })).kernels).toEqual(["f"]);
  expect((await build("assembly/kernels.ts", { cwd })).built).toBe(false);
});

test("the command says when the package makes Node read what it wrote as CommonJS", async () => {
  await writeFile(join(cwd, "package.json"), '{ "type": "commonjs" }');
  const { code, stderr } = await nogil("build", "assembly/kernels.ts");
  expect(code).toBe(0);
  expect(stderr).toBe(
    "build/kernels.js is an ES module, and package.json makes Node read it as CommonJS: " +
      'run "npm pkg set type=module", or put { "type": "module" } into build/package.json.\n',
  );
});

test("a kernel may be called what the bindings use", async () => {
  await writeFile(
    join(cwd, "assembly/kernels.ts"),
    "export function defineKernels(x: f64): f64 { return x; }",
  );
  expect(await build("assembly/kernels.ts", { cwd })).toMatchObject({ kernels: ["defineKernels"] });
  const built = await import(join(cwd, "build/kernels.js"));
  expect(String(built.defineKernels)).toBe("defineKernels(x: f64): f64");
});

test("a wrong option comes with those there are", async () => {
  const { code, stderr } = await nogil("build", "assembly/kernels.ts", "--uot", "x");
  expect(code).toBe(1);
  expect(stderr).toMatch(/--uot[\s\S]*Usage: nogil build/);
});

test("a source with a byte order mark and CRLF is built to the same code, and errors name the same lines", async () => {
  const text = `${source}\nexport function say(x: Float64Array): void {\n  throw new RangeError(\`one\ntwo\`);\n}\n`;
  await writeFile(join(cwd, "assembly/lf.ts"), text);
  await writeFile(join(cwd, "assembly/crlf.ts"), `\uFEFF${text.replaceAll("\n", "\r\n")}`);
  for (const name of ["lf", "crlf"]) {
    await build(`assembly/${name}.ts`, { cwd });
    // what is on disk is what it was built from
    expect((await build(`assembly/${name}.ts`, { cwd })).built).toBe(false);
  }
  expect(await readFile(join(cwd, "build/crlf.d.ts"), "utf8")).toBe(
    await readFile(join(cwd, "build/lf.d.ts"), "utf8"),
  );
  const errors = [];
  for (const name of ["lf", "crlf"]) {
    const kernels = await import(pathToFileURL(join(cwd, `build/${name}.js`)).href);
    const [error] = (await run(kernels.say, [Float64Array.of(1)])) as unknown as KernelError[];
    const { message, file, line } = error;
    errors.push([message, file.replace(name, "source"), line]);
  }
  expect(errors[0]).toEqual(["one\ntwo", expect.stringContaining("assembly/source.ts"), 15]);
  expect(errors[1]).toEqual(errors[0]);
});

test("a file is moved into its place when whoever had that open has let go of it, as Windows demands", async () => {
  const tried: string[] = [];
  const move = (from: string, to: string) => {
    tried.push(`${from} ${to}`);
    return tried.length < 3
      ? Promise.reject(Object.assign(new Error("busy"), { code: "EPERM" }))
      : Promise.resolve();
  };
  await moveTo("a", "b", move as never);
  expect(tried).toEqual(["b a", "b a", "b a"]);
  const missing = Object.assign(new Error("not there"), { code: "ENOENT" });
  await expect(moveTo("a", "b", () => Promise.reject(missing))).rejects.toBe(missing);
});
