import { deepStrictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Component } from "../../dist/columns/column.js";
import { isColumn } from "../../dist/columns/from-values.js";
import { fromNpy, toNpy } from "../../dist/npy/index.js";
import type { Target } from "../fuzz/target.js";

// what NumPy itself wrote, but for what is refused
const refused = new Set(["numpy", "notext", "notext2d", "complex", "object", "structured", "longdouble"]);
const files: Record<string, string> = JSON.parse(
  readFileSync(new URL("numpy.json", import.meta.url), "utf8"),
);
const seeds: Record<string, Uint8Array> = Object.fromEntries(
  Object.entries(files)
    .filter(([name]) => !refused.has(name))
    .map(([name, text]) => [name, new Uint8Array(Buffer.from(text, "base64"))]),
);
for (const [name, values] of Object.entries({
  large: Float32Array.from({ length: 5000 }, (_, i) => i),
  words: Array.from({ length: 300 }, (_, i) => `word ${i} ${"é".repeat(i % 40)}`),
})) {
  seeds[name] = toNpy(values);
}

export const target: Target<Component> = {
  seeds,
  tokens: [
    ...[
      "0",
      "00",
      "1",
      "4000000000",
      "4294967295",
      "4294967296",
      "9007199254740993",
      "1e9",
      "-1",
      "2.5",
      "1L",
    ],
    "9".repeat(400),
    ...[
      "<U0",
      "|S0",
      "|V0",
      "<U4000000000",
      ">f8",
      "<f2",
      "|O",
      "<c16",
      "|b1",
      "<M8[ns]",
      "<M8[x]",
      "'",
      '"',
    ],
    ...[
      "True",
      "False",
      "[('a', '<i4')]",
      "(",
      ")",
      "()",
      "(3)",
      "(,)",
      "{",
      "}",
      ",",
      ":",
      "\n",
      "\0",
      "\xff\xff",
    ],
    ...["'shape': (4000000000,), ", "'descr': '<U0', ", "0, 4294967295, ", "\x93NUMPY\x02\0\xff\xff\xff\xff"],
    "4294967295, ".repeat(40),
  ],
  refusals: /^The \.npy file('s header)? |^The bytes are not an \.npy file: /,
  read: (bytes) => fromNpy(bytes),
  check(value, bytes) {
    deepStrictEqual(shown(value), expected(bytes));
  },
  dispose(value) {
    if (isColumn(value)) value.dispose();
  },
};

function shown(value: Component): unknown {
  return isColumn(value) ? [value.dtype, value.shape, Array.from(value.values, String)] : value;
}

/** Another reader, which reads one element after another. */
function expected(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = bytes[6] === 1 ? 10 : 12;
  const dataAt = begin + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const text = Buffer.from(bytes.subarray(begin, dataAt)).toString("latin1");
  // a dict of these is JSON, but for how it looks
  const json = text
    .replace(/'/g, '"')
    .replace(/True|False/, (word) => word.toLowerCase())
    .replace(/\(([^)]*)\)/, (_, sizes: string) => `[${sizes.replace(/L?\s*,\s*$|(?<=\d)L/g, "")}]`)
    .replace(/,\s*\}/, "}");
  const { descr, fortran_order: fortran, shape } = JSON.parse(json);
  const [, order, kind, size] = /^(\W?)([a-zA-Z])(\d*)/.exec(descr)!;
  const little = order !== ">";
  const width = Number(size);
  const count = (shape as number[]).reduce((all, each) => all * each, 1);
  const element = (i: number): unknown => {
    if (kind === "S") {
      const raw = Buffer.from(bytes.subarray(dataAt + i * width, dataAt + (i + 1) * width)).toString("utf8");
      return raw.replace(/\0+$/, "");
    }
    if (kind === "U") {
      const points = Array.from({ length: width }, (_, k) =>
        view.getUint32(dataAt + 4 * (i * width + k), little),
      );
      return points
        .map((point) => String.fromCodePoint(point))
        .join("")
        .replace(/\0+$/, "");
    }
    const at = dataAt + i * width;
    const bits = { b: "Uint", u: "Uint", i: "Int", f: "Float", M: "Int", m: "Int" }[kind];
    if (bits === "Float" && width === 2) return half(view.getUint16(at, little));
    const method = `get${bits !== "Float" && width === 8 ? "Big" : ""}${bits}${8 * width}` as "getInt16";
    return view[method](at, little);
  };
  const places = Array.from({ length: count }, (_, i) => (fortran ? fortranPlace(i, shape) : i));
  const values = places.map(element);
  if (kind === "U" || kind === "S") return values;
  const dtype =
    kind === "b"
      ? "u8"
      : kind === "M" || kind === "m"
        ? "i64"
        : `${kind}${Math.max(8 * width, kind === "f" ? 32 : 8)}`;
  return [dtype, shape.length === 0 ? [1] : shape, values.map(String)];
}

// where the i-th element in C order lies in a file in Fortran order
function fortranPlace(i: number, shape: readonly number[]): number {
  let rest = i;
  const at: number[] = [];
  for (const size of [...shape].reverse()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return at.reduceRight((place, index, d) => place * shape[d] + index, 0);
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, (bits & 1023) / 1024];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}
