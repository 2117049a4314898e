import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./project.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

async function printed(...args: string[]): Promise<any> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 120_000 });
  return JSON.parse(stdout);
}

test("in a context with classes of its own, all is what it is in a program", async () => {
  const program = "test/fixtures/realm-program.mjs";
  const [outside, inside] = await Promise.all([
    printed(program),
    printed("--no-warnings", "--experimental-vm-modules", "test/fixtures/sandbox.mjs", program),
  ]);
  expect([outside.isHost, inside.isHost]).toEqual([true, false]);
  expect(Object.keys(outside.out).length).toBeGreaterThan(10);
  expect(outside.out["results of threads"]).not.toContain(false);
  expect(inside.out).toEqual(outside.out);
  // but for what another realm's copy has in a memory of its own
  expect(inside.refused).toMatch(
    /^A column was made by another copy of nogil \(.*\) than this one \(.*\)\. They are in two realms/,
  );
});

const batch = `
import { Batch, inbatchParallel, into, rows } from "nogil";
import { compile } from "nogil/compiler";
const { sorted } = await compile("export function sorted(x: Float64Array): Float64Array { const y = x.slice(0); y.sort(); return y; }");
export class Numbers extends Batch {
  static module = import.meta.url;
  keep(results) {
    this.kept = [...results];
    return this;
  }
}
const action = (name, spec, method) => {
  Numbers.prototype[name] = inbatchParallel(spec, Object.defineProperty(method, "name", { value: name }));
};
action("sort", { init: rows("x"), post: into("y"), target: "nogil" }, () => sorted);
action("first", { init: rows("x"), post: "keep" }, (row) => ({ first: new Map([["it", row.subarray(0, 1)]]) }));
action("fail", { init: "indices" }, (id) => { throw new RangeError("no " + id); });
export const triple = (n) => n * 3;
`;

const tests = `
import { expect, test } from "vitest";
import { exported, ParallelError, run } from "nogil";
import { Numbers } from "./batch.js";
const make = () => Numbers.from(2, { x: [structuredClone(Float64Array.of(3, 1)), Float64Array.of(6, 5)] });
test("is a sandbox", () => expect(structuredClone({}) instanceof Object).toBe(false));
test("kernels", async () => {
  const batch = make();
  await batch.sort();
  expect([...batch.data.y.values]).toEqual([1, 3, 5, 6]);
});
test("threads", async () => {
  const batch = make();
  await batch.first();
  expect(batch.kept).toStrictEqual([3, 6].map((n) => ({ first: new Map([["it", Float64Array.of(n)]]) })));
});
test("errors", async () => {
  const error = await make().fail().catch((error) => error);
  expect(error).toBeInstanceOf(ParallelError);
  expect(error.errors[1]).toStrictEqual(Object.assign(new RangeError("no 1"), { item: 1 }));
});
test("processes", async () => {
  const triple = exported(new URL("./batch.js", import.meta.url), "triple");
  expect([...(await run(triple, [1, 2], { target: "mpc" }))]).toEqual([3, 6]);
});
`;

describe("Vitest's sandboxes", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.linked(["vitest"]);
    // a link would have Vitest compile the library with the tests
    await project.unlink("nogil");
    await project.copy("node_modules/nogil");
    await project.write("batch.js", batch);
    await project.write("kinds.test.js", tests);
  });
  afterAll(() => project?.remove());

  test.each(["vmThreads", "vmForks"])("run all targets in %s", async (pool) => {
    const vitest = [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--root",
      ".",
      "--pool",
      pool,
      "--reporter",
      "json",
    ];
    const { numPassedTests, numTotalTests } = JSON.parse(await project.run(process.execPath, vitest));
    expect([numPassedTests, numTotalTests]).toEqual([5, 5]);
  });
});
