import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

const calls = new URL("../types/calls/", import.meta.url);
const read = (name: string) => readFile(new URL(name, calls), "utf8");
const wrong = (await read("wrong.ts")).split("\n");
// line, as the compiler counts, and what the first line of its error has
const expected = wrong.flatMap((line, i): [number, string][] => {
  const sentence = line.match(/^\s*\/\/ @ts-expect-error (.*)$/)?.[1];
  return sentence === undefined ? [] : [[i + 2, sentence]];
});
const right = (await readdir(calls)).filter((name) => /^right.*\.ts$/.test(name));
const script = "right-script.js";
const compilers = ["typescript-5.4", "typescript-5.9", "typescript"];
const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--types", "node"];

let project: Project;

beforeAll(async () => {
  project = await Project.linked([...compilers, "@types/node"]);
  for (const name of ["kernels.ts", "batch.ts", ...right, script])
    await project.write(name, await read(name));
  await project.write("wrong.ts", wrong.join("\n").replaceAll("@ts-expect-error", ""));
});

afterAll(() => project?.remove());

function compile(compiler: string, ...files: string[]): Promise<string> {
  const command = [`node_modules/${compiler}/bin/tsc`, ...options, "--skipLibCheck", ...files];
  return project
    .run("node", command)
    .catch((error: Error & { cause: { stdout: string } }) => error.cause.stdout);
}

test.each(compilers)(
  "what is wrong with a call does not compile, and the first line says what, with %s",
  async (compiler) => {
    const output = await compile(compiler, "wrong.ts");
    const errors = new Map(
      [...output.matchAll(/^wrong\.ts\((\d+),\d+\): error (.*)$/gm)].map(([, line, text]) => [
        Number(line),
        text.replaceAll('\\"', '"'),
      ]),
    );
    for (const [line, sentence] of expected) expect(`${line}: ${errors.get(line)}`).toContain(sentence);
    expect([...errors.keys()]).toEqual(expected.map(([line]) => line));
  },
);

test.each(compilers)("right calls compile with %s", async (compiler) => {
  expect(right.length).toBeGreaterThan(5);
  expect(await compile(compiler, ...right)).toBe("");
});

test.each(compilers)("right calls of JavaScript that is checked compile with %s", async (compiler) => {
  const checked = ["--allowJs", "--checkJs", "--noImplicitAny", "false"];
  expect(await compile(compiler, ...checked, script)).toBe("");
});
