import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

const repository = new URL("../../", import.meta.url);
const read = (file: string) => readFile(new URL(file, repository), "utf8");
const compilers = ["typescript", "typescript-5.9", "typescript-5.4"];

let project: Project;

beforeAll(async () => {
  project = await Project.linked(["assemblyscript", ...compilers]);
  const readme = await read("README.md");
  const kernels = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)]
    .map(([, text]) => text)
    .filter(
      (text) => /^export function/m.test(text) && /: f64|Float32Array/.test(text) && !/from "/.test(text),
    );
  expect(kernels).toHaveLength(2);
  // what is in no language's fence is AssemblyScript; that of packages imports one
  const documented = [...(await read("docs/kernels.md")).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, language, text]) => language === "" && !/from "/.test(text))
    .map(([, , text]) => text);
  expect(documented.length).toBeGreaterThan(1);
  for (const [i, text] of [...kernels, ...documented].entries()) {
    // each a module, as the files of kernels are
    await project.write(`assembly/kernels${i}.ts`, text);
  }
  for (const example of ["ecg", "table"]) {
    for (const file of await readdir(new URL(`examples/${example}/assembly/`, repository))) {
      await project.write(`assembly/${example}/${file}`, await read(`examples/${example}/assembly/${file}`));
    }
  }
  await project.write(
    "assembly/random.ts",
    `import { Random } from "nogil/assembly/random";
export function noise(key: f64, text: Uint8Array, n: i32): f64 {
  const generator: Random = key > 0 ? new Random(1, key) : Random.ofText(1, text);
  return generator.next() + <f64>generator.int(n) + generator.normal();
}
`,
  );
  const [, tsconfig] = /`assembly\/tsconfig\.json`[^`]*`(\{[^`]*\})`/.exec(readme)!;
  await project.write("assembly/tsconfig.json", tsconfig);
});

afterAll(() => project?.remove());

const check = (compiler: string) =>
  project.run("node", [`node_modules/${compiler}/bin/tsc`, "--noEmit", "-p", "assembly/tsconfig.json"]);

test.each(compilers)(
  "an editor with %s knows all that kernels name, under the README's tsconfig.json",
  async (compiler) => {
    expect(await check(compiler)).toBe("");
  },
);

test.each(compilers)("and one with %s knows what shapeOf takes", async (compiler) => {
  await project.write("assembly/wrong.ts", 'export const shape: Int32Array = shapeOf("image");\n');
  await expect(check(compiler)).rejects.toThrow(/wrong\.ts\(1,42\): error TS2345/);
  await project.write("assembly/wrong.ts", "export const shape: Int32Array = shapeOf(new Uint8Array(2));\n");
  expect(await check(compiler)).toBe("");
});
