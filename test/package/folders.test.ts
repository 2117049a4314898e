import { rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./project.js";

// what URLs, globs and shells take for something else
const name = "100% c++ #1 (x) [y]@z é😀 & %20";

const kernels = `
export function twice(x: f64): f64 { return 2 * x; }
export function fail(x: f64): f64 {
  if (x > 0) throw new RangeError("no");
  return x;
}
`;
const batch = `
import { Batch, exported, inbatchParallel } from "nogil";
import { twice } from "./build out #2/kernels %23?.js";
export const triple = (n) => n * 3;
export class Numbers extends Batch {
  static module = import.meta.url;
  keep(results) { return [...results]; }
}
const make = (target, method) => inbatchParallel({ init: "indices", post: "keep", target }, method);
Numbers.prototype.threads = make("threads", function threads(n) { return n * 3; });
Numbers.prototype.async = make("async", async function (n) { return n * 3; });
Numbers.prototype.mpc = make("mpc", function () { return triple; });
Numbers.prototype.exportedMpc = make("mpc", function () { return exported(import.meta.url, "triple"); });
Numbers.prototype.nogil = make("nogil", function () { return twice; });
`;
const main = (extension: string) => `
import { readFileSync } from "node:fs";
import { Dataset, exported, run } from "nogil";
import { compile } from "nogil/compiler";
import { Numbers } from "./batch.${extension}";
import { fail } from "./build out #2/kernels %23?.js";
const show = (value) => console.log(JSON.stringify(value));
for (const target of ["threads", "async", "mpc", "exportedMpc", "nogil"]) {
  await Numbers.from(3)[target]().then(show, ({ message }) => show(message));
}
show([...(await run(exported(new URL("./batch.${extension}", import.meta.url), "triple"), [1, 2]))]);
const [{ error }] = (await run(fail, [1])).failures;
show([error.name, error.line, readFileSync(error.file, "utf8").includes("RangeError")]);
const { less } = await compile(new URL("./less #3?.ts", import.meta.url), { cache: "cache #4?" });
show([...(await run(less, [1, 2]))]);
const batch = Numbers.from(2, { x: [1, 2] });
await batch.save("saved #5?.arrow");
show((await Numbers.load("saved #5?.arrow")).data.x.values);
show([...(await Dataset.fromFiles("./saved #5?.arrow", Numbers))]);
`;
const expected = [
  ...Array(4).fill("[0,3,6]"),
  "[0,2,4]",
  "[3,6]",
  '["RangeError",4,true]',
  "[0,1]",
  '{"0":1,"1":2}',
  '["saved #5?.arrow"]',
];

// files of Windows have no ? in their names
describe.skipIf(process.platform === "win32")(
  "a project in a folder whose name means something to URLs, globs and shells",
  () => {
    let project: Project;
    const node = (...args: string[]) => project.run(process.execPath, args, name);

    beforeAll(async () => {
      project = await Project.linked(["tsx", "assemblyscript", "@uwdata/flechette"]);
      const files = {
        "kernels %23?.ts": kernels,
        "less #3?.ts": "export function less(x: f64): f64 { return x - 1; }",
        "batch.js": batch,
        "batch.ts": batch.replace("(n) => n * 3", "(n: number) => n * 3"),
        "main.js": main("js"),
        "main.ts": main("ts"),
      };
      for (const [file, text] of Object.entries(files)) {
        // in an import, as in any URL, a ? and a # are more than a name
        const url = text.replace(
          "./build out #2/kernels %23?.js",
          "./build%20out%20%232/kernels%20%2523%3F.js",
        );
        const urls = url.replace('"./less #3?.ts"', '"./less%20%233%3F.ts"');
        await project.write(join(name, file), urls);
      }
      await node(
        "../node_modules/nogil/dist/compiler/cli.js",
        "build",
        "kernels %23?.ts",
        "--out",
        "build out #2",
      );
    });
    afterAll(() => project?.remove());

    test("runs in JavaScript, on every target", async () => {
      expect((await node("main.js")).trim().split("\n")).toEqual(expected);
    });

    test("runs in TypeScript, on every target", async () => {
      expect((await node("--import", "tsx", "main.ts")).trim().split("\n")).toEqual(expected);
    });

    test("is up to date when nothing changed", async () => {
      const again = await node(
        "../node_modules/nogil/dist/compiler/cli.js",
        "build",
        "kernels %23?.ts",
        "--out",
        "build out #2",
      );
      expect(again).toContain("is up to date");
    });

    // of TypeScript, tsx takes the ? for the end of a name
    test("is moved to a folder with a ?, and runs in JavaScript", async () => {
      const moved = `${name}?q=1`;
      await rename(join(project.folder, name), join(project.folder, moved));
      const output = await project.run(process.execPath, ["main.js"], moved);
      expect(output.trim().split("\n")).toEqual(expected);
    });
  },
);
