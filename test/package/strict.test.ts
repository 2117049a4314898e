import { readFileSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./project.js";

const fixtures = fileURLToPath(new URL("../fixtures/strict/", import.meta.url));
const compilers = ["typescript", "typescript-5.9", "typescript-5.4"] as const;
type Compiler = (typeof compilers)[number];

interface Row {
  readonly says: string;
  readonly files: readonly string[];
  readonly options: object;
  /** options that TypeScript 5.4 does not know */
  readonly newer?: object;
  readonly only?: (compiler: Compiler) => boolean;
  readonly references?: readonly string[];
}

const node = { module: "nodenext", lib: ["es2022"], types: ["node"] };
const checksLibraries = { skipLibCheck: false };
const isNewer = (compiler: Compiler) => compiler !== "typescript-5.4";

const rows: Record<string, Row> = {
  strict: {
    says: "everything that the package gives is exported under all that is strict, as a composite project",
    files: ["everything.ts", "options.ts", "batches.ts", "build/kernels.d.ts"],
    options: {
      ...node,
      ...checksLibraries,
      target: "esnext",
      lib: ["esnext"],
      composite: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noUnusedLocals: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
  },
  consumer: {
    says: "a project that refers to it uses its declarations",
    files: ["consumer.ts"],
    options: node,
    references: ["strict"],
  },
  bundler: {
    says: "a bundler resolves it, in a browser's types without Node's",
    files: ["everything.ts"],
    options: {
      ...checksLibraries,
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2022", "dom"],
      types: [],
    },
  },
  node16: {
    says: "node16 resolves it, in Node's types without a browser's",
    files: ["batches.ts", "annotated.ts"],
    options: { ...node, ...checksLibraries, module: "node16" },
  },
  loose: {
    says: "a project that is not strict exports its batches",
    files: ["batches.ts"],
    options: { ...node, strict: false },
  },
  bare: {
    says: "a project without the types of Node and of a browser has all of it",
    files: ["bare.ts"],
    options: { ...node, ...checksLibraries, types: [] },
  },
  old: {
    says: "an older target has all of it, too",
    files: ["bare.ts"],
    options: { ...node, ...checksLibraries, target: "es2020", lib: ["es2020"], types: [] },
  },
  annotated: {
    says: "every export can be given a type by the names that the package exports",
    files: ["annotated.ts"],
    options: node,
    newer: { target: "es2024", isolatedDeclarations: true, erasableSyntaxOnly: true },
  },
  commonjs: {
    says: "a module of CommonJS requires it",
    files: ["commonjs.cts"],
    options: { ...node, module: "nodenext" },
    only: isNewer,
  },
  later: {
    says: "a module of CommonJS imports it when it runs",
    files: ["commonjs-later.cts"],
    options: { ...node, module: "node16" },
  },
  readme: {
    says: "the README's examples compile and export",
    files: ["job.ts", "ecg-batch.ts"],
    options: { ...checksLibraries, module: "nodenext", types: [] },
  },
  legacy: {
    says: 'with "experimentalDecorators" no decorator of a method compiles',
    files: ["batches.ts"],
    options: { ...node, experimentalDecorators: true },
  },
};

const rowsOf = (compiler: Compiler) => Object.keys(rows).filter((row) => rows[row].only?.(compiler) ?? true);
const fileOf = (compiler: Compiler, row: string) => `tsconfig.${compiler}.${row}.json`;

let project: Project;
const errors: Record<string, string[]> = {};

beforeAll(async () => {
  project = await Project.linked([...compilers, "assemblyscript", "@types/node"]);
  await cp(fixtures, project.folder, { recursive: true });
  await project.run("node", ["node_modules/nogil/dist/compiler/cli.js", "build", "assembly/kernels.ts"]);
  await writeReadme();
  await Promise.all(compilers.map(compile));
}, 240_000);

afterAll(() => project?.remove());

/** The README's kernels are built to a folder of their own, from which its batch imports them. */
async function writeReadme(): Promise<void> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  for (const [, name, text] of readme.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    await project.write(
      name.replace("assembly/", "assembly/readme/"),
      text.replace("./build/", "./build/readme/"),
    );
  }
  await project.run("node", [
    ...["node_modules/nogil/dist/compiler/cli.js", "build", "assembly/readme/kernels.ts"],
    ...["--out", "build/readme"],
  ]);
}

/** Compiles all rows in one process, where each file is read once. */
async function compile(compiler: Compiler): Promise<void> {
  for (const row of rowsOf(compiler)) {
    const { files, options, newer, references = [] } = rows[row];
    const compilerOptions = {
      target: "es2022",
      strict: true,
      declaration: true,
      skipLibCheck: true,
      rootDir: ".",
      outDir: `out/${compiler}/${row}`,
      ...options,
      ...(isNewer(compiler) ? newer : {}),
    };
    const refers = references.map((other) => ({ path: fileOf(compiler, other) }));
    await project.write(
      fileOf(compiler, row),
      JSON.stringify({ compilerOptions, files, references: refers }),
    );
  }
  const projects = rowsOf(compiler).map((row) => fileOf(compiler, row));
  const output = await project
    .run("node", [
      `node_modules/${compiler}/bin/tsc`,
      "--build",
      "--verbose",
      "--pretty",
      "false",
      ...projects,
    ])
    .catch((error: Error) => error.message);
  for (const [, name, text] of output.matchAll(
    /Building project '(.*?)'\.\.\.\n([\s\S]*?)(?=Building project|$)/g,
  )) {
    const lines = text.split("\n").filter((line) => /\berror TS\d+:/.test(line));
    errors[name.split("/").at(-1)!] = lines;
  }
}

describe.each(compilers)("with %s", (compiler) => {
  test.each(rowsOf(compiler).map((row) => [rows[row].says, row]))("%s", (_, row) => {
    const found = errors[fileOf(compiler, row)];
    if (row !== "legacy") return expect(found).toEqual([]);
    // what tells at run time is in test/api/boundary.test.ts
    const decorators = readFileSync(join(fixtures, "batches.ts"), "utf8").match(/^ {2}@/gm)!;
    expect(found.filter((line) => line.includes("TS1241"))).toHaveLength(decorators.length);
  });
});

test.each(["", "/arrow", "/compiler", "/npy"])(
  "all that nogil%s exports is in the project",
  async (entry) => {
    const text = await readFile(join(fixtures, "everything.ts"), "utf8");
    const batches = await readFile(join(fixtures, "batches.ts"), "utf8");
    const names = Object.keys(await import(`nogil${entry}`));
    expect(names.length).toBeGreaterThan(1);
    const body = `${text}${batches}`.replace(/import[^;]*;/g, "");
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(body))).toEqual([]);
  },
);
