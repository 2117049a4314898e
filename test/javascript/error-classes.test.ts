import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "../package/project.js";

let project: Project;

beforeAll(async () => {
  project = await Project.linked(["tsx"]);
  for (const [file, text] of Object.entries(files)) await project.write(file, text);
});
afterAll(() => project.remove());

const files: Record<string, string> = {
  "node_modules/in-esm/package.json": '{ "name": "in-esm", "type": "module", "exports": "./index.js" }',
  "node_modules/in-esm/index.js": 'export { Guarded } from "./lib/guarded.js";',
  "node_modules/in-esm/lib/guarded.js": `
    export class Guarded extends RangeError {
      #secret;
      constructor(secret) {
        super("guarded");
        if (typeof secret !== "number") throw new Error("the constructor was called");
        this.#secret = secret;
      }
      get secret() { return this.#secret; }
      get name() { return "Guarded" + this.#secret; }
    }`,
  "node_modules/in-cjs/package.json": '{ "name": "in-cjs", "main": "index.js" }',
  "node_modules/in-cjs/index.js": `
    const made = {};
    for (const name of ["NotFound", "Gone"]) {
      made[name] = class extends Error {};
      Object.defineProperty(made[name], "name", { value: name });
    }
    function Old(message) { this.message = message; }
    require("node:util").inherits(Old, Error);
    module.exports = Object.assign((name) => new made[name]("is " + name), made, { Old });`,
  "factory.js": `
    export function make(name) {
      const made = class extends Error {};
      return Object.defineProperty(made, "name", { value: name });
    }`,
  "errors.js": `
    import { make } from "./factory.js";
    export class HttpError extends Error {
      constructor(status) {
        if (status === undefined) throw new Error("the constructor was called");
        super("status " + status);
        this.status = status;
      }
    }
    export const Made = make("Made");
    class Hidden extends HttpError {}
    export const throwHidden = () => { throw new Hidden(1); };
    export default class extends Error {}`,
  "same-name.js": "export class HttpError extends TypeError {}",
  "lazy.js": 'console.log("lazy.js runs"); export class Lazy extends SyntaxError {}',
  "work.js": `
    import assert from "node:assert";
    import { Batch, inbatchParallel } from "nogil";
    import create from "in-cjs";
    import { Guarded } from "in-esm";
    import Nameless, { HttpError, Made, throwHidden } from "./errors.js";
    import { HttpError as SameName } from "./same-name.js";
    export class Own extends Error {}
    class Unexported extends RangeError {}
    class Aborted extends DOMException {}
    export { Aborted as Renamed };
    const cases = {
      own: () => { throw new Own("own"); },
      unexported: () => { throw new Unexported("unexported"); },
      imported: () => { throw new HttpError(404); },
      returned: () => new HttpError(404),
      rejected: async () => { throw new HttpError(404); },
      sameName: () => { throw new SameName("same"); },
      made: () => { throw new Made("made"); },
      hidden: () => throwHidden(),
      nameless: () => { throw new Nameless("nameless"); },
      guarded: () => { throw new Guarded(7); },
      cjs: () => { throw create("Gone"); },
      old: () => { throw new create.Old("old"); },
      assertion: () => assert.strictEqual(1, 2),
      wasm: () => { throw new WebAssembly.RuntimeError("trap"); },
      node: () => Buffer.alloc(-1),
      dom: () => { throw new DOMException("gone", "DataError"); },
      aborted: () => { throw new Aborted("gone", "AbortError"); },
      all: () => { throw new AggregateError([new HttpError(1), new Guarded(2)], "all", { cause: new SameName("c") }); },
      lazy: async () => { throw new (await import("./lazy.js")).Lazy("lazy"); },
      dynamic: () => { throw new (new Function("return class Dynamic extends RangeError {}")())("dynamic"); },
    };
    export const names = Object.keys(cases);
    export const fail = (name) => cases[name]();
    export class Failing extends Batch {
      static module = import.meta.url;
      names = names;
      act = inbatchParallel({ init: "names", post: (results) => results }, fail);
      inProcesses = inbatchParallel({ init: "names", post: (results) => results, target: "mpc" }, () => fail);
    }`,
  "main.js": `
    import assert from "node:assert";
    import { exported, run, shutdown } from "nogil";
    import create from "in-cjs";
    import { Guarded } from "in-esm";
    import Nameless, { HttpError, Made } from "./errors.js";
    import { HttpError as SameName } from "./same-name.js";
    import { Failing, names, Own, Renamed } from "./work.js";
    const expected = {
      own: Own, unexported: RangeError, imported: HttpError, returned: HttpError, rejected: HttpError,
      sameName: SameName, made: Made, hidden: HttpError, nameless: Nameless, guarded: Guarded, cjs: create.Gone,
      old: create.Old, assertion: assert.AssertionError, wasm: WebAssembly.RuntimeError, node: RangeError,
      dom: DOMException, aborted: Renamed, all: AggregateError, lazy: SyntaxError, dynamic: RangeError,
    };
    const warnings = [];
    process.on("warning", ({ code, message }) => warnings.push([code, /the class (\\w+)/.exec(message)?.[1]]));
    const results = {
      threads: () => new Failing(1).act(),
      async: () => new Failing(1).with({ target: "async" }).act(),
      mpc: () => new Failing(1).inProcesses(),
      run: () => run(exported(new URL("./work.js", import.meta.url), "fail"), names),
    };
    const report = {};
    for (const [target, call] of Object.entries(results)) {
      const errors = Object.fromEntries((await call()).map((error, i) => [names[i], error]));
      const { all, guarded, imported } = errors;
      report[target] = {
        wrong: names.filter((name) => Object.getPrototypeOf(errors[name]) !== expected[name].prototype),
        inside: [all.errors[0] instanceof HttpError, all.errors[1] instanceof Guarded, all.cause instanceof SameName],
        kept: [imported.status, imported.message, imported.stack.includes("work.js"), guarded.secret, guarded.name],
        nodeCode: errors.node.code,
      };
    }
    await shutdown();
    console.log(JSON.stringify({ report, warnings: warnings.sort() }));`,
};

const kept = {
  wrong: [],
  inside: [true, true, true],
  kept: [404, "status 404", true, 7, "Guarded7"],
  nodeCode: "ERR_OUT_OF_RANGE",
};

test("an error has the class that the program imports, from whichever module and on every target; what is lost is said once", async () => {
  const lines = (await project.run("node", ["main.js"])).trim().split("\n");
  const { report, warnings } = JSON.parse(lines.pop()!);
  expect(report).toEqual({ threads: kept, async: kept, mpc: kept, run: kept });
  const lost = ["Dynamic", "Hidden", "Lazy", "Unexported"];
  expect(warnings).toEqual(lost.map((name) => ["NOGIL_ERROR_CLASS", name]));
  // once in each worker that has such an item, and never in the program
  expect(new Set(lines)).toEqual(new Set(["lazy.js runs"]));
  expect(lines.length).toBeLessThanOrEqual(4);
});

test("an error of a CommonJS module has the class that the program requires", async () => {
  await project.write("cjs/package.json", "{}");
  await project.write(
    "cjs/errors.js",
    `class HttpError extends Error {}
    Object.defineProperty(exports, "HttpError", { enumerable: true, get: () => HttpError });
    Object.defineProperty(exports, "Trap", { get: () => { throw new Error("a getter ran"); } });`,
  );
  await project.write(
    "cjs/work.js",
    `const { Batch, inbatchParallel } = require("nogil");
    const { HttpError } = require("./errors.js");
    const fail = (i) => { throw new HttpError("h" + i); };
    exports.fail = fail;
    exports.Failing = class Failing extends Batch {
      static module = require("node:url").pathToFileURL(__filename).href;
      act = inbatchParallel({ init: "indices", post: (results) => results }, fail);
      inProcesses = inbatchParallel({ init: "indices", post: (results) => results, target: "mpc" }, () => fail);
    };`,
  );
  await project.write(
    "cjs/main.js",
    `const { shutdown } = require("nogil");
    const { Failing } = require("./work.js");
    const { HttpError } = require("./errors.js");
    (async () => {
      for (const [error] of [await new Failing(1).act(), await new Failing(1).inProcesses()])
        console.log(error instanceof HttpError, error.message);
      await shutdown();
    })();`,
  );
  expect(await project.run("node", ["cjs/main.js"])).toBe("true h0\ntrue h0\n");
});

describe("in TypeScript", () => {
  beforeAll(async () => {
    await project.write(
      "ts/errors.ts",
      `// what a compiler leaves out moves the lines
      interface Nothing { a: number }
      export class HttpError extends Error {
        status: number;
        constructor(status: number) { super(\`status \${status}\`); this.status = status; }
      }`,
    );
    await project.write(
      "ts/work.ts",
      `import { Batch, inbatchParallel } from "nogil";
      import { HttpError } from "./errors.ts";
      export function fail(i: number): number { throw new HttpError(i); }
      export class Failing extends Batch<Record<string, any>, number> {
        static override module = import.meta.url;
        act = inbatchParallel({ init: "indices", post: (results: any) => results }, fail) as any;
        inProcesses = inbatchParallel({ init: "indices", post: (results: any) => results, target: "mpc" }, () => fail) as any;
      }`,
    );
    await project.write(
      "ts/main.ts",
      `import { shutdown } from "nogil";
      import { HttpError } from "./errors.ts";
      import { Failing } from "./work.ts";
      for (const target of ["threads", "async"] as const) {
        const [error] = await new Failing(1).with({ target }).act();
        console.log(error instanceof HttpError, error.status);
      }
      const [error] = await new Failing(1).inProcesses();
      console.log(error instanceof HttpError, error.status);
      await shutdown();`,
    );
  });

  test("an error has the class that the program imports under tsx", async () => {
    expect(await project.run("node", ["--import", "tsx", "ts/main.ts"])).toBe("true 0\ntrue 0\ntrue 0\n");
  });

  test.runIf((process.features as { typescript?: unknown }).typescript)(
    "also where Node strips the types, and workers have tsx",
    async () => {
      expect(await project.run("node", ["ts/main.ts"])).toBe("true 0\ntrue 0\ntrue 0\n");
    },
  );
});

test("a module that waits for the very call does not hold it up for ever, and what that costs is said", async () => {
  await project.write(
    "waits.js",
    `import { isMainThread } from "node:worker_threads";
    import { exported, run, shutdown } from "nogil";
    export class Mine extends RangeError {}
    export function fail() { throw new Mine("mine"); }
    if (isMainThread) {
      process.on("warning", ({ code, message }) => console.log(code, message.includes("has not finished running")));
      const [error] = await run(exported(import.meta.url, "fail"), [1]);
      console.log(error instanceof RangeError, error.message);
      await shutdown();
    }`,
  );
  await project.write("imports-waiting.js", 'await import("./waits.js");');
  expect(await project.run("node", ["imports-waiting.js"])).toBe("true mine\nNOGIL_ERROR_CLASS true\n");
});
