import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { compileText, instantiate } from "../harness.js";

const text = `
export function find(x: Float64Array, at: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < at; i++) {
    if (x[0] == 7)
      throw new TypeError("seven");
    if (x[0] == 8)
      throw new TypeError("eight at " + i.toString());
    for (let j = 0; j < 2; j++)
      sum += x[i];
  }
  return sum;
}
export function nothing(x: Int32Array, at: i32): void {
  for (let i = 0; i < at; i++)
    x[i]++;
}`;

test("what is thrown in a loop has its message and its line, in what it tells and in the source map", async () => {
  const compiled = await compileText(text);
  const { run, stackOf } = await instantiate(compiled);
  const map = new TraceMap({ ...JSON.parse(compiled.map), sourceRoot: "" });
  const [segments] = decodedMappings(map);
  const cases = [
    { name: "find", row: Float64Array.of(7), error: { name: "TypeError", message: "seven", line: 6 } },
    { name: "find", row: Float64Array.of(8), error: { name: "TypeError", message: "eight at 0", line: 8 } },
    {
      name: "find",
      row: Float64Array.of(1, 2),
      error: { name: "RangeError", message: "Index out of range", line: 10 },
    },
    {
      name: "nothing",
      row: Int32Array.of(1, 2),
      error: { name: "RangeError", message: "Index out of range", line: 16 },
    },
  ];
  for (const { name, row, error } of cases) {
    const { thrown } = run(name, [[row], [3]]);
    expect(thrown).toMatchObject([error]);
    const offset = Number.parseInt(/wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(stackOf())![1], 16);
    const [, source, line] = segments.findLast((segment) => segment.length > 1 && segment[0] <= offset)!;
    expect([map.sources[source!], line! + 1]).toEqual(["kernels.ts", error.line]);
  }
  expect(run("find", [[Float64Array.of(1, 2, 3)], [3]]).values).toEqual([12]);
});

test("no loop of a checked kernel calls anything", async () => {
  const { wasm } = await compileText(text);
  const { loadToolchain } = await import("../../../src/compiler/build/toolchain.js");
  const { binaryen } = await loadToolchain(import.meta.dirname);
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const lines = module.emitText().split("\n");
  const nothing = lines.findIndex((line) => line.includes('(export "run$nothing"'));
  const [, name] = /\(func (\$\S+)\)\)/.exec(lines[nothing])!;
  const begin = lines.findIndex((line) => line.startsWith(` (func ${name} `));
  const end = lines.findIndex((line, i) => i > begin && line === " )");
  const body = lines.slice(begin, end);
  const depthOf = (line: string) => line.search(/\S/);
  const loops = body.flatMap((line, i) => (line.trim().startsWith("(loop") ? [i] : []));
  expect(loops).toHaveLength(2);
  for (const loop of loops) {
    const after = body.findIndex((line, i) => i > loop && depthOf(line) <= depthOf(body[loop]));
    expect(body.slice(loop, after).filter((line) => line.includes("(call"))).toEqual([]);
  }
});
