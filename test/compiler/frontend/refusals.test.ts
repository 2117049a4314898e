import { expect, test } from "vitest";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { compileAndLink } from "../../../src/compiler/link/link.js";
import { compileText, defaults, load } from "../harness.js";

const raw = [
  "export function a(x: Float32Array): i32 { return x.buffer.byteLength; }",
  "export function b(x: Float32Array): i32 { return x.byteOffset; }",
  "export function c(x: Float32Array): usize { return x.dataStart; }",
  "export function d(x: Float32Array): usize { return changetype<usize>(x); }",
  "export function e(x: Float32Array): f32 { return load<f32>(1024); }",
  "export function f(x: Float32Array): void { store<f32>(1024, 1); }",
  "export function g(x: Float32Array): void { memory.fill(1024, 0, 8); }",
  "export function h(x: Float32Array): f32 { return f32.load(1024); }",
  "export function i(x: Float32Array): f32 { return f32x4.extract_lane(v128.load(1024), 0); }",
  "export function j(x: Float32Array): i32 { const y = x.subarray(1); return y.buffer.byteLength; }",
  "export function k(x: Float32Array): i32 { return atomic.load<i32>(1024); }",
  "function helper(x: Float32Array): i32 { return (x).buffer.byteLength; }",
  "export function l(x: Float32Array): i32 { return helper(x); }",
  "@unmanaged class Raw { value: f64 = 0; }",
].join("\n");

test("raw access to memory is an error at its line, with the way out", async () => {
  const errors = await compileText(raw.replaceAll("usize", "u32")).then(() => "", String);
  const lines = [...errors.matchAll(/kernels\.ts\((\d+),/g)].map(([, line]) => Number(line));
  expect([...new Set(lines)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14]);
  expect(errors).toContain("build with --allow-unsafe");
});

test("raw access is allowed when the build says so, and its rows then count as written", async () => {
  const text = "export function first(x: Float32Array): f32 { return load<f32>(x.dataStart); }";
  const { kernels } = await compileText(text, { allowUnsafe: true });
  expect(kernels[0].parameters).toEqual([{ name: "x", kind: "row", type: "f32" }]);
  const { run } = await load(text, { allowUnsafe: true });
  expect(run("first", [[Float32Array.of(5)]]).values).toEqual([5]);
});

test("the buffer of an array that a kernel made is its own, and so are functions called 'load'", async () => {
  const { run } = await load(`
    function load(x: i32): i32 { return x + 1; }
    export function size(n: i32): i32 { const y = new Float64Array(n); return load(y.buffer.byteLength); }`);
  expect(run("size", [[3]]).values).toEqual([25]);
});

test("what only a host has is an error that tells every place, unless nothing calls it", async () => {
  const text = (body: string) =>
    ["function log(x: f64): void {", "  console.log(x.toString());", "}", body].join("\n");
  const used = text("export function a(x: f64): f64 {\n  log(x);\n  console.log('a');\n  return x;\n}");
  const link = async (source: string) =>
    compileAndLink(await loadToolchain(import.meta.dirname), "kernels.ts", { ...defaults, text: source });
  const error = await link(used).then(() => "", String);
  expect(error).toContain("these sources need env.console.log at kernels.ts(2,3), kernels.ts(6,3).");
  expect(error).toContain("to see a value return it");
  const unused = await link(text("export function a(x: f64): f64 { return x + 1; }"));
  expect(unused.kernels.map(({ name }) => name)).toEqual(["a"]);
});
