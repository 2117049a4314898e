import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernel } from "../../dist/abi/kernel.js";
import { checkedText } from "../../dist/abi/source-map.js";
import { build } from "../../dist/compiler/index.js";
import { defineKernels } from "../../dist/kernels/define-kernels.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, list, valuesOf } from "./kernels.js";

const folder = fileURLToPath(new URL("./build/other-builds/", import.meta.url));
const names = ["kernels.wasm", "kernels.js", "kernels.d.ts", "kernels.wasm.map"] as const;

const older = `export function less(x: f64, by: f64 = 1): f64 { return x - by; }
export function part(x: i32): i32 { return 100 / x; }
`;
const newer = `
// parameters are other ones now, and what lies where

const weights: StaticArray<f64> = [1, -2, 4];
export function less(by: f64, x: f64 = 1): f64 { return weights[2] * x - by; }
export function part(x: i32): i32 {
  if (x > 1000) unreachable();
  return 200 / x;
}
`;

beforeAll(async () => {
  for (const [version, source] of Object.entries({ older, newer })) {
    mkdirSync(`${folder}${version}`, { recursive: true });
    writeFileSync(`${folder}${version}/kernels.ts`, source);
    await build("kernels.ts", { cwd: `${folder}${version}`, out: "." });
  }
});
afterAll(async () => {
  await nogil.close();
  rmSync(folder, { recursive: true });
});

let deployments = 0;

/** A folder with the files of one build, which no other has: its WebAssembly has a section more, which does nothing. */
function deploy(version: "older" | "newer"): { at: string; wasm: Uint8Array } {
  const at = `${folder}${++deployments}/`;
  mkdirSync(at);
  const built = readFileSync(`${folder}${version}/kernels.wasm`);
  const wasm = Buffer.concat([built, Uint8Array.of(0, 3, 1, 0x61, deployments)]);
  for (const name of names.slice(1)) {
    const text = readFileSync(`${folder}${version}/${name}`, "utf8");
    const fitting = text.replaceAll(hash(built), hash(wasm));
    writeFileSync(at + name, name.endsWith(".map") ? checked(JSON.parse(fitting)) : fitting);
  }
  writeFileSync(`${at}kernels.wasm`, wasm);
  return { at, wasm };
}

const checked = (map: object) => JSON.stringify({ ...map, x_check: hash(checkedText(map)) });
const hash = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex").slice(0, 32);
const load = (at: string): Promise<Record<string, Kernel>> => import(/* @vite-ignore */ `${at}kernels.js`);

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("%s", (_, engine) => {
  const swaps: [string, (wasm: Uint8Array) => Uint8Array, RegExp][] = [
    [
      "of a newer build",
      () => readFileSync(`${folder}newer/kernels.wasm`),
      /its SHA-256 begins with [0-9a-f]{32}, expected/,
    ],
    ["of which the end is missing", (wasm) => wasm.subarray(0, -100), /its SHA-256/],
    ["with one bit changed", (wasm) => wasm.with(wasm.length - 1, 77), /its SHA-256/],
    ["that is empty", () => new Uint8Array(0), /it is empty/],
    [
      "that is a page",
      () => Buffer.from("<!doctype html><title>Not found</title>"),
      /it is not WebAssembly, but begins with "<!doctype html>/,
    ],
  ];
  test.each(swaps)(
    "refuses a .wasm file %s, naming it and the file that describes it",
    async (_, swap, what) => {
      const { at, wasm } = deploy("older");
      writeFileSync(`${at}kernels.wasm`, swap(wasm));
      const { less } = await load(at);
      const call = () => engine.run(job(less, list([6], [7])));
      const error: Error = await call().then(
        () => expect.fail("it ran"),
        (error) => error,
      );
      expect(error.message).toMatch(what);
      expect(error.message).toContain(
        `file://${at}kernels.wasm is not what file://${at}kernels.js was built with`,
      );
      expect(error.message).toContain('Build both again with "npx nogil build"');
      // and takes the right one when it is there
      writeFileSync(`${at}kernels.wasm`, wasm);
      expect(valuesOf(await call())).toEqual([5, 6]);
    },
  );

  test("refuses a .wasm file of an older build", async () => {
    const { at } = deploy("newer");
    copyFileSync(`${folder}older/kernels.wasm`, `${at}kernels.wasm`);
    const { less } = await load(at);
    await expect(engine.run(job(less, list([6])))).rejects.toThrow(
      /kernels\.wasm is not what .*kernels\.js was built with/,
    );
  });

  test("refuses bytes that are not what was described, and runs those that are", async () => {
    const { at, wasm } = deploy("older");
    const { description } = (await load(at)).less.module;
    const other = readFileSync(`${folder}newer/kernels.wasm`);
    const call = (bytes: Uint8Array) => engine.run(job(defineKernels(bytes, description).less, list([6])));
    await expect(call(other)).rejects.toThrow(
      "The WebAssembly given as bytes is not what the description was built with",
    );
    expect(valuesOf(await call(wasm))).toEqual([5]);
  });

  test("takes the places of errors from a source map of the same build only", async () => {
    const place = async (map?: string) => {
      const { at } = deploy("newer");
      if (map !== undefined) writeFileSync(`${at}kernels.wasm.map`, map);
      const [value, error] = valuesOf(await engine.run(job((await load(at)).part, list([2], [0]))));
      expect([value, (error as Error).message]).toEqual([100, "divide by zero"]);
      const { file, line } = error as { file?: string; line?: number };
      return [file?.endsWith("kernels.ts"), line];
    };
    expect(await place()).toEqual([true, 8]);
    expect(await place(readFileSync(`${folder}older/kernels.wasm.map`, "utf8"))).toEqual([
      undefined,
      undefined,
    ]);
    const damaged = readFileSync(`${deploy("newer").at}kernels.wasm.map`, "utf8").replace(
      '"line":8',
      '"line":9',
    );
    expect(await place(damaged)).toEqual([undefined, undefined]);
    expect(await place("<!doctype html>")).toEqual([undefined, undefined]);
    expect(await place("null")).toEqual([undefined, undefined]);
  });
});

test("a .wasm file in a bundle is told with the file of the bundle", async () => {
  const { description } = (await load(deploy("older").at)).less.module;
  const inline = new URL("data:application/wasm;base64,AGFzbQEAAAA=");
  const { less } = defineKernels(inline, description, "https://example.org/app-1234.js");
  await expect(nogil.run(job(less, list([6])))).rejects.toThrow(
    "The WebAssembly in a data: URL is not what https://example.org/app-1234.js was built with",
  );
});
