import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "nogil/compiler";
import { expect, test } from "vitest";
import { compileText, instantiate } from "../harness.js";

const errorsOf = (text: string): Promise<string> => compileText(text).then(() => "", String);

test("what a kernel can take and give is read from its declaration, aliases included", async () => {
  const { kernels } = await compileText(`
    type Signal = Float32Array;
    export function f(a: i8, b: u64 = 3, c: boolean = true, d: number = 1): void {}
    export function g(x: Signal, y: Uint16Array | null = null): Signal { x[0] = 1; return x; }
    export function h(): bool { return true; }
    export const RATE = 300;
    export class Helper {}
    function hidden(): void {}
  `);
  expect(kernels.map(({ name, parameters, result }) => ({ name, parameters, result }))).toEqual([
    {
      name: "f",
      parameters: [
        { name: "a", kind: "scalar", type: "i8" },
        { name: "b", kind: "scalar", type: "u64", optional: true },
        { name: "c", kind: "scalar", type: "bool", optional: true },
        { name: "d", kind: "scalar", type: "f64", optional: true },
      ],
      result: { kind: "void" },
    },
    {
      name: "g",
      parameters: [
        { name: "x", kind: "row", type: "f32" },
        { name: "y", kind: "row", type: "u16", optional: true, readonly: true },
      ],
      result: { kind: "array", type: "f32" },
    },
    { name: "h", parameters: [], result: { kind: "scalar", type: "bool" } },
  ]);
});

test("re-exported functions are kernels, under the names they are exported by", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  await writeFile(
    join(cwd, "entry.ts"),
    'export { first as one } from "./other";\nexport * from "./more/all";\n' +
      'import { first } from "./other";\nexport { first };\nfunction local(): i32 { return 3; }\nexport { local as three };\n',
  );
  await writeFile(
    join(cwd, "other.ts"),
    "const scale: f64 = 2;\nexport function first(a: f64 = scale): f64 { return a; }\n",
  );
  await writeFile(join(cwd, "more.ts"), "");
  const nested = join(cwd, "more");
  await import("node:fs/promises").then(({ mkdir }) => mkdir(nested));
  await writeFile(join(nested, "all.ts"), "export function second(): i32 { return 2; }\n");
  expect((await build("entry.ts", { cwd })).kernels).toEqual(["one", "second", "first", "three"]);
});

test("every declaration that cannot be a kernel is an error at its line", async () => {
  const errors = await errorsOf(
    [
      "export function a(x: string): void {}",
      "export function b(x: Uint8ClampedArray): void {}",
      "export function c(x: f64[]): void {}",
      "export function d<T>(x: T): void {}",
      "export function e(...x: f64[]): void {}",
      "export function f(x: Float32Array | null): void {}",
      "export function g(): string { return ''; }",
      "export function h(x: Float32Array): Float32Array | null { return null; }",
      "export const i = (x: f64): f64 => x;",
      "export function j(x: isize): void {}",
      "export function enum$(x: f64): void {}",
      "export { enum$ as delete };",
      "export default function k(): void {}",
    ].join("\n"),
  );
  const lines = [...errors.matchAll(/kernels\.ts\((\d+),/g)].map(([, line]) => Number(line));
  expect([...new Set(lines)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13]);
  expect(errors).toContain(
    "Parameter 'x' of kernel 'a' is 'string'; kernels take i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, bool " +
      "and typed arrays such as Float32Array.",
  );
  expect(errors).toContain("Kernel 'd' is generic: export one function per element type.");
  expect(errors).toContain("write 'export function i(…)'");
});

test("a file without kernels is an error, and so are AssemblyScript's own", async () => {
  expect(await errorsOf("export const a = 1;")).toContain("This file exports no kernels");
  const errors = await errorsOf("export function f(x: Float64Array): f64 { return x[0.5] + y; }");
  expect(errors).toMatch(/ERROR TS2304: Cannot find name 'y'/);
  expect(errors).toMatch(/ERROR AS200: Conversion from type 'f64' to 'i32' requires an explicit cast/);
});

test("a parameter may be the shape of a row, which the engine gives", async () => {
  const { kernels } = await compileText(`
    export function corner(image: Uint8Array, shape: Int32Array = shapeOf(image)): i32 {
      return image[(shape[0] - 1) * shape[1]];
    }`);
  expect(kernels[0].parameters[0]).toMatchObject({ name: "image", readonly: true });
  expect(kernels[0].parameters[1]).toEqual({
    name: "shape",
    kind: "row",
    type: "i32",
    optional: true,
    readonly: true,
    shapeOf: "image",
  });
  const compiled = await compileText(`
    export function rank(image: Uint8Array, shape: Int32Array = shapeOf(image)): i32 { return shape.length; }
    export function perhaps(x: Float64Array | null = null, shape: Int32Array = shapeOf(x)): i32 { return shape[0]; }`);
  expect(compiled.warnings).toBe("");
  const { run } = await instantiate(compiled);
  expect(run("perhaps", [[Float64Array.of(1, 2)], undefined]).values).toEqual([2]);
  expect(run("rank", [[Uint8Array.of(1)], [Int32Array.of(1, 1)]]).values).toEqual([2]);
  expect(run("rank", [[Uint8Array.of(1)], undefined]).values).toEqual([1]);
  const wrong = [
    "shape: Float32Array = shapeOf(x)",
    "shape: Int32Array = shapeOf(y)",
    "shape: Int32Array = shapeOf()",
  ];
  for (const parameter of wrong) {
    expect(await errorsOf(`export function f(x: Uint8Array, ${parameter}): void {}`)).toContain(
      "declare it as 'shape: Int32Array = shapeOf(row)', after that row.",
    );
  }
});
