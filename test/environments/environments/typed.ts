import type { Environment } from "../environment.js";

// what is typed: a class and a function that lie in no file
const own = `import("./own.js").then(({ tryOwn }) => tryOwn(undefined, function square(n) { return n * n; })).then(console.log)`;
const ownModule = `
import { tryOwn } from "./own.js";
export const square = (n) => n * n;
console.log(await tryOwn(import.meta.url, square));
`;

const moduleless = [
  "typed in the REPL or on the command line has to go into a file first",
  "typed in the REPL or on the command line has to go into a file first",
  "typed in the REPL or on the command line has to go into a file first",
];
const inEval = [
  "Own is in code of the command line",
  "Own is in code of the command line",
  "a worker cannot find the function square by itself",
  "square is in code of the command line",
];

const then = (name: string) => {
  const file = name === "decorated" ? "./decorated-trial.js" : "./trials.js";
  return name === "decorated"
    ? `import("${file}")`
    : `import("${file}").then((all) => all.${name}()).then((result) => console.log("result: " + result))`;
};

function evaluated(name: string, title: string, ...options: readonly string[]): Environment {
  const isModule = options.includes("--input-type=module");
  return {
    name,
    title,
    program: (trial, command) =>
      trial.name === "build" || trial.name === "decorated"
        ? undefined
        : { command, args: [...options, `${then(trial.name)}`] },
    own: {
      program: (command) => ({ command, args: [...options, isModule ? ownModule : own] }),
      said: isModule ? inEval : moduleless,
    },
  };
}

export const typed: readonly Environment[] = [
  {
    name: "repl",
    title: "the REPL",
    program: (trial, command) =>
      trial.name === "build" || trial.name === "decorated"
        ? undefined
        : {
            command,
            args: ["-i"],
            lines: [
              'const all = await import("./trials.js");',
              `console.log("result: " + (await all.${trial.name}()))`,
            ],
          },
    own: {
      program: (command) => ({
        command,
        args: ["-i"],
        lines: [
          'const { tryOwn } = await import("./own.js");',
          "const square = (n) => n * n;",
          "console.log(await tryOwn(undefined, square));",
        ],
      }),
      said: moduleless,
    },
  },
  evaluated("eval", "`node --eval`", "--eval"),
  evaluated("print", "`node --print`", "--print"),
  evaluated("evalModule", "`node --input-type=module --eval`", "--input-type=module", "--eval"),
  {
    name: "stdin",
    title: "standard input",
    program: (trial, command) =>
      trial.name === "build" || trial.name === "decorated"
        ? undefined
        : { command, args: ["--input-type=module", "-"], input: `await ${then(trial.name)};` },
    own: {
      program: (command) => ({ command, args: ["--input-type=module", "-"], input: ownModule }),
      said: inEval,
    },
  },
];
