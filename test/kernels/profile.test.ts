import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kernelsFrom } from "./kernels.js";

const execute = promisify(execFile);

const source = `function step(x: Float64Array, seed: f64): f64 {
  let sum = seed;
  for (let i = 0; i < x.length; i++) sum = Math.sin(sum + x[i]) + Math.log(2 + sum);
  return sum;
}
export function grind(x: Float64Array, rounds: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < rounds / 100; i++) for (let k = 0; k < x.length; k++) sum = sqrt(sum + x[k] + i);
  return sum;
}
export function helped(x: Float64Array, rounds: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < rounds / 100; i++) sum = step(x, sum) + step(x, -sum);
  return sum;
}
`;

const fixture = new URL("../fixtures/profiled.mjs", import.meta.url).pathname;
const built = new URL("./build/out/profile.js", import.meta.url).href;
let parent: string;
let runs = 0;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "nogil-profile-"));
  await kernelsFrom("profile", source);
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Runs the fixture. @returns what the main thread spent time in, and what the workers did */
async function profiled(end: string, options: (folder: string) => string[], nodeOptions = "") {
  const folder = join(parent, `run ${runs++}`);
  const env = { ...process.env, NODE_OPTIONS: nodeOptions.replace("FOLDER", folder) };
  await execute(process.execPath, [...options(folder), fixture, built, end], { env });
  const main = new Set<string>();
  const workers = new Set<string>();
  for (const file of await readdir(folder)) {
    const { nodes, head } = JSON.parse(await readFile(join(folder, file), "utf8"));
    // Node's names for the files have the thread's number; the main thread's is 0
    const names = file.split(".")[4] === "0" || file.startsWith("own") ? main : workers;
    for (const node of nodes ?? [head]) names.add(node.callFrame.functionName);
  }
  return { main, workers };
}

test.each(["by itself", "shutdown"])(
  "profiles of --cpu-prof have kernels and their functions by name, also those of workers: %s",
  async (end) => {
    const { main, workers } = await profiled(end, (folder) => ["--cpu-prof", `--cpu-prof-dir=${folder}`]);
    expect(main).toContain("step");
    expect(workers).toContain("grind");
  },
);

test("options of profiles may have their values apart, and a name of a file is the main thread's", async () => {
  const { main, workers } = await profiled("by itself", (folder) => [
    ...["--cpu-prof", "--cpu-prof-dir", folder],
    ...["--cpu-prof-interval", "500", "--cpu-prof-name", "own.cpuprofile"],
  ]);
  expect(main).toContain("step");
  expect(workers).toContain("grind");
});

test("NODE_OPTIONS makes workers write profiles as well", async () => {
  const { main, workers } = await profiled("by itself", () => [], '--heap-prof --heap-prof-dir="FOLDER"');
  expect(main.size).toBeGreaterThan(0);
  expect(workers.size).toBeGreaterThan(0);
});
