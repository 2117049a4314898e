import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

const repository = new URL("../../", import.meta.url);
const readme = await readFile(new URL("README.md", repository), "utf8");
const files = await readdir(new URL("docs/", repository), { recursive: true });
const names = files.filter((name) => name.endsWith(".md")).map((name) => name.replaceAll("\\", "/"));
const documents = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(new URL(`docs/${name}`, repository), "utf8") })),
);

interface Fence {
  /** `data.md:33`, `reference/nogil/functions/run.md:40`: where its first line stands */
  readonly place: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

const fences = documents.flatMap(({ name, text }) => fencesOf(name, text));

function fencesOf(name: string, text: string): Fence[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length + 1;
    return { place: `${name}:${line}`, line, language: match[1], text: match[2] };
  });
}

// what the documents take as given, besides the README's files; a fence that uses any other name does not compile
const given = `
import type { FileHandle } from "node:fs/promises";
import type { Dataset, Parallel, Pipeline } from "nogil";
import type { EcgBatch as OfReadme } from "./ecg-batch.js";

declare global {
  const EcgBatch: typeof OfReadme;
  const batch: Parallel<OfReadme>;
  const dataset: Dataset<OfReadme>;
  const job: Pipeline<OfReadme>;
  /** an open file, and its bytes */
  const handle: FileHandle;
  const size: number;
  /** of Express, say */
  const response: { json(body: unknown): void };
}
`;

const compilers = ["typescript", "typescript-5.9", "typescript-5.4"];
const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "esnext.disposable"],
  module: "nodenext",
  moduleDetection: "force",
  types: ["node"],
  strict: true,
  noImplicitOverride: true,
  // the types of flechette have an error
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
};

const code = fences.filter(({ language }) => language === "ts" || language === "js");
const fileOf = ({ place, language }: Fence) => `${place.replaceAll(/[:/]/g, "-")}.${language}`;

let project: Project;

beforeAll(async () => {
  const packages = ["assemblyscript", "tsx", "@types/node", "@uwdata/flechette", "@opentelemetry/api"];
  project = await Project.linked([...compilers, ...packages]);
  for (const [, name, text] of readme.matchAll(/```(?:ts|js)\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    await project.write(name, text);
  }
  await project.run("node", ["node_modules/nogil/dist/compiler/cli.js", "build", "assembly/kernels.ts"]);
  for (const fence of code) {
    // behind as many lines as in the document, so that tsc tells where in it an error is
    await project.write(fileOf(fence), "\n".repeat(fence.line - 1) + fence.text);
  }
});

afterAll(() => project?.remove());

test("every fence of the documents is code that is checked, a command or an output", () => {
  const lines = documents
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => /^\s*(```|~~~)/.test(line));
  expect(lines).toHaveLength(2 * fences.length);
  // the reference's own test tells which of its pages need an example
  for (const { name } of documents.filter(({ name }) => !name.startsWith("reference/"))) {
    expect(fences.some(({ place }) => place.startsWith(name))).toBe(true);
  }
  expect(fences.filter(({ language }) => !["ts", "js", "sh", ""].includes(language))).toEqual([]);
});

test.each(compilers)("the documents' code has the right types for %s", async (compiler) => {
  await project.write("given.ts", given);
  const files = ["given.ts", ...code.map(fileOf)];
  await project.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
  expect(await project.run("node", [`node_modules/${compiler}/bin/tsc`, "-p", "tsconfig.json"])).toBe("");
});

/** The first code that has a text, and the output that the document shows after it. */
function shown(text: string): { code: Fence; output: string } {
  const at = fences.findIndex((fence) => fence.language !== "" && fence.text.includes(text));
  const output = fences.slice(at).find(({ language }) => language === "");
  if (at < 0 || !output) throw new Error(`No document has code with ${text} and its output.`);
  return { code: fences[at], output: output.text };
}

// numbers, units of time and of bytes are the machine's
const shapeOf = (output: string) =>
  output
    .replaceAll(/\d+(\.\d+)?/g, "0")
    .replaceAll(/0 (µs|ms|s)\b/g, "0 ms")
    .replaceAll(/0 [KM]iB/g, "0 bytes");

test("the tests that call kernels pass", async () => {
  const fence = code.find(
    ({ text }) => text.includes('from "node:test"') && text.includes("standardize(row)"),
  )!;
  expect(await project.run("node", ["--test-reporter=tap", fileOf(fence)])).toMatch(/^# pass 2\n# fail 0$/m);
});

test("explain() prints what the document shows", async () => {
  const { code, output } = shown("await explain(");
  const program = `
    import { EcgBatch } from "./ecg-batch.js";
    const ids = Array.from({ length: 64 }, (_, i) => String(i));
    globalThis.batch = await EcgBatch.from(ids).load({ spike: 9 });
    await import("./${fileOf(code)}");
  `;
  await project.write("explain.ts", program);
  expect(await project.run("node", ["--import", "tsx", "explain.ts"])).toBe(output);
});

test("the program that asks a server prints what the document shows", async () => {
  const { code, output } = shown("inFlight: 10,");
  expect(await project.run("node", [fileOf(code)])).toBe(output);
});

test("the log has the lines that the document shows", async () => {
  const { code, output } = shown("NODE_DEBUG=nogil");
  const program = `
    import { run } from "nogil";
    import { peak } from "./build/kernels.js";
    const rows = Array.from({ length: 500 }, (_, i) => new Float64Array(i === 7 ? 0 : 4000));
    await run(peak, rows, { workers: 1 });
  `;
  await project.write("main.js", program);
  const log = await project.run("sh", ["-c", `${code.text.trim()} 2>&1`]);
  expect(shapeOf(log)).toBe(shapeOf(output));
});

test("pools() tells what the document shows of a program that hangs", async () => {
  const { code, output } = shown("pools()");
  const batch = `
    import { Batch, inbatchParallel } from "nogil";
    export class EcgBatch extends Batch {
      static module = import.meta.url;
      load = inbatchParallel({ init: "indices", target: "mpc" }, function load() { return read; });
    }
    export function read(item) {
      while (item % 3 === 0);
    }
  `;
  const program = `
    import { pools } from "nogil";
    import { EcgBatch } from "./hanging-batch.js";
    import "./${fileOf(code)}";
    console.error = console.log;
    process.on("SIGUSR2", () => process.exit()); // behind the document's listener
    EcgBatch.from(64).with({ workers: 2, chunkSize: 1 }).load();
    const stuck = ({ waiting, workers }) => waiting === 60 && workers.every(({ items }) => items.length > 0);
    while (!pools().pools.some(stuck)) await new Promise((next) => setTimeout(next, 5));
    process.kill(process.pid, "SIGUSR2");
  `;
  await project.write("hanging-batch.js", batch);
  await project.write("hanging.js", program);
  const told = await project.run("node", ["hanging.js"]);
  expect(shapeOf(told)).toBe(shapeOf(output));
});
