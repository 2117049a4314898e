import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KernelModule } from "../../dist/abi/kernel.js";
import { run } from "../../dist/api/run.js";
import { version } from "../../dist/base/copies.js";
import { defineKernels } from "../../dist/kernels/define-kernels.js";
import { codeOf } from "../../dist/kernels/loader.js";
import { Project } from "../package/project.js";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// every class extends one copy's Batch, with actions that the other's decorator or its own made
const classes = `
import * as a from "./a/nogil/dist/index.js";
import * as b from "./b/nogil/dist/index.js";
import { sorted, turn } from "./build/kernels.js";

export const entries = new URL("./two-copies-work.mjs", import.meta.url);
export const triple = (n) => 3 * n;

const keep = function (results) {
  this.kept = [...results];
  return this;
};
function define(itsClass, { inbatchParallel, into, rows }, { invocation }) {
  const action = (name, spec, method) => {
    Object.defineProperty(method, "name", { value: name });
    itsClass.prototype[name] = inbatchParallel(spec, method);
  };
  action("turn", { init: rows("x"), target: "nogil" }, () => turn);
  action("sort", { init: rows("x"), post: into("y"), target: "nogil" }, () => sorted);
  action("first", { init: "indices", post: keep }, function (id) {
    return this.data.x.at(this.positionOf(id))[0];
  });
  action("scale", { init: rows("x") }, (row) => {
    for (let i = 0; i < row.length; i++) row[i] *= 10;
  });
  action("invoke", { init: () => [0, 1].map((i) => invocation([i], { i })), post: keep }, (...args) => JSON.stringify(args));
  action("fail", { init: "indices" }, (id) => {
    throw new RangeError("no " + id);
  });
  action("triple", { init: "indices", post: keep, target: "mpc" }, () => triple);
}

export class Other extends a.Batch {
  static module = import.meta.url;
}
define(Other, b, a);
export class Own extends b.Batch {
  static module = import.meta.url;
}
define(Own, b, a);
export const classes = { Other, Own };
`;

const work = `
export const add = (a, b = 0) => a + b;
export const sumOf = (column) => Array.from({ length: column.length }, (_, i) => column.at(i)[0]).join();
`;

const kernels = `
export function sorted(x: Float64Array): Float64Array { const y = x.slice(0); y.sort(); return y; }
export function turn(x: Float64Array): void { for (let i = 0; i < x.length; i++) x[i] = -x[i]; }
`;

let project: Project;
beforeAll(async () => {
  // the kernels' module has a third copy
  project = await Project.linked(["assemblyscript"]);
  await Promise.all([
    project.copy("a/nogil"),
    project.copy("b/nogil"),
    project.copy("newer/nogil", "99.0.0"),
  ]);
  await project.write("two-copies-batch.mjs", classes);
  await project.write("two-copies-work.mjs", work);
  await project.write("assembly/kernels.ts", kernels);
  await project.run(process.execPath, [file("../../dist/compiler/cli.js"), "build", "assembly/kernels.ts"]);
});
afterAll(() => project?.remove());

/** What the program prints for an application's copy and a package's. */
async function meet(packages: string): Promise<Record<string, unknown>> {
  const program = file("../fixtures/two-copies.mjs");
  await project.write("two-copies-batch.mjs", classes.replace("./b/nogil", `./${packages}/nogil`));
  const folders = [`${project.folder}/a/nogil`, `${project.folder}/${packages}/nogil`];
  return JSON.parse(await project.run(process.execPath, [program, ...folders]));
}

const rows = [
  [3, 1],
  [6, 5, 4],
];
const each = (change: (row: number[]) => number[]) => rows.map((row) => change([...row]));

const ofClass: Record<string, unknown> = {
  "a kernel in place": each((row) => row.map((x) => -x)),
  into: each((row) => row.sort()),
  ...Object.fromEntries(
    ["threads", "async", "for"].flatMap((target) => [
      [`a method on ${target}`, [3, 6]],
      [`writes on ${target}`, each((row) => row.map((x) => 10 * x))],
      [`invocations on ${target}`, ['[0,{"i":0}]', '[1,{"i":1}]']],
      [`a failure on ${target}`, [true, true, "no 0"]],
    ]),
  ),
  "a function in processes": [0, 3],
  "disposed of in a call": "kept its memory",
  "run with its rows": each((row) => row.sort()),
  "its column as a component": rows,
  "its column as an argument": ["3,6"],
  "its parts": [rows[1], ...rows],
  "a pipeline": [[[0, 2]]],
};

const alone: Record<string, unknown> = {
  datasets: [1, 2],
  "a batch of a dataset with repeats": 2,
  chains: "Template(Other) → turn",
  "partial and results": [[11, 12], true, false],
  invocation: [3],
  instanceof: [true, true, true, false, false, true],
};

test("two copies of one version are as one", async () => {
  const { lazy, ...met } = await meet("b");
  const expected = Object.fromEntries(
    ["Other", "Own"].flatMap((name) =>
      Object.entries(ofClass).map(([what, value]) => [`${name}: ${what}`, value]),
    ),
  );
  expect(met).toEqual({ ...expected, ...alone });
  expect(lazy).toMatch(
    /^TypeError: run\(sorted\): lazy\(…\) belongs into the arguments of a pipeline's action/,
  );
});

describe("copies of two versions", () => {
  let met: Record<string, unknown>;
  beforeAll(async () => {
    met = await meet("newer");
  });

  test("refuse each other's columns, batches, datasets and chains, naming both", () => {
    const refusal = new RegExp(
      `was made by another copy of nogil \\(${version} at file://.*/a/nogil/\\) than this one \\(99\\.0\\.0 at file://.*/newer/nogil/\\)\\. ` +
        'Copies of different versions share no memory\\. Have one copy \\("npm ls nogil" shows where they come from, "npm dedupe" joins them\\)',
    );
    for (const [what, value] of Object.entries(ofClass)) {
      // the copy that made the batch runs what it is asked for by with()
      const ownWork = what.includes(" on ") || what === "a function in processes" || what === "its parts";
      if (ownWork) expect(met[`Other: ${what}`]).toEqual(value);
      else expect(`${what}: ${met[`Other: ${what}`]}`).toMatch(refusal);
    }
    expect(met["Other: a pipeline"]).toMatch(/^PipelineError: .*was made by another copy/);
    for (const what of ["datasets", "chains"])
      expect(met[what]).toMatch(/was made by another copy of nogil \(99/);
  });

  test("run each other's work and know each other's errors where no memory is shared", () => {
    for (const [what, value] of Object.entries(ofClass)) {
      if (!what.startsWith("its column") && what !== "a pipeline") expect(met[`Own: ${what}`]).toEqual(value);
    }
    expect(met["partial and results"]).toEqual([[11, 12], true, false]);
    expect(met.invocation).toEqual([3]);
    expect(met.instanceof).toEqual([true, false, true, false, false, true]);
  });
});

describe("a kernel of another copy's", () => {
  const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const description = { abi: 2, hash: "0123", staticBytes: 0, base: 0, relocations: { leb: [], le: [] } };

  test("module is refused where it was built for another calling convention, whoever defined it", async () => {
    const signature = { parameters: [], result: { kind: "void" } } as const;
    const { f } = defineKernels(bytes, { ...description, kernels: { f: signature } });
    Object.assign(f.module.description, { abi: 1 });
    await expect(run(f, [[]])).rejects.toThrow(
      'This module was built for calling convention 1, this version of nogil runs 2: build it again with "npx nogil build".',
    );
  });

  test("module that does not say what describes it is refused with words all the same", async () => {
    const older = { source: bytes, description: { ...description, kernels: {} } };
    await expect(codeOf(older as unknown as KernelModule)).rejects.toThrow(
      "The WebAssembly given as bytes is not what its description was built with",
    );
  });

  test("module takes a URL or bytes", () => {
    expect(() => defineKernels("file:///k.wasm" as unknown as URL, { ...description, kernels: {} })).toThrow(
      "defineKernels() takes the URL of a WebAssembly file or its bytes first, got a string.",
    );
  });
});

test("the version that copies know each other by is the package's", async () => {
  const { version: packages } = JSON.parse(await readFile(file("../../package.json"), "utf8"));
  expect(version).toBe(packages);
});
