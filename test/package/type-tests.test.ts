import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-types-"));
});
afterAll(() => rm(folder, { recursive: true }));

// with the newest compiler they are part of what `npm run typecheck` checks
test.each(["typescript-5.9", "typescript-5.4"])("the tests of types hold with %s", async (compiler) => {
  const types = join(root, "test/types");
  const files = (await readdir(types))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(types, name));
  expect(files.length).toBeGreaterThan(3);
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"],
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    strict: true,
    noImplicitOverride: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const config = join(folder, `${compiler}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, "node_modules", compiler, "bin/tsc");
  // what it prints of errors stands in the output
  const { stdout, code = 0 } = await execute("node", [tsc, "-p", config]).catch((failed) => failed);
  expect([stdout, code]).toEqual(["", 0]);
});
