import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./project.js";

// a class without decorator syntax, which every way to run code understands
const batch = `
import { Batch, inbatchParallel } from "nogil";
export const triple = (n) => n * 3;
export class Numbers extends Batch {
  static module = import.meta.url;
  keep(results) { return [...results]; }
}
Numbers.prototype.double = inbatchParallel({ init: "indices", post: "keep", target: "threads" },
  function double(n) { return n * 2; });
Numbers.prototype.triple = inbatchParallel({ init: "indices", post: "keep", target: "mpc" },
  function () { return triple; });
`;

const main = (file: string) => `
import { Numbers } from "${file}";
const show = (value) => console.log(JSON.stringify(value));
for (const method of ["double", "triple"]) await Numbers.from(3)[method]().then(show, ({ message }) => show(message));
`;

const both = "[0,2,4]\n[0,3,6]\n";

let project: Project;
beforeAll(async () => {
  project = await Project.create(["tsx"]);
  await project.write("batch.js", batch);
  await project.write("batch.ts", batch.replace("(n)", "(n: number)"));
  await project.write("main.js", main("./batch.js"));
});
afterAll(() => project?.remove());

const node = (...args: string[]) => project.run(process.execPath, args);

describe("workers find a class", () => {
  test("in a module of plain JavaScript", async () => {
    expect(await node("main.js")).toBe(both);
  });

  test("in a module of TypeScript, with tsx as a command and as an import", async () => {
    await project.write("main.ts", main("./batch.ts"));
    expect(await node("--import", "tsx", "main.ts")).toBe(both);
    expect(await project.run("npx", ["tsx", "main.ts"])).toBe(both);
  });

  test("in a module that code on the command line imports, as a module or with require", async () => {
    expect(await node("--input-type=module", "--eval", main("./batch.js"))).toBe(both);
    const code = main("./batch.js")
      .replace(/import (.*) from (.*);/, "const $1 = require($2);")
      .replace(/for.*/s, (loop) => `(async () => { ${loop} })()`);
    expect(await node("--eval", code)).toBe(both);
  });

  test("in a module that the REPL imports", async () => {
    const code = `import("./batch.js").then(async ({ Numbers }) => {
      for (const method of ["double", "triple"]) console.log((await Numbers.from(3)[method]()).join());
    }).finally(() => process.exit())`;
    const output = await node("-i", "-e", code.replaceAll("\n", " "));
    expect(output).toContain("0,2,4");
    expect(output).toContain("0,3,6");
  });

  test("in a package", async () => {
    await project.write(
      "node_modules/numbers/package.json",
      '{"name":"numbers","type":"module","exports":"./index.js"}',
    );
    await project.write("node_modules/numbers/index.js", batch);
    await project.write("of-package.js", main("numbers"));
    expect(await node("of-package.js")).toBe(both);
  });

  test("in a bundle of its own, beside that of the program, with nogil outside of both", async () => {
    await bundle({ input: ["main.js", "batch.js"], external: ["nogil"] });
    expect(await node("out/main.js")).toBe(both);
  });

  test("in a bundle of CommonJS, given the URL of its file", async () => {
    await project.write(
      "common/batch.js",
      batch.replace("import.meta.url", 'require("node:url").pathToFileURL(__filename).href'),
    );
    await project.write(
      "common/main.js",
      main("./batch.js").replace(/for.*/s, (l) => `(async () => { ${l} })()`),
    );
    await bundle({
      input: ["common/main.js", "common/batch.js"],
      external: ["nogil"],
      format: "cjs",
    });
    expect(await node("out/main.cjs")).toBe(both);
  });

  test("and a function in a data: URL", async () => {
    await project.write(
      "data.js",
      `import { exported, run } from "nogil";
       const url = "data:text/javascript," + encodeURIComponent("export const half = (n) => n / 2;");
       for (const target of ["threads", "mpc"]) console.log((await run(exported(url, "half"), [1, 2], { target })).join());`,
    );
    expect(await node("data.js")).toBe("0.5,1\n0.5,1\n");
  });
});

describe("where workers cannot find a class, the error says what to do", () => {
  test("for one in code of the command line", async () => {
    const code = `${batch} await Numbers.from(3).double().catch(({ message }) => console.log(message));`;
    expect(await node("--input-type=module", "--eval", code)).toMatch(
      /Numbers is in code of the command line.*Put the class into a file and import it/,
    );
  });

  test.each([
    ["a module on the command line", ["--input-type=module", "--eval"], "import.meta.url"],
    ["CommonJS on the command line", ["--eval"], 'require("node:url").pathToFileURL(__filename).href'],
  ])("for a class and a function in %s, by their URL", async (_, options, url) => {
    const code = `import("nogil").then(async ({ Batch, exported, inbatchParallel, run }) => {
      class Here extends Batch { static module = ${url}; act = inbatchParallel({ init: "indices" }, function act(n) {}) }
      await new Here(2).act().catch(({ message }) => console.log(message));
      for (const target of ["threads", "mpc", "for"])
        await run(exported(Here.module, "half"), [1], { target })
          .then(([{ message }]) => console.log(message), ({ message }) => console.log(message));
    })`;
    const [class_, ...functions] = (await node(...options, code)).trim().split("\n");
    expect(class_).toMatch(/Here is in code of the command line.*Put the class into a file/);
    expect(functions).toHaveLength(3);
    for (const said of functions) {
      expect(said).toMatch(/half is in code of the command line.*Put the function into a file/);
    }
  });

  test.each(["threads", "async", "mpc", "for"])(
    "for a function in the program's main module, on %s",
    async (target) => {
      await project.write(
        "own.js",
        `import { exported, run } from "nogil";
       export const half = (n) => n / 2;
       console.log("runs");
       await run(exported(import.meta.url, "half"), [1, 2], { target: "${target}" })
         .then(([{ message }]) => console.log(message), ({ message }) => console.log(message));`,
      );
      const lines = (await node("own.js")).trim().split("\n");
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(
        /half is in the program's main module.*Move the function to a module of its own/,
      );
    },
  );

  test("for a function that is typed, where import.meta is not at hand", async () => {
    const code = `import("nogil").then(({ run }) => run(function half(n) {}, [1])).catch(({ message }) => console.log(message))`;
    expect(await node("--eval", code)).toMatch(
      /a worker cannot find the function half by itself: export it, and pass exported.*has to go into a file first, and name that: exported\(require/,
    );
  });

  test("for one without a module, as in the REPL", async () => {
    const code = `import("nogil").then(({ Batch, inbatchParallel }) => {
      class Here extends Batch { act = inbatchParallel({ init: "indices" }, function act(n) {}) }
      return new Here(2).act();
    }).catch(({ message }) => console.log(message)).finally(() => process.exit())`;
    expect(await node("-i", "-e", code.replaceAll("\n", " "))).toMatch(
      /a worker cannot find the module of Here. Add to the class: static module = import.meta.url; \(in CommonJS:.*A class that is typed in the REPL.*has to go into a file first/,
    );
  });

  test("for one in the program's main module, and so in a bundle with it", async () => {
    await bundle({ input: ["main.js"], external: ["nogil"] });
    expect(await node("out/main.js")).toMatch(
      /Numbers is in the program's main module.*Move the class to a module of its own and import it; where a bundler/,
    );
  });

  test.each(["es", "cjs"] as const)("when nogil itself was taken into a bundle (%s)", async (format) => {
    await project.write(
      "wrapped.js",
      main("./batch.js").replace(/for.*/s, (l) => `(async () => { ${l} })()`),
    );
    await bundle({ input: ["wrapped.js"], external: [], format });
    const output = await node(`out/wrapped.${format === "cjs" ? "cjs" : "js"}`);
    expect(output).toContain(
      "Workers need files of the package nogil that a bundle leaves out: keep the package out",
    );
  });

  test.each([
    [String.raw`C:\code\x.js`, String.raw`pathToFileURL("C:\\code\\x.js")`],
    ["D:/x.js", 'pathToFileURL("D:/x.js")'],
    ["/code/x.js", 'pathToFileURL("/code/x.js")'],
    ["./x.js", 'new URL("./x.js", import.meta.url)'],
  ])("for the path %s", async (path, url) => {
    await project.write(
      "path.js",
      `import { Batch, exported, inbatchParallel } from "nogil";
       const path = ${JSON.stringify(path)};
       try { exported(path, "f"); } catch ({ message }) { console.log(message); }
       class Here extends Batch { static module = path; act = inbatchParallel({ init: "indices" }, function act() {}) }
       await new Here(2).act().catch(({ message }) => console.log(message));`,
    );
    const [function_, class_] = (await node("path.js")).split("\n");
    expect(function_).toContain(`pass a path as a URL, ${url}.`);
    expect(class_).toContain(
      `Here.module is the path ${JSON.stringify(path)}, expected a URL: static module = import.meta.url`,
    );
  });
});

interface Bundle {
  input: readonly string[];
  external: readonly string[];
  format?: "es" | "cjs";
}

async function bundle({ input, external, format = "es" }: Bundle): Promise<void> {
  await build({
    root: project.folder,
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true, external: [...external] },
    build: {
      ssr: true,
      outDir: "out",
      target: "node20",
      rollupOptions: {
        input: input.map((file) => join(project.folder, file)),
        output: { format, entryFileNames: `[name].${format === "cjs" ? "cjs" : "js"}`, exports: "named" },
      },
    },
  });
}
