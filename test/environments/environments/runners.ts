import type { Environment } from "../environment.js";
import { trials } from "../trials.js";

const inTestFile = [
  "it is a test file, or needs a test runner, and a worker can import neither",
  "it is a test file, or needs a test runner, and a worker can import neither",
  "a worker cannot find the function square by itself",
  "it is a test file, or needs a test runner, and a worker can import neither",
];

const trialTest = `
import * as trials from "./trials.js";
test("the trial", async () => {
  process.stdout.write("result: " + (await trials[process.env.TRIAL]()) + "\\n");
}, 30_000);
`;
const decoratedTest = `
import { Decorated } from "./decorated.ts";
test("the trial", async () => {
  const batch = Decorated.from(3);
  await batch.triple();
  process.stdout.write("result: " + batch.kept.join() + "\\n");
}, 30_000);
`;
const ownTest = `
import { tryOwn } from "./own.js";
export const square = (n) => n * n;
test("the trial", async () => {
  process.stdout.write((await tryOwn(import.meta.url, square)) + "\\n");
}, 30_000);
`;
const vitest = (text: string) => `import { test } from "vitest";\n${text}`;

const testOf = (name: string) => (name === "decorated" ? "decorated.test.js" : "trial.test.js");

function vitestIn(pool: string, vite = "vite"): Environment {
  const run = (command: string, file: string, env = {}) => ({
    command,
    args: ["node_modules/vitest/vitest.mjs", "run", "--pool", pool, file],
    env,
  });
  return {
    name: `vitest-${pool}`,
    title: `Vitest 4 on Vite 7, pool \`${pool}\``,
    packages: ["vitest", vite, "tsx"],
    files: {
      "trial.test.js": vitest(trialTest),
      "decorated.test.js": vitest(decoratedTest),
      "own.test.js": vitest(ownTest),
    },
    program: ({ name }, command) =>
      name === "build" ? undefined : run(command, testOf(name), { TRIAL: name }),
    own: { program: (command) => run(command, "own.test.js"), said: inTestFile },
    results: Object.fromEntries(
      trials
        .filter(({ name }) => /^(thread|process)Faults$/.test(name))
        .map(({ name, result }) => [name, result.replace("true", "false")]),
    ),
    note: "an error class of your own arrives as the class that Node imports, which is not the one that Vitest does: look at `name` or `code`",
  };
}

export const runners: readonly Environment[] = [
  ...["forks", "threads", "vmForks", "vmThreads"].map((pool) => vitestIn(pool)),
  {
    ...vitestIn("forks", "vite@8"),
    name: "vitest-vite8",
    title: "Vitest 4 on Vite 8",
    says: { decorated: "Invalid or unexpected token" },
    note: "it does not compile decorators: use `inbatchParallel(spec, method)`, or Vite 7",
  },
  {
    name: "jest",
    title: "Jest 30, with `--experimental-vm-modules`",
    packages: ["jest@30"],
    files: { "trial.test.js": trialTest, "own.test.js": ownTest },
    program: ({ name }, command) =>
      name === "build" || name === "decorated"
        ? undefined
        : {
            command,
            args: ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "trial.test.js"],
            env: { TRIAL: name },
          },
    own: {
      program: (command) => ({
        command,
        args: ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "own.test.js"],
      }),
      said: inTestFile,
    },
    note: "ES modules only: Jest itself refuses `import()` and `require` of them without that option",
  },
];
