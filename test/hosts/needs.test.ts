import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const dist = pathToFileURL(`${process.cwd()}/dist/`).href;
const kernels = pathToFileURL(`${process.cwd()}/test/fixtures/build/kernels.js`).href;

/** Runs a program, which has the library and kernels at hand; one that does not end is killed. */
async function program(code: string, ...options: string[]): Promise<string> {
  const text = `
    const { run, exported } = await import("${dist}index.js");
    const kernels = await import("${kernels}");
    const half = exported("data:text/javascript,export const half = (n) => n / 2;", "half");
    const show = (call) => call.then((all) => console.log(all.join()), ({ message }) => console.log(message));
    ${code}`;
  const args = [...options, "--input-type=module", "--eval", text];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  return stdout;
}

const before = (code: string) => ["--import", `data:text/javascript,${encodeURIComponent(code)}`];

const [major] = process.versions.node.split(".").map(Number);
const permission = [
  major < 22 ? "--experimental-permission" : "--permission",
  "--allow-fs-read=*",
  "--allow-fs-write=*",
];

test("where Node's permission model forbids workers, the first error says which option is missing", async () => {
  const code = `
    await show(run(half, [1, 2]));
    await show(run(half, [1, 2], { target: "mpc" }));
    await show(run(kernels.scale, [Float64Array.of(1)], { args: [2] }));
    await show(run(half, [1, 2], { target: "for" }));`;
  const said = (target: string, options: string) =>
    `Target "${target}" needs what Node's permission model forbids here: start Node with ${options} too, or use target "for".`;
  expect((await program(code, ...permission)).split("\n")).toEqual([
    said("threads", "--allow-worker"),
    said("mpc", "--allow-child-process --allow-worker"),
    said("nogil", "--allow-worker"),
    "0.5,1",
    "",
  ]);
  const allowed = [...permission, "--allow-worker", "--allow-child-process"];
  expect((await program(code, ...allowed)).split("\n")).toEqual(["0.5,1", "0.5,1", "", "0.5,1", ""]);
});

const asBun = before(`
  import { Serializer } from "node:v8";
  import v8 from "node:v8";
  v8.Serializer = class { constructor() { throw new Error("not implemented"); } };
  Object.defineProperty(process, "versions", { value: { ...process.versions, bun: "1.2.3" } });`);

test("where node:v8 has no Serializer, targets that send values say so, and kernels and for work", async () => {
  const code = `
    for (const target of ["threads", "async", "mpc"]) await show(run(half, [1, 2], { target }));
    const rows = [Float64Array.of(1)];
    await run(kernels.scale, rows, { args: [2] });
    console.log(rows.join());
    await show(run(half, [1, 2], { target: "for" }));`;
  const said = (target: string) =>
    `Target "${target}" sends values by node:v8's Serializer, which Bun 1.2.3 does not have. What works there are ` +
    'kernels (target "nogil"), and target "for"; the others need Node or Deno.';
  expect((await program(code, ...asBun)).split("\n")).toEqual([
    said("threads"),
    said("async"),
    said("mpc"),
    "2",
    "0.5,1",
    "",
  ]);
});

test.each(["timeout: 5", "deadline: 5", "signal: new AbortController().signal"])(
  "in Bun, which cannot end a kernel, a kernel's %s is refused",
  async (option) => {
    const code = `await show(run(kernels.scale, [Float64Array.of(1)], { args: [2], ${option} }));`;
    expect(await program(code, ...asBun)).toContain(
      `run(scale): a kernel that runs cannot be ended in Bun, so that the option "${option.split(":")[0]}" could not be kept: leave it out`,
    );
  },
);

test.each(["18.20.8", "20.18.3"])("Node %s is refused by every entry of the package", async (version) => {
  const old = before(
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
  );
  const code = `
    for (const entry of ["index", "arrow/index", "npy/index", "compiler/index", "compiler/cli"])
      await import("${dist}" + entry + ".js").catch(({ message }) => console.log(message));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...old,
    "--input-type=module",
    "--eval",
    code,
  ]);
  expect(stdout).toBe(
    `nogil needs Node 20.19 or later, and of Node 22 at least 22.3; this is ${version}.\n`.repeat(5),
  );
});

test("where there is no Node, a page's library works on target for, and Node's says what to choose", async () => {
  const withoutNode = `
    const { log } = console;
    globalThis.process = undefined;
    globalThis.navigator ??= { hardwareConcurrency: 2 };
    const { Batch, currentSignal, inbatchParallel } = await import("${dist}index.js");
    class Numbers extends Batch {
      keep(results) { return [...results]; }
    }
    Numbers.prototype.half = inbatchParallel({ init: "indices", post: "keep", target: "for" }, function half(n) {
      return [n / 2, currentSignal().aborted];
    });
    log(JSON.stringify(await new Numbers(2).half()));`;
  const args = ["--input-type=module", "--eval", withoutNode];
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=browser", ...args]);
  expect(stdout).toBe("[[0,false],[0.5,false]]\n");
  await expect(promisify(execFile)(process.execPath, args)).rejects.toThrow(
    'nogil was loaded for Node, and there is no process here: have what loads it take the condition "browser"',
  );
});
