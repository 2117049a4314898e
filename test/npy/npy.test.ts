import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Batch, type Dense, sharedBytes } from "nogil";
import { fromNpy, toNpy } from "nogil/npy";
import { describe, expect, test } from "vitest";
import { type Dtype, dtypes, typedArrays } from "../../dist/abi/dtype.js";
import { dense, raggedFrom } from "../../dist/columns/index.js";

// what NumPy itself wrote: see save.py
const files: Record<string, string> = JSON.parse(
  readFileSync(new URL("numpy.json", import.meta.url), "utf8"),
);
const saved = (name: string) => new Uint8Array(Buffer.from(files[name], "base64"));
const counting = Array.from({ length: 24 }, (_, i) => i);

describe("fromNpy reads what NumPy wrote", () => {
  const names = [
    ...dtypes.map((dtype) => {
      const kind = { i: "int", u: "uint", f: "float" }[dtype[0]];
      return [`${kind}${8 * typedArrays[dtype].BYTES_PER_ELEMENT}`, dtype] as const;
    }),
    ["float16", "f32"] as const,
  ];

  test.each(names)("%s, little-endian, big-endian and in Fortran order", (name, dtype) => {
    for (const variant of ["", ".big", ".fortran"]) {
      const column = fromNpy<any>(saved(name + variant));
      expect([column.dtype, column.shape], variant).toEqual([dtype, [2, 3, 4]]);
      expect([...column.values].map(Number), variant).toEqual(counting);
    }
  });

  test("booleans, extremes, empty arrays, a number alone, dates, and versions 2 and 3", () => {
    const read = (name: string) => {
      const { dtype, shape, values } = fromNpy<any>(saved(name));
      return [dtype, shape, [...values]];
    };
    expect(read("bool")).toEqual(["u8", [2, 2], [1, 0, 0, 1]]);
    expect(read("extremes")).toEqual(["i64", [2], [-(2n ** 63n), 2n ** 63n - 1n]]);
    expect(read("empty")).toEqual(["f32", [0, 3], []]);
    expect(read("scalar")).toEqual(["f64", [1], [2.5]]);
    expect(read("dates")).toEqual(["i64", [2], [1n, -1n]]);
    for (const version of ["v2", "v3"]) expect(read(version)).toEqual(["f64", [3], [0, 1, 2]]);
    const strided = counting.filter((i) => Math.floor(i / 4) % 3 !== 1);
    expect(read("big.strided")).toEqual(["f32", [2, 2, 4], strided]);
  });

  test("half floats exactly", () => {
    const { values } = fromNpy<any>(saved("half"));
    const exact = [0, -0, 1.5, 65504, 2 ** -24, 1023 * 2 ** -24];
    expect([...values]).toEqual([...exact, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
  });

  test("strings as arrays", () => {
    const text = ["a", "", "ü€😀", "long text"];
    expect(fromNpy(saved("text"))).toEqual(text);
    expect(fromNpy(saved("text.big"))).toEqual(text);
    expect(fromNpy(saved("bytes"))).toEqual(["ab", "", "ü"]);
  });
});

describe("fromNpy refuses", () => {
  test.each([
    ["complex", "The .npy file has dtype <c16, which is not a column"],
    ["object", "The .npy file has dtype |O"],
    ["longdouble", "The .npy file has dtype <f16"],
    ["structured", "has a structured dtype, which is not a column: save each of its fields by itself"],
    ["notext", "The .npy file has bytes (|S2) that are not text in UTF-8: item 1."],
    ["notext2d", "has strings (<U1) of shape [2, 1]: expected one an item, [N]"],
  ])("%s, saying what it is", (name, message) => {
    expect(() => fromNpy(saved(name))).toThrow(message);
  });

  const withHeader = (text: string, data: Uint8Array) => {
    const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8);
    return Uint8Array.from([...head, ...Buffer.from(text, "latin1"), ...data]);
  };

  test.each(["(-1,)", "(2.5,)", "(1 2)", "(,)", "(1,,)", "(n,)"])("the shape %s", (shape) => {
    const bytes = withHeader(
      `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}}`,
      new Uint8Array(64),
    );
    expect(() => fromNpy(bytes)).toThrow(`its shape takes whole numbers from 0, got ${shape}.`);
  });

  test("code points that there are not", () => {
    const text = "{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}";
    expect(() => fromNpy(withHeader(text, Uint8Array.of(0, 0, 17, 0)))).toThrow(
      "The .npy file has a string (<U1) with no character 1114112: item 0.",
    );
  });

  test("a file that is cut off, at any byte, and what is no file of NumPy", () => {
    for (const name of ["float32.big", "text", "v2"]) {
      const whole = saved(name);
      for (let end = 0; end < whole.length; end++) {
        expect(() => fromNpy(whole.slice(0, end)), `${name}, ${end} bytes`).toThrow(
          /not an \.npy file|of version|cut off/,
        );
      }
    }
    expect(() => fromNpy(new TextEncoder().encode("PK\u0003\u0004"))).toThrow(
      "An .npz file is a zip of such",
    );
    expect(() => fromNpy("x" as never)).toThrow(
      "takes the bytes of a .npy file as a Uint8Array or ArrayBuffer, got a string",
    );
    const odd = saved("float64");
    odd[6] = 4;
    expect(() => fromNpy(odd)).toThrow("of version 4.0: expected 1.0, 2.0 or 3.0");
  });
});

describe("bytes in shared memory", () => {
  test("are used in place, and stay as long as the column", () => {
    const whole = saved("float64");
    const file = sharedBytes(whole.length);
    file.values.set(whole);
    const column = fromNpy<Dense<"f64", [3, 4]>>(file.values);
    expect(column.values.byteOffset).toBe(file.values.byteOffset + whole.length - 24 * 8);
    file.dispose();
    expect([...column.values]).toEqual(counting);
    column.dispose();
    expect(() => fromNpy(file.values)).toThrow("disposed");
  });

  test("are copied where they do not lie as elements do", () => {
    const whole = saved("float64");
    using file = sharedBytes(whole.length + 1);
    file.values.set(whole, 1);
    expect([...fromNpy<any>(file.values.subarray(1)).values]).toEqual(counting);
    file.values.set(saved("float64.big"));
    expect([...fromNpy<any>(file.values.subarray(0, whole.length)).values]).toEqual(counting);
  });
});

describe("toNpy", () => {
  test("writes dense columns, typed arrays and arrays that come back as they were", () => {
    const dtype = fc.constantFrom(...dtypes);
    const shape = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(dtype, shape, (dtype, shape) => {
        const column = dense(dtype as Dtype, shape as [number]);
        const bytes = new Uint8Array(
          column.values.buffer,
          column.values.byteOffset,
          column.values.byteLength,
        );
        for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + 7) % 127;
        const back = fromNpy<any>(toNpy(column));
        expect([back.dtype, back.shape, [...back.values]]).toEqual([dtype, shape, [...column.values]]);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.endsWith("\0"))),
        (text) => {
          // an empty array has no type, and counts as numbers
          if (text.length > 0) expect(fromNpy(toNpy(text))).toEqual(text);
        },
      ),
    );
    expect(fromNpy<any>(toNpy(Int16Array.of(1, -2))).values).toEqual(Int16Array.of(1, -2));
    expect(fromNpy<any>(toNpy([1.5, 2])).values).toEqual(Float64Array.of(1.5, 2));
    expect(fromNpy<any>(toNpy([true, false])).values).toEqual(Uint8Array.of(1, 0));
    expect(fromNpy<any>(toNpy([1n])).values).toEqual(BigInt64Array.of(1n));
  });

  test("writes strings of any length", () => {
    const long = "é".repeat(300_000);
    expect(fromNpy(toNpy([long, ""]))).toEqual([long, ""]);
  });

  test("refuses what NumPy has no plain array for, saying what to do", () => {
    expect(() => toNpy(raggedFrom([new Float32Array(1), new Float32Array(2)]))).toThrow(
      "Write it with toArrow()",
    );
    expect(() => toNpy(["a", null])).toThrow("item 0 is a string, item 1 null");
    expect(() => toNpy([{}])).toThrow("NumPy has no plain array for Object");
    expect(() => toNpy(["a\0"])).toThrow("do not end with a zero character, as item 0 does");
    expect(() => toNpy([2n ** 63n])).toThrow("int64 does not hold 9223372036854775808, item 0.");
    expect(() => toNpy(5 as never)).toThrow("takes a dense column, a typed array or an array, got a number");
  });

  const numpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
  test.skipIf(!numpy)("writes what NumPy reads", () => {
    const image = dense("u16", [2, 3]);
    image.values.set([1, 2, 3, 4, 5, 6]);
    const read = (component: any) =>
      execFileSync(
        "python3",
        [
          "-c",
          "import sys,io,numpy as n; a=n.load(io.BytesIO(sys.stdin.buffer.read())); print(a.dtype.str, a.tolist())",
        ],
        { input: toNpy(component), encoding: "utf8" },
      ).trim();
    expect(read(image)).toBe("<u2 [[1, 2, 3], [4, 5, 6]]");
    expect(read(["a", "ü😀", ""])).toBe("<U2 ['a', 'ü😀', '']");
    expect(read([true, false])).toBe("|b1 [True, False]");
    expect(read(BigUint64Array.of(2n ** 64n - 1n))).toBe("<u8 [18446744073709551615]");
    expect(read(dense("f32", [0, 4]))).toBe("<f4 []");
  });
});

test("what fromNpy gives is a component of a batch", () => {
  class Images extends Batch<{ image: Dense<"f64", [3, 4]>; label: string[] }> {}
  const batch = Images.from(2, { image: fromNpy<Dense<"f64", [3, 4]>>(saved("float64")), label: ["a", "b"] });
  expect([...batch.at(1).image]).toEqual(counting.slice(12));
});
