import { fromNpy, toNpy } from "nogil/npy";
import { describe, expect, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";

const file = (text: string, data = new Uint8Array(0), major = 1) => {
  const header = Buffer.from(text, major === 3 ? "utf8" : "latin1");
  const length = Buffer.alloc(major === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  const bytes = [Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0]), length, header, data];
  return new Uint8Array(Buffer.concat(bytes));
};
const dict = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

function refusalOf(bytes: Uint8Array): string {
  try {
    fromNpy(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  return "it was read";
}

describe("what a header says is checked before anything is made of it", () => {
  test.each([
    ["<U0", "(4000000000,)", "has 4000000000 strings without characters (<U0), of which it holds no byte"],
    ["|S0", "(1048577,)", "expected 1048576 at most"],
    ["<U", "(4000000000,)", "has 4000000000 strings without characters (<U)"],
    ["|V0", "(4000000000,)", "has dtype |V0, which is not a column"],
    ["|V8", "(1,)", "has dtype |V8, which is not a column"],
    ["<i0", "(4000000000,)", "has dtype <i0, which is not a column"],
    [
      "<f8",
      "(4000000000,)",
      "is cut off: it has 77 bytes and ends before the end of its elements, 4000000000 of 8",
    ],
    ["<f8", "(4294967295, 4294967295)", "is cut off"],
    ["|u1", "(9007199254740993,)", "a column has 4294967295 at most in a dimension"],
    ["|u1", `(${"9".repeat(400)},)`, "a column has 4294967295 at most in a dimension"],
    ["|u1", `(0, ${"9".repeat(400)})`, "a column has 4294967295 at most in a dimension"],
    ["|u1", `(${"1, ".repeat(65)})`, "has 65 dimensions: NumPy's arrays have 64 at most"],
    ["<U4294967295", "(4,)", "is cut off"],
    ["<U99999999999", "(0,)", "has dtype <U99999999999, which is not a column"],
    ["|u1", "(-1,)", "its shape takes whole numbers from 0, got (-1,)"],
    ["|u1", "(1e3,)", "its shape takes whole numbers from 0, got (1e3,)"],
    ["|u1", "(0x10,)", "its shape takes whole numbers from 0, got (0x10,)"],
    ["|u1", "(007,)", "its shape takes whole numbers from 0, got (007,)"],
    ["|u1", "(3)", "its shape takes whole numbers from 0, got (3)"],
    ["|u1", "[3]", "expected a dict of descr, fortran_order and shape"],
    ["|u1", "3", "expected a dict of descr, fortran_order and shape"],
    ["<f8[ns]", "(0,)", "has dtype <f8[ns], which is not a column"],
    ["<M8[parsec]", "(0,)", "has dtype <M8[parsec], which is not a column"],
    ["<i16", "(0,)", "has dtype <i16, which is not a column"],
  ])("dtype %s of shape %s", (descr, shape, message) => {
    const { heap } = sharedMemory();
    const before = heap.usedBytes;
    heap.resetPeak();
    expect(refusalOf(file(dict(descr, shape)))).toContain(message);
    expect(heap.peakBytes).toBe(before);
  });

  test.each(["i1", "u2", "f8", "f2", "b1"])("no elements of %s in any shape with a zero", (type) => {
    for (const shape of ["(0,)", "(0, 3)", "(3, 0)", `(0, ${"4294967295, ".repeat(40)})`]) {
      const read = fromNpy<any>(file(dict(`<${type}`, shape)));
      expect([read.values.length, read.length]).toEqual([0, shape.startsWith("(3") ? 3 : 0]);
    }
  });

  test("strings without characters, as many as may be", () => {
    for (const type of ["<U5", "|S3", "<U0"]) expect(fromNpy(file(dict(type, "(0,)")))).toEqual([]);
    expect(fromNpy(file(dict("<U0", "(3,)")))).toEqual(["", "", ""]);
    expect(fromNpy(file(dict("|S0", "()")))).toEqual([""]);
    expect(fromNpy<string[]>(file(dict("|S0", "(1048576,)"))).length).toBe(1048576);
  });
});

describe("a header is a dict of its three entries and nothing else", () => {
  const three = "expected a dict of descr, fortran_order and shape";
  const good = dict("|u1", "(2,)");
  const data = Uint8Array.of(1, 2);

  test.each([
    ["in another order, quotes and spacing", `{ "shape":(2,),"descr" : "|u1",\n"fortran_order":False }`],
    ["padded with spaces", good.replace("\n", `${" ".repeat(100)}\n`)],
    ["as Python 2 wrote it", good.replace("(2,)", "(2L,)")],
  ])("%s it is read", (_, text) => {
    for (const version of [1, 2, 3])
      expect([...fromNpy<any>(file(text, data, version)).values]).toEqual([1, 2]);
  });

  test.each([
    ["empty", "", three],
    ["without an entry", good.replace(/'shape.*\)/, ""), three],
    ["with an entry twice", good.replace("{", "{'descr': '<f8', "), three],
    ["with another entry", good.replace("{", "{'order': 'C', "), three],
    ["without its end", good.replace("}", ""), three],
    ["with more behind it", good.replace("}", "} 5"), three],
    ["with a byte of another alphabet among its spaces", good.replace("\n", "\xa0\n"), three],
    ["with a control character", good.replace("{", "{\x1b"), "\\u001b"],
    ["with its values mixed up", good.replace("False", "'False'"), three],
    ["structured", good.replace("'|u1'", "[('a', '<i4')]"), "has a structured dtype"],
    [
      "structured, with names of other alphabets",
      good.replace("'|u1'", "[('é', '<i4')]"),
      "a structured dtype",
    ],
    ["far too long", good.replace("\n", `${" ".repeat(1 << 17)}\n`), "in 65536 bytes at most"],
  ])("%s it is refused", (_, text, message) => {
    const versions = text.length > 65535 ? [2, 3] : [1, 2, 3];
    for (const version of versions) {
      const said = refusalOf(file(text, data, version));
      expect(said).toContain(message);
      expect(said.length).toBeLessThan(400);
    }
  });

  test("a header that says that it is longer than the file", () => {
    const bytes = file(good, data, 2);
    bytes.set([0xff, 0xff, 0xff, 0xff], 8);
    expect(() => fromNpy(bytes)).toThrow(
      `is cut off: it has ${bytes.length} bytes and ends before its header, which ends at byte 4294967307.`,
    );
  });
});

test("bytes behind the array are refused, and the error says where another array may begin", () => {
  const [first, second] = [toNpy(Int16Array.of(1, 2)), toNpy(["a", "bc"])];
  const both = new Uint8Array(Buffer.concat([first, second]));
  expect(() => fromNpy(both)).toThrow(
    `The .npy file continues after its one array: its header says ${first.length} bytes, it has ${both.length}. If that ` +
      `is another array, read bytes.subarray(0, ${first.length}) and bytes.subarray(${first.length}).`,
  );
  expect([...fromNpy<any>(both.subarray(0, first.length)).values]).toEqual([1, 2]);
  expect(fromNpy(both.subarray(first.length))).toEqual(["a", "bc"]);
});

test("a boolean is 0 or 1", () => {
  expect(() => fromNpy(file(dict("|b1", "(3,)"), Uint8Array.of(1, 0, 7)))).toThrow(
    "The .npy file has booleans, 0 or 1, and 7 in the place of number 2.",
  );
});

test("strings of other alphabets and of any length, in both orders, lone surrogates included", () => {
  const text = ["", "ü", "€😀".repeat(5000), "\ud800x", "\udc00"];
  const bytes = toNpy(text);
  expect(fromNpy(bytes)).toEqual(text);
  const header = new TextDecoder("latin1").decode(bytes.subarray(10, bytes.length)).split("\n")[0];
  const data = bytes.slice(10 + header.length + 1);
  for (let i = 0; i < data.length; i += 4) data.subarray(i, i + 4).reverse();
  expect(fromNpy(file(`${header.replace("<U", ">U")}\n`, data))).toEqual(text);
});

test("strings that would fill the memory because one is long are refused", () => {
  const many = Array<string>(60_000).fill("");
  expect(() => toNpy([...many, "x".repeat(20_000)])).toThrow(
    "All strings of a NumPy array take as many bytes as the longest, of 20000 characters: 60001 take 4800080000",
  );
});
