import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { compile } from "nogil/compiler";
import { beforeEach, expect, test } from "vitest";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "nogil-"));
});

const double =
  "export function double(x: Float64Array): void { for (let i = 0; i < x.length; i++) x[i] *= 2; }";

test("a text is compiled to kernels, once, and kept on disk by content", async () => {
  const cache = join(cwd, "cache");
  const [first, second] = await Promise.all([
    compile(double, { cwd, cache }),
    compile(double, { cwd, cache }),
  ]);
  expect(String(first.double)).toBe("double(x: Float64Array): void");
  expect(String(second.double)).toBe(String(first.double));
  const [folder] = await readdir(cache);
  const wasm = join(cache, folder, "kernels.wasm");
  expect((first.double.module.source as URL).href).toBe(pathToFileURL(wasm).href);
  const { mtimeMs } = await stat(wasm);
  await compile(double, { cwd, cache });
  expect((await stat(wasm)).mtimeMs).toBe(mtimeMs);
  await compile(`${double}\n`, { cwd, cache });
  await compile(double, { cwd, cache, unchecked: true });
  expect(await readdir(cache)).toHaveLength(3);
});

test("a file is compiled by its URL, and again when something that it imports changes", async () => {
  await writeFile(join(cwd, "scale.ts"), "export const scale: f64 = 2;");
  await writeFile(
    join(cwd, "entry.ts"),
    'import { scale } from "./scale";\nexport function f(x: f64): f64 { return x * scale; }',
  );
  const url = pathToFileURL(join(cwd, "entry.ts"));
  const hashOf = async () => (await compile(url, { cwd, cache: "cache" })).f.module.description.hash;
  const before = await hashOf();
  expect(await hashOf()).toBe(before);
  await writeFile(join(cwd, "scale.ts"), "export const scale: f64 = 3;");
  expect(await hashOf()).not.toBe(before);
});

test("a text may import files of the working directory, and its errors have their lines", async () => {
  await writeFile(join(cwd, "scale.ts"), "export const scale: f64 = 2;");
  const kernels = await compile(
    'import { scale } from "./scale";\nexport function f(x: f64): f64 { return x * scale; }',
    { cwd, cache: "cache" },
  );
  expect(Object.keys(kernels)).toEqual(["f"]);
  await expect(compile("\nexport function f(): i32 { return y; }", { cwd, cache: "cache" })).rejects.toThrow(
    /Cannot find name 'y'[\s\S]*in kernels\.ts\(2,/,
  );
});

test("without AssemblyScript, what is in the cache is used, and else an error says what to install", async () => {
  await mkdir(join(cwd, "node_modules/nogil"), { recursive: true });
  for (const part of ["dist", "assembly", "package.json"]) {
    await cp(resolve(part), join(cwd, "node_modules/nogil", part), { recursive: true });
  }
  for (const dependency of ["comlink", "piscina", "workerpool", "@jridgewell"]) {
    await symlink(resolve("node_modules", dependency), join(cwd, "node_modules", dependency));
  }
  const script = `import { compile } from "nogil/compiler";
    const { double } = await compile(${JSON.stringify(double)});
    console.log(String(double));`;
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd });
  await expect(run()).rejects.toThrow(
    'Kernels are compiled by AssemblyScript, which is not installed. Install it with "npm install --save-dev assemblyscript".',
  );
  await symlink(resolve("node_modules/assemblyscript"), join(cwd, "node_modules/assemblyscript"));
  expect((await run()).stdout).toBe("double(x: Float64Array): void\n");
  await rm(join(cwd, "node_modules/assemblyscript"));
  expect((await run()).stdout).toBe("double(x: Float64Array): void\n");
});
