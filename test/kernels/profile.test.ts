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

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-profile-"));
  await kernelsFrom("profile", source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a profile of --cpu-prof has kernels and their functions by name", async () => {
  const fixture = new URL("../fixtures/profiled.mjs", import.meta.url).pathname;
  const built = new URL("./build/out/profile.js", import.meta.url).href;
  await execute(process.execPath, ["--cpu-prof", `--cpu-prof-dir=${folder}`, fixture, built]);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".cpuprofile"));
  const profiles = await Promise.all(
    files.map(async (file) => {
      const { nodes } = JSON.parse(await readFile(join(folder, file), "utf8"));
      return new Set(nodes.map((node: any) => node.callFrame.functionName));
    }),
  );
  const names = profiles.flatMap((each) => [...each]);
  expect(names).toContain("grind");
  expect(names).toContain("step");
});
