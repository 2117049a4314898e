import { expect, test } from "vitest";
import { keepFunctionNames } from "../../../src/compiler/link/function-names.js";
import { compileText } from "../harness.js";

const source = `export function first(x: Float64Array): f64 {
  const list: f64[] = [];
  for (let i = 0; i < x.length; i++) list.push(Math.sin(x[i]));
  list.sort();
  return list[0];
}
export function second(x: f64): f64 {
  return x + 1;
}
`;

/** The functions in the name section of a module, and how many subsections it has. */
function namesIn(wasm: Uint8Array): string[] {
  const [section, ...more] = WebAssembly.Module.customSections(
    new WebAssembly.Module(wasm as BufferSource),
    "name",
  );
  expect(more).toEqual([]);
  const bytes = new Uint8Array(section);
  let at = 0;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  expect(bytes[at++]).toBe(1);
  expect(leb()).toBe(bytes.length - at);
  const names: string[] = [];
  for (let count = leb(); count > 0; count--) {
    leb();
    const length = leb();
    names.push(new TextDecoder().decode(bytes.subarray(at, at + length)));
    at += length;
  }
  expect(at).toBe(bytes.length);
  return names;
}

test("a built module names its kernels as their author does, and other functions without the path of their file", async () => {
  const { wasm } = await compileText(source);
  const names = namesIn(wasm);
  expect(names).toContain("first");
  expect(names).toContain("second");
  expect(names.filter((name) => /\/|^run\$|~lib/.test(name))).toEqual([]);
});

test("the name section holds names of functions alone, and a module without one stays as it is", async () => {
  const { wasm } = await compileText(source);
  expect(keepFunctionNames(wasm)).toEqual(wasm);
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  expect(keepFunctionNames(empty)).toEqual(empty);
});
