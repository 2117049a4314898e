import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./project.js";

const kernels = "export function twice(x: f64): f64 {\n  return 2 * x;\n}\n";
const main = (module: string) => `import { run } from "nogil";
import { twice } from "${module}";
run(twice, [1, 2]).then((doubled) => console.log(doubled.join()), (error: Error) => console.log(error.message));
`;

let project: Project;

beforeAll(async () => {
  project = await Project.linked(["assemblyscript", "typescript", "@types/node"]);
  await project.write("assembly/kernels.ts", kernels);
  await project.write("main.js", main("./build/kernels.js").replace(": Error", ""));
  await run("node_modules/nogil/dist/compiler/cli.js", "build", "assembly/kernels.ts");
});
afterAll(() => project?.remove());

const run = (...args: string[]) => project.run("node", args);

function bundle(outDir: string, external: string[]): Promise<unknown> {
  const ssr = { noExternal: true, external } as const;
  const options = {
    ssr: true,
    outDir,
    target: "node20",
    rollupOptions: { input: join(project.folder, "main.js") },
  };
  return build({ root: project.folder, configFile: false, logLevel: "silent", ssr, build: options });
}

describe("kernels in a bundle", () => {
  test("say without their .wasm where they look for it and why, and run with it", async () => {
    await bundle("out", ["nogil"]);
    const told = await run("out/main.js");
    expect(told).toMatch(
      /The kernels of file:\S+out\/kernels\.wasm cannot be read: build them with "npx nogil build"\./,
    );
    expect(told).toMatch(
      /looked for where file:\S+out\/main\.js is; what moves one .* has to take the other along/,
    );
    await copyFile(join(project.folder, "build/kernels.wasm"), join(project.folder, "out/kernels.wasm"));
    expect(await run("out/main.js")).toBe("2,4\n");
  });

  test("with nogil in it say so at their first call", async () => {
    await bundle("whole", []);
    expect(await run("whole/main.js")).toMatch(/^Workers need files of the package nogil.*--external:nogil/);
  });
});

describe("with tsc's outDir", () => {
  const tsconfig = `{
    // comments and commas at the end, as tsc reads them
    "compilerOptions": { "outDir": "dist", "rootDir": "src", "target": "es2022", "module": "nodenext", "skipLibCheck": true, },
    "include": ["src/**/*"],
  }`;
  const compile = () => run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");

  beforeAll(() => project.write("tsconfig.json", tsconfig));

  test("kernels built beside the sources are found from both", async () => {
    await project.write("src/main.ts", main("../build/kernels.js"));
    expect(
      await project.run("sh", [
        "-c",
        "node node_modules/nogil/dist/compiler/cli.js build assembly/kernels.ts --force 2>&1",
      ]),
    ).toBe("build/kernels.js: twice\n");
    expect(await compile()).toBe("");
    expect(await run("dist/main.js")).toBe("2,4\n");
  });

  test("kernels built among the sources are told where they belong", async () => {
    await project.write("src/main.ts", main("./build/kernels.js"));
    const built =
      "node node_modules/nogil/dist/compiler/cli.js build assembly/kernels.ts --out src/build 2>&1";
    expect(await project.run("sh", ["-c", built])).toContain(
      "src/build/kernels.js is in src, which tsconfig.json compiles to dist: tsc does not copy it there, nor its .wasm. " +
        "Build it beside src, --out build, and import it from there, or copy the folder after tsc.",
    );
    expect(await compile()).toBe("");
    expect(await readdir(join(project.folder, "dist"))).not.toContain("build");
  });

  test.each([
    ["does not compile there", { include: ["lib"], compilerOptions: { outDir: "dist" } }],
    ["emits nothing", { include: ["src"], compilerOptions: { outDir: "dist", noEmit: true } }],
    ["emits in place", { include: ["src"] }],
    ["is no object", []],
  ])("nothing is told where a tsconfig.json %s", async (_, config) => {
    await project.write("tsconfig.json", JSON.stringify(config));
    const built =
      "node node_modules/nogil/dist/compiler/cli.js build assembly/kernels.ts --out src/build --force 2>&1";
    expect(await project.run("sh", ["-c", built])).toBe("src/build/kernels.js: twice\n");
  });
});
