import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

let project: Project;
let printed: string;

beforeAll(async () => {
  project = await Project.linked(["vitest"]);
  await project.write(
    "differ.test.js",
    `import assert from "node:assert";
    import { Batch } from "nogil";
    import { expect, test } from "vitest";
    class Values extends Batch {
      rate = 360;
    }
    const make = (last) => Values.from(["a", "b"], { x: [1.5, last], rows: [Float32Array.of(1), Float32Array.of(2, last)] });
    test("a column", () => expect(make(1001).data.x).toEqual(make(1002).data.x));
    test("rows", () => expect({ rows: make(2001).data.rows }).toStrictEqual({ rows: make(2002).data.rows }));
    test("a batch", () => expect(make(3001)).toEqual(make(3002)));
    test("with node:assert", () => assert.deepStrictEqual(make(4001), make(4002)));
    test("with chai", () => expect([make(5001)]).to.deep.equal([make(5002)]));
    test("another type", () => expect(make(6001).data.x).toEqual({ values: [6002] }));`,
  );
  const run = project.run("node", ["node_modules/vitest/vitest.mjs", "run", "--no-color"]);
  printed = stripVTControlCharacters(
    await run.catch((error) => `${error.cause.stdout}\n${error.cause.stderr}`),
  );
});
afterAll(() => project.remove());

test("a difference of columns and batches that Vitest prints shows values", () => {
  expect(printed).toContain("Tests  6 failed (6)");
  for (const each of [1, 2, 3, 4, 5, 6]) {
    expect(printed).toMatch(new RegExp(`^\\+ +${each}001,?$`, "m"));
    expect(printed).toMatch(new RegExp(`^(-|.*\\[) +${each}002,?$`, "m"));
  }
  expect(printed).toContain('"x": Dense <f64> [');
  expect(printed).not.toMatch(/lease|SharedArrayBuffer|private member/);
});
