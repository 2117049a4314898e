import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Kernel, run } from "nogil";
import { compile } from "nogil/compiler";
import { afterAll, expect, test } from "vitest";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { CheckedConversions } from "../../../src/compiler/passes/conversions.js";
import { compileText } from "../harness.js";

const cwd = mkdtempSync(join(tmpdir(), "nogil-conversions-"));
mkdirSync(join(cwd, "node_modules"));
const kernelsOf = (source: string | URL, unchecked = false) => compile(source, { cwd, unchecked });
afterAll(() => rmSync(cwd, { recursive: true }));

// each line converts x, and nothing else of the user's does
const places = `
export function prefix(x: f64): i32 { return <i32>x; }
export function keyword(x: f64): i32 { return x as i32; }
export function call(x: f64): i32 { return i32(x); }
export function same(x: f64): i32 { return <i32>x; }
function helper(x: f64): i32 { return <i32>x; }
export function nested(x: f64): i32 { return helper(x) + 0; }
// @ts-ignore: decorator
@inline function inlined(x: f64): u8 { return <u8>x; }
export function byInline(x: f64): i32 { return inlined(x); }
function to<T>(x: f64): T { return <T>x; }
export function generic(x: f64): i32 { return to<i32>(x); }
export function closure(x: f64): i32 { return [x].map<i32>(
  (y) => <i32>y)[0]; }
class Field { value: i16; constructor(x: f64) { this.value =
  <i16>x; } }
export function field(x: f64): i32 { return new Field(x).value; }
export function byDefault(x: f64, y: i32 = <i32>x): i32 { return y; }
function optional(x: f64, y: u16 = <u16>(2 * x)): i32 { return y / 2; }
export function byOptional(x: f64): i32 { return optional(x); }
export function stored(x: f64): i32 { const row = new Uint8Array(1);
  row[0] = <u8>x;
  return row[0]; }
export function added(x: f64): i32 { const row = new Int32Array(1);
  row[0] += <i32>x;
  return row[0]; }
export function index(x: f64): i32 { const row = new Int32Array(4); row[3] = 3;
  return row[<i32>x]; }
export function rounded(x: f64): i32 { return Math.round(x) as i32; }
export function size(x: f64): i32 { return new Float64Array(
  <i32>x).length; }
export function pointer(x: f64): i32 { return <i32>(<usize>x); }
export function unused(x: f64): i32 {
  <i32>x;
  return 3; }
export function unusedSmall(x: f64): i32 {
  <u8>x;
  return 3; }
export function chosen(x: f64): i32 { return x == 3 ? 3 :
  <i32>x; }
`;
const lineOf = (text: string) => places.split("\n").findIndex((line) => line.includes(text)) + 1;

test("a conversion is checked wherever it stands, and its error tells its line", async () => {
  const kernels = await kernelsOf(places);
  const lines: Record<string, number> = Object.fromEntries(
    Object.keys(kernels).map((name) => [name, lineOf(`function ${name}(`)]),
  );
  Object.assign(lines, {
    nested: lineOf("function helper"),
    byInline: lineOf("function inlined"),
    generic: lineOf("function to<T>"),
    closure: lineOf("(y) =>"),
    field: lineOf("  <i16>x"),
    byOptional: lineOf("function optional"),
  });
  for (const name of ["stored", "added", "index", "size", "unused", "unusedSmall", "chosen"]) lines[name]++;
  expect(Object.keys(lines)).toHaveLength(20);
  for (const [name, kernel] of Object.entries(kernels)) {
    const results = await run(kernel, Float64Array.of(3, NaN, 3), { target: "for" });
    expect([name, ...results]).toEqual([name, 3, expect.any(RangeError), 3]);
    expect([name, (results[1] as { line?: number }).line]).toEqual([name, lines[name]]);
    expect((results[1] as Error).message).toMatch(/^NaN or a number out of range does not fit [iu]/);
  }
});

test("imported files and packages convert with the same checks", async () => {
  mkdirSync(join(cwd, "node_modules/as-bins"), { recursive: true });
  writeFileSync(
    join(cwd, "node_modules/as-bins/index.ts"),
    "export function bin(x: f64): u8 { return <u8>x; }\nexport function far(x: f64): i32 { return <i32>x; }\n",
  );
  writeFileSync(join(cwd, "other.ts"), "\n\nexport function other(x: f64): i32 { return <i32>x; }\n");
  const source = `import { bin, far } from "as-bins";
import { other } from "./other";
export function first(x: f64): i32 { return bin(x); }
export function second(x: f64): i32 { return far(x); }
export function third(x: f64): i32 { return other(x); }`;
  writeFileSync(join(cwd, "entry.ts"), source);
  const { first, second, third } = await kernelsOf(pathToFileURL(join(cwd, "entry.ts")));
  const xs = Float64Array.of(200, 256, 1e10, NaN);
  const places = async (kernel: Kernel) =>
    (await run(kernel, xs, { target: "for" })).map((value) =>
      value instanceof RangeError
        ? `${(value as { file?: string }).file!.slice(cwd.length + 1)}:${(value as { line?: number }).line}`
        : value,
    );
  expect(await places(first)).toEqual([200, "entry.ts:3", "entry.ts:3", "entry.ts:3"]);
  expect(await places(second)).toEqual([200, 256, "entry.ts:4", "entry.ts:4"]);
  expect(await places(third)).toEqual([200, 256, "other.ts:3", "other.ts:3"]);
});

test("constants that fit stay constants, and those that do not are errors where they stand", async () => {
  const { fits, far, small } = await kernelsOf(`
const three: u8 = <u8>3.9;
// @ts-ignore: decorator
@inline const four: i32 = <i32>4.9;
export function fits(x: f64): i32 { return three + four + <i16>-5.5; }
export function far(x: f64): i32 { return x == 1 ? 1 : <i32>1e10; }
export function small(x: f64): i32 { return x == 1 ? 1 : <u8>-1.0; }`);
  const at = (kernel: Kernel) => run(kernel, Float64Array.of(1, 2), { target: "for" });
  expect([...(await at(fits))]).toEqual([2, 2]);
  expect([...(await at(far))]).toEqual([1, expect.objectContaining({ name: "RangeError", line: 6 })]);
  expect([...(await at(small))]).toEqual([1, expect.objectContaining({ name: "RangeError", line: 7 })]);
  const { wasm } = await compileText(
    "const n = <u8>3.5; export const m = <i32>3.5; export function f(x: Int32Array): void { x[n] = m; }",
  );
  expect(await text(wasm)).not.toContain("trunc");
});

test("a constant of the module that does not fit fails every item, saying so", async () => {
  const { any } = await kernelsOf(
    "const far: i32 = <i32>1e10;\nexport function any(x: f64): f64 { return x + far; }",
  );
  const results = await run(any, Float64Array.of(1, 2), { target: "for" }).then(String, String);
  expect(results).toContain("RangeError: NaN or a number out of range does not fit");
});

test("options of asconfig.json that optimize again, or leave out what conversions need, change nothing", async () => {
  const folder = join(cwd, "converging");
  mkdirSync(folder);
  const options = { converge: true, disable: ["mutable-globals", "nontrapping-f2i"] };
  writeFileSync(join(folder, "asconfig.json"), JSON.stringify({ options }));
  const { first, second } = await compile(
    `export function first(x: f64): i32 { return <i32>x; }
export function second(x: f64): i32 { return <i32>x; }`,
    { cwd: folder },
  );
  for (const [kernel, line] of [
    [first, 1],
    [second, 2],
  ] as const) {
    const results = await run(kernel, Float64Array.of(7.5, NaN), { target: "for" });
    expect([...results]).toEqual([7, expect.objectContaining({ name: "RangeError", line })]);
  }
});

test("two builds at once, one of them unchecked, do not disturb each other", async () => {
  const source = "export function both(x: f64): i32 { return <i32>x; }";
  const built = await Promise.all([kernelsOf(source), kernelsOf(source, true), kernelsOf(`${source}\n`)]);
  const results = await Promise.all(
    built.map(({ both }) => run(both, Float64Array.of(NaN), { target: "for" })),
  );
  expect(results.map(([value]) => value)).toEqual([expect.any(RangeError), 0, expect.any(RangeError)]);
});

test("a loop with conversions calls nothing, and has the instruction that traps and a comparison of integers", async () => {
  const { wasm } = await compileText(`
export function bins(x: Float64Array, y: Int32Array): void { for (let i = 0; i < x.length; i++) y[<i32>x[i]]++; }
export function bytes(x: Float32Array, y: Uint8Array): void { for (let i = 0; i < x.length; i++) y[i] = <u8>x[i]; }`);
  const lines = (await text(wasm)).split("\n");
  expect(lines.filter((line) => line.includes("i32.trunc_f64_s"))).toHaveLength(1);
  expect(lines.filter((line) => line.includes("i32.trunc_f32_s"))).toHaveLength(1);
  expect(lines.filter((line) => /trunc_sat|nogil\$conversion/.test(line))).toEqual([]);
  const depthOf = (line: string) => line.search(/\S/);
  const loops = lines.flatMap((line, i) => (line.trim().startsWith("(loop") ? [i] : []));
  const inner = loops.map((loop) => {
    const end = lines.findIndex((line, i) => i > loop && depthOf(line) <= depthOf(lines[loop]));
    return lines.slice(loop, end);
  });
  const converting = inner.filter((loop) => loop.some((line) => line.includes("i32.trunc_")));
  const innermost = converting.filter((loop) => loop.filter((line) => line.includes("(loop")).length === 1);
  expect(innermost).toHaveLength(2);
  expect(innermost.flat().filter((line) => line.includes("(call"))).toEqual([]);
});

test("a compiler that converts in another way is refused, not trusted", async () => {
  const toolchain = await loadToolchain(import.meta.dirname);
  const { Compiler, ...rest } = toolchain.syntax as unknown as Record<string, object>;
  class Renamed {}
  for (const syntax of [{ ...rest, Compiler: Renamed }, { ...rest, Compiler, UnaryOp: {} }, rest]) {
    const checked = new CheckedConversions({ ...toolchain, syntax: syntax as never });
    expect(() => checked.install({} as never)).toThrow(
      /AssemblyScript 0\..* converts numbers in a way that nogil does not know.*--unchecked/,
    );
  }
  const never = new CheckedConversions(toolchain);
  never.install({} as never);
  expect(() => never.assertUsed()).toThrow("does not know");
});

async function text(wasm: Uint8Array): Promise<string> {
  const { binaryen } = await loadToolchain(import.meta.dirname);
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  return module.emitText();
}
