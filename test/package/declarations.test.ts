import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

let project: Project;
beforeAll(async () => {
  project = await Project.linked(["typescript", "@types/node"]);
});
afterAll(() => project?.remove());

test("the declarations compile without the types of a browser, where those of libraries are checked, too", async () => {
  await project.write(
    "uses.ts",
    [
      'import { Batch, type Dense } from "nogil";',
      'import { toNpy } from "nogil/npy";',
      'export class Uses extends Batch<{ x: Dense<"f64"> }> {}',
      "export { toNpy };",
    ].join("\n"),
  );
  const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"];
  const types = ["--lib", "es2022,esnext.disposable", "--types", "node", "--skipLibCheck", "false"];
  const output = await project
    .run("node", ["node_modules/typescript/bin/tsc", ...options, ...types, "uses.ts"])
    .catch((error: Error) => error.message);
  expect(output).toBe("");
});
