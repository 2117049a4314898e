// tries the package in each environment, or in those that the command line names:
//   npx tsx test/environments/main.ts [name…]
// It ends with an error if something neither works nor says what the list here has of it. With --write it only writes the table
// of docs/environments.md.
import { readFile, writeFile } from "node:fs/promises";
import { type Environment, saying } from "./environment.js";
import { Projects } from "./projects.js";
import { type Ending, runProgram } from "./run.js";
import { environments, tableOf } from "./table.js";
import { type Trial, trials } from "./trials.js";

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !environments.some((each) => each.name === name));
if (unknown.length > 0) {
  console.error(
    `No environment ${unknown.join(", ")}; there are ${environments.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(1);
}

if (process.argv.includes("--write")) {
  await write();
  process.exit();
}

interface Verdict {
  readonly trial: string;
  readonly works: boolean;
  readonly failure?: string;
}

const projects = new Projects();
let failed = 0;
let untried = 0;
try {
  for (const environment of environments) {
    if (names.length > 0 && !names.includes(environment.name)) continue;
    await tryAll(environment);
  }
} finally {
  await projects.remove();
}
console.log(`${failed} failed, ${untried} environments could not be tried`);
process.exitCode = failed > 0 ? 1 : 0;

async function tryAll(environment: Environment): Promise<void> {
  console.log(`\n${environment.title} (${environment.name})`);
  let folder: string;
  let runtime: string;
  try {
    folder = await projects.folderFor(environment);
    runtime = await projects.runtimeOf(environment);
  } catch (error) {
    untried++;
    console.log(`  COULD NOT BE TRIED: ${(error as Error).message}`);
    return;
  }
  const verdicts: Verdict[] = [];
  for (const trial of trials) {
    const program = environment.program(trial, runtime);
    if (!program) continue;
    const ending = await runProgram(program, folder);
    verdicts.push(judge(environment, trial, ending));
  }
  if (environment.own) {
    const ending = await runProgram(environment.own.program(runtime), folder);
    verdicts.push(judgeOwn(environment.own.said, ending));
  }
  const working = verdicts.filter(({ works }) => works).map(({ trial }) => trial);
  const saying = verdicts.filter(({ works, failure }) => !works && !failure).map(({ trial }) => trial);
  console.log(`  works: ${working.join(", ") || "nothing"}`);
  if (saying.length > 0) console.log(`  says so: ${saying.join(", ")}`);
  for (const { trial, failure } of verdicts) {
    if (!failure) continue;
    failed++;
    console.log(`  FAILS: ${trial}: ${failure}`);
  }
}

function judge(environment: Environment, trial: Trial, ending: Ending): Verdict {
  const expected = saying(environment, trial);
  const output = `${ending.stdout}\n${ending.stderr}`;
  const verdict = (works: boolean, why?: string) => ({
    trial: trial.name,
    works,
    failure: why && `${why}\n${output.trim().slice(0, 2000).replaceAll(/^/gm, "      ")}`,
  });
  if (ending.hung) return verdict(false, "did not end within two minutes");
  if (expected !== undefined) {
    return verdict(false, output.includes(expected) ? undefined : `does not say ${JSON.stringify(expected)}`);
  }
  const result = environment.results?.[trial.name] ?? trial.result;
  if (!output.includes(trial.name === "build" ? result : `result: ${result}`)) {
    return verdict(false, `expected ${JSON.stringify(result)}`);
  }
  if (ending.code !== 0) return verdict(false, `ended with code ${ending.code}`);
  // the prompt of a REPL may come before
  const lines = output.split("\n").map((line) => line.replace(/^> /, ""));
  const missing = trial.prints?.filter((line) => !lines.includes(line)) ?? [];
  return verdict(
    missing.length === 0,
    missing.length > 0 ? `did not print ${missing.join(", ")}` : undefined,
  );
}

function judgeOwn(said: readonly string[], ending: Ending): Verdict {
  const output = `${ending.stdout}\n${ending.stderr}`;
  const failure = (why: string) => ({
    trial: "code of its own",
    works: false,
    failure: `${why}\n${output.trim().slice(0, 2000).replaceAll(/^/gm, "      ")}`,
  });
  if (ending.hung) return failure("did not end within two minutes");
  const lines = output.split("\n");
  // on target for it works
  const first = lines.findIndex((line) => line.endsWith("1,4"));
  if (first < 0) return failure("does not work on target for");
  const wrong = said.findIndex((text, i) => !lines[first + 1 + i]?.includes(text));
  if (wrong >= 0) return failure(`does not say ${JSON.stringify(said[wrong])}`);
  return { trial: "code of its own", works: false };
}

async function write(): Promise<void> {
  const file = new URL("../../docs/environments.md", import.meta.url);
  const text = await readFile(file, "utf8");
  const between = /(<!-- table -->\n)[\s\S]*(\n<!-- end of the table -->)/;
  await writeFile(
    file,
    text.replace(between, (_, begin, end) => `${begin}\n${tableOf(environments)}\n${end}`),
  );
}
