import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scale } from "../fixtures/build/kernels.js";
import { Project } from "../package/project.js";

const fixtures = fileURLToPath(new URL("../fixtures/build/", import.meta.url));

// what a page has besides what the language has; nothing of Node's
const ofPages = {
  AbortController,
  AbortSignal,
  DOMException,
  Event,
  EventTarget,
  MessageChannel,
  TextDecoder,
  TextEncoder,
  URL,
  atob,
  clearInterval,
  clearTimeout,
  console,
  crypto,
  fetch,
  navigator: { hardwareConcurrency: 3 },
  performance,
  setInterval,
  setTimeout,
  structuredClone,
};

const program = `
import * as nogil from "nogil";
import { fromNpy, toNpy } from "nogil/npy";
import description from "./description.json";
const { Batch, Dataset, currentSignal, defineKernels, explain, exported, inbatchParallel, rows, run, stats, trace } = nogil;

class Signals extends Batch {
  keep(results) { return [...results]; }
}
const action = (name, spec, method) => {
  Signals.prototype[name] = inbatchParallel(spec, Object.defineProperty(method, "name", { value: name }));
};
const message = (call) => Promise.resolve().then(call).then(() => "nothing", (error) => error.message);

globalThis.main = async (wasm) => {
  const kernels = defineKernels(wasm, description);
  action("scale", { init: rows("x"), target: "nogil" }, () => kernels.scale);
  action("half", { init: "indices", post: "keep", target: "for" }, (n) => [n / 2, currentSignal().aborted]);
  action("later", { init: "indices", post: "keep", target: "for" }, async (n) => n * 3);
  action("fail", { init: "indices", target: "for" }, () => { throw "a text"; });
  const batch = Signals.from(2, { x: [Float64Array.of(1, 2), Float64Array.of(3)] });
  const timeline = trace();
  await batch.with({ target: "for" }).scale(2);
  const out = { scaled: [...batch.data.x.values], half: await batch.half(), later: await batch.later() };
  out.npy = [...fromNpy(toNpy(Float64Array.of(4, 5))).values];
  out.traced = timeline.stop().traceEvents.length > 0;
  out.failed = await message(() => batch.fail());
  out.trap = await message(() => run(kernels.scale, [undefined], { target: "for", args: [2] }));
  out.calls = stats().actions.length > 0;
  out.workers = (await explain(batch.with({ target: "for" }), "scale", 2)).workers;
  out.refused = {};
  for (const target of ["threads", "async", "mpc", "nogil"]) {
    out.refused[target] = await message(() => target === "nogil" ? run(kernels.scale, [Float64Array.of(1)], { args: [2] }) : run((n) => n, [1], { target }));
  }
  out.refused.files = await message(() => Dataset.fromFiles("*.csv", Signals));
  out.refused.trace = await message(() => trace("file.json"));
  out.refused.save = await message(() => batch.save("file.arrow"));
  out.refused.exported = await message(() => exported("https://a.test/b.js", "b")(1));
  return JSON.stringify(out);
};
`;

let project: Project;
let metafile: Metafile;
let text: string;

beforeAll(async () => {
  project = await Project.linked(["@uwdata/flechette"]);
  await project.write("main.js", program);
  await project.write("description.json", JSON.stringify(scale.module.description));
  // nothing is external: a page has no Node to ask
  const result = await build({
    absWorkingDir: project.folder,
    entryPoints: ["main.js"],
    bundle: true,
    platform: "browser",
    format: "iife",
    metafile: true,
    write: false,
    logLevel: "silent",
    legalComments: "none",
  });
  metafile = result.metafile;
  text = result.outputFiles[0].text;
});
afterAll(() => project?.remove());

test("a bundle for pages holds the browser's host alone, and none of Node's modules", () => {
  const inputs = Object.keys(metafile.inputs);
  const ours = inputs.map((file) => /dist\/(hosts\/.*|javascript\/codec.*)/.exec(file)?.[1]).filter(Boolean);
  expect(ours).toContain("hosts/browser/threads.js");
  expect(ours.filter((file) => !file!.startsWith("hosts/browser/"))).toEqual([
    "hosts/data-url.js",
    "hosts/sha256.js",
  ]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  expect(imports.filter((path) => isBuiltin(path))).toEqual([]);
  expect(text).not.toMatch(/\bprocess\s*[.?[]|getBuiltinModule|["']node:/);
});

test("in a page without Node it loads, runs on target for, and refuses what a page cannot do", async () => {
  const context = vm.createContext({ ...ofPages });
  vm.runInContext(text, context);
  const wasm = vm.runInContext("Uint8Array", context).from(readFileSync(join(fixtures, "kernels.wasm")));
  const out = JSON.parse(await context.main(wasm));
  const { refused, ...done } = out;
  expect(done).toEqual({
    scaled: [2, 4, 6],
    half: [
      [0, false],
      [0.5, false],
    ],
    later: [0, 3],
    npy: [4, 5],
    traced: true,
    failed: expect.stringMatching(/item 0: Error: The item threw "a text", which is not an Error\.$/),
    trap: expect.stringContaining('"x" expects a row of f64, got undefined'),
    calls: true,
    workers: 0,
  });
  expect(refused).toEqual({
    threads: 'Target "threads" needs Node so far: use target "for" in a page.',
    async: 'Target "async" needs Node so far: use target "for" in a page.',
    mpc: 'Target "mpc" runs in processes, which a page does not have: use target "for".',
    nogil: expect.stringMatching(/needs Worker, which is not defined/),
    files: expect.stringMatching(/^Dataset\.fromFiles\(\) works with files, which a page does not have/),
    trace: expect.stringMatching(/^trace\(file\) works with files, which a page does not have/),
    save: expect.stringMatching(/^save\(\) works with files, which a page does not have/),
    exported: expect.stringMatching(
      /^exported\("https:\/\/a\.test\/b\.js", "b"\) imports a module by its address/,
    ),
  });
});
