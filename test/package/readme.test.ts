import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

// blocks whose first line names a file
const files = [...readme.matchAll(/```(?:ts|js)\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name, text]) => ({
  name,
  text,
}));

let project: Project;

beforeAll(async () => {
  project = await Project.create(["assemblyscript", "tsx", "typescript"]);
  for (const { name, text } of files) await project.write(name, text);
  await project.run("npx", ["nogil", "build", "assembly/kernels.ts"]);
}, 180_000);

afterAll(() => project?.remove());

test("the README's first examples run in an empty project with the packed package", async () => {
  const names = ["assembly/kernels.ts", "main.js", "in-place.js", "ecg-batch.ts", "job.ts"];
  expect(files.map(({ name }) => name)).toEqual(names);
  expect(await project.run("node", ["main.js"])).toBe("0 1.640\n");
  expect(await project.run("node", ["in-place.js"])).toBe("1.640\n");
});

test("the README's batch runs in TypeScript, and ends by itself", async () => {
  const expected = ["[ 'high', 'low' ]", "[ 'a', 'b' ] [ 'high', 'high' ]", "[ 'c' ] [ 'high' ]", ""].join(
    "\n",
  );
  expect(await project.run("npx", ["tsx", "job.ts"])).toBe(expected);
});

test("the README's examples have the right types", async () => {
  const tsconfig = {
    compilerOptions: { target: "es2022", module: "nodenext", strict: true, noEmit: true, types: [] },
    include: ["job.ts", "ecg-batch.ts"],
  };
  await project.write("tsconfig.json", JSON.stringify(tsconfig));
  expect(await project.run("npx", ["tsc", "-p", "tsconfig.json"])).toBe("");
});

test("its kernels have the right types in an editor", async () => {
  const [, tsconfig] = /`assembly\/tsconfig\.json`[^`]*`(\{[^`]*\})`/.exec(readme)!;
  await project.write("assembly/tsconfig.json", tsconfig);
  expect(await project.run("npx", ["tsc", "--noEmit", "-p", "assembly/tsconfig.json"])).toBe("");
});

test("a kernel imports Random of the packed package, and draws what random does", async () => {
  await project.write(
    "assembly/noise.ts",
    `import { Random } from "nogil/assembly/random";
export function noise(key: f64): f64 {
  return new Random(42, key).normal();
}
`,
  );
  await project.write(
    "noise.js",
    `import { random } from "nogil";
import { noise } from "./build/noise.js";
console.log(noise(17), noise(17) === random(42, 17).normal());
`,
  );
  await project.run("npx", ["nogil", "build", "assembly/noise.ts"]);
  expect(await project.run("node", ["noise.js"])).toMatch(/^-?\d\.\d+ true\n$/);
  // and editors find its types
  expect(await project.run("npx", ["tsc", "--noEmit", "-p", "assembly/tsconfig.json"])).toBe("");
});

test("its commands for a fresh clone are scripts of the package", async () => {
  const { scripts } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  const commands = [...readme.matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name);
  const own = commands.filter((name) => !["ci", "install", "pkg"].includes(name));
  expect(own.filter((name) => !(name in scripts))).toEqual([]);
});
