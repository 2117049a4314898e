import { beforeAll, expect, test } from "vitest";
import { relocate } from "../../../src/abi/relocate.js";
import { compileOnce } from "../../../src/compiler/build/compile-once.js";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { compileAndLink, findRelocations, type LinkedModule } from "../../../src/compiler/link/link.js";
import { defaults, instantiate } from "../harness.js";

const text = `
const squares: f64[] = [0, 1, 4, 9];
const names = ["zero", "one", "two", "three"];
const nested: i32[][] = [[1, 2], [3, 4, 5]];
const zeros = memory.data(4096);
const lengths = new Map<string, i32>();
for (let i = 0; i < names.length; i++) lengths.set(names[i], names[i].length);
class Shape { area(): f64 { return 0; } }
class Square extends Shape { constructor(public side: f64) { super(); } area(): f64 { return this.side ** 2; } }
export function lookup(i: i32): f64 {
  const literal = [1.5, 2.5, 3.5, 4.5];
  const shape: Shape = i == 3 ? new Square(i) : new Shape();
  squares[i] += shape.area();
  store<i32>(zeros + i * 4, load<i32>(zeros + i * 4) + 1);
  return squares[i] + lengths.get(names[i]) + literal[i] + (i < 2 ? nested[i][1] : 0) + load<i32>(zeros + i * 4);
}
export function text(v: f64): i32 { return v.toString().length + "élan".toUpperCase().length; }
export function pick(x: Float64Array): f64 { return x.slice().sort((a, b) => a < b ? 1 : -1)[0]; }
`;

const options = { ...defaults, text, allowUnsafe: true };
let linked: LinkedModule;
beforeAll(async () => {
  linked = await compileAndLink(await loadToolchain(import.meta.dirname), "kernels.ts", options);
});

test.for([1 << 20, 2 << 20, (7 << 20) + 4096, (121 << 20) + 16])(
  "patched to %i, a module is what compiling it there gives",
  async (base) => {
    const there = await compileOnce(await loadToolchain(import.meta.dirname), "kernels.ts", base, options);
    const moved = relocate(linked.wasm, linked.description, base);
    expect(Buffer.compare(moved, there.wasm)).toBe(0);
  },
);

test("instances of a module, and of its copies, share nothing that changes", async () => {
  const memory = new WebAssembly.Memory({ initial: 2048, maximum: 65536, shared: true });
  new Uint8Array(memory.buffer).fill(0xaa);
  const size = linked.description.staticBytes;
  const copies = [16 << 20, (16 << 20) + size, (126 << 20) + 16].map((base) =>
    relocate(linked.wasm, linked.description, base),
  );
  const expected = [[0 + 4 + 1.5 + 2 + 1], [1 + 3 + 2.5 + 4 + 1], [4 + 3 + 3.5 + 1], [9 + 9 + 5 + 4.5 + 1]];
  for (const wasm of copies) {
    const { run } = await instantiate({ wasm, kernels: linked.kernels }, { memory });
    expect([0, 1, 2, 3].map((i) => run("lookup", [[i]]).values)).toEqual(expected);
    expect(run("text", [[1.25]]).values).toEqual([8]);
    expect(run("pick", [[Float64Array.of(1, 3, 2)]]).values).toEqual([3]);
  }
});

test("static data must lie, aligned, where every address has four bytes", () => {
  for (const base of [0, (1 << 20) + 8, 128 << 20, (128 << 20) - 16]) {
    expect(() => relocate(linked.wasm, linked.description, base)).toThrow(
      /Static data of \d+ bytes cannot be located at address \d+: it must be aligned to 16 bytes, between 1048576 and 134217728/,
    );
  }
});

test("a difference that is no address is an error of the build", () => {
  const here = Uint8Array.of(0x80, 0x80, 0xc0, 0x00, 7);
  expect(() =>
    findRelocations(here, Uint8Array.of(0x90, 0x80, 0xc0, 0x00, 7), {
      segments: [],
      memoryMinimum: { start: 0, end: 0 },
    }),
  ).toThrow("The module cannot be moved in memory");
  expect(() =>
    findRelocations(here, here.subarray(1), { segments: [], memoryMinimum: { start: 0, end: 0 } }),
  ).toThrow("The module cannot be moved in memory");
});
