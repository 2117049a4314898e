/** What a kernel does otherwise than JavaScript, for good: each proves a row of the table in docs/kernels.md. */
export interface KnownDifference {
  /** the first two cells of the row */
  readonly row: readonly [what: string, of: string];
  /** the kernel `f`, in AssemblyScript and JavaScript at once, without parameters */
  readonly source: string;
  readonly kernel: string;
  readonly javascript: string;
}

const text = (value: string) => `[${Array.from(value, (letter) => letter.charCodeAt(0))}]`;
const returning = (type: string, body: string) => `export function f(): ${type} { ${body} }`;

export const knownDifferences: readonly KnownDifference[] = [
  {
    row: ["`sort()`", "lists of numbers"],
    source: returning("Uint16Array", "return codes([10, 9, 1].sort().join());"),
    kernel: text("1,9,10"),
    javascript: text("1,10,9"),
  },
  {
    row: ["comparators that contradict themselves, `a - b` with NaN", "lists"],
    source: returning("Uint16Array", "return codes([2.5, NaN, 1.5, NaN].sort((a, b) => a - b).join());"),
    kernel: text("1.5,2.5,NaN,NaN"),
    javascript: text("2.5,NaN,1.5,NaN"),
  },
  {
    row: ["`const d = a - b; return d` in a comparator", "8, 16, 32 bits"],
    source: returning(
      "Uint8Array",
      "const x = new Uint8Array(2); x[0] = 2; x[1] = 1; x.sort((a, b) => { const d = b - a; return d; }); return x;",
    ),
    kernel: "[1,2]",
    javascript: "[2,1]",
  },
  {
    row: ["`const d = a - b; return d` in a comparator", "8, 16, 32 bits"],
    source: `export function descending(a: u8, b: u8): i32 { return b - a; }
    ${returning("Uint8Array", "const x = new Uint8Array(2); x[0] = 2; x[1] = 1; x.sort(descending); return x;")}`,
    kernel: "[1,2]",
    javascript: "[2,1]",
  },
  {
    row: ["`sort((a, b) => a - b)`", "`i64`, `u64`"],
    source: returning(
      "Int64Array",
      "const x = new Int64Array(2); x[0]++; x.sort((a, b) => a - b); return x;",
    ),
    kernel: "[0,1]",
    javascript: "throws TypeError",
  },
  {
    row: ["`x[i] + x[j]`, `x.map((v) => 2 * v)`", "8, 16 bits"],
    source: returning("f64", "const x = new Uint8Array(2).fill(200); return num(x[0] + x[1]);"),
    kernel: "144",
    javascript: "400",
  },
  {
    row: ["`x[i] + x[j]`, `x.map((v) => 2 * v)`", "8, 16 bits"],
    source: returning("i32", "return new Uint8ClampedArray(2).fill(200).map((v) => 2 * v)[0];"),
    kernel: "144",
    javascript: "255",
  },
  {
    row: ["`indexOf(0.1)`, `includes(0.1)`", "`f32`"],
    source: returning("i32", "return new Float32Array(1).fill(0.1).indexOf(0.1);"),
    kernel: "0",
    javascript: "-1",
  },
  {
    row: ["`indexOf(-1)`, `includes(-1)`", "`u32`, `u64`"],
    source: returning("i32", "const v: i32 = -1; return new Uint32Array(1).fill(4294967295).indexOf(v);"),
    kernel: "0",
    javascript: "-1",
  },
  {
    row: ["elements that were not set", "lists"],
    source: returning("f64", "const x = new Array<f64>(2); return num(x[1]);"),
    kernel: "0",
    javascript: "NaN",
  },
  {
    row: ["elements that were not set", "lists"],
    source: returning("Uint16Array", "return codes(new Array<i32>(2).join());"),
    kernel: text("0,0"),
    javascript: text(","),
  },
  {
    row: ["elements that were not set", "lists"],
    source: returning("i32", "const x = new Array<string>(2); const y = x[1]; return 1;"),
    kernel: "throws Error",
    javascript: "1",
  },
  {
    row: ["`flat`", "nullable lists"],
    source: returning("i32", "const x: (i32[] | null)[] = [[1], null]; return x.flat()!.length;"),
    kernel: "1",
    javascript: "2",
  },
  {
    row: ["`x[i] = v`", "`Uint8ClampedArray`"],
    source: returning(
      "i32",
      "const x = new Uint8ClampedArray(1), v: u32 = 4000000000; x[0] = v; return x[0];",
    ),
    kernel: "0",
    javascript: "255",
  },
  {
    row: ["`set`", "`i64`, `u64`"],
    source: returning(
      "Int64Array",
      "const x = new Int64Array(1); x.set(new Float64Array(1).fill(-2.9)); return x;",
    ),
    kernel: "[-2]",
    javascript: "throws TypeError",
  },
  {
    row: ["`set`", "`i64`, `u64`"],
    source: returning(
      "Int64Array",
      "const x = new Int64Array(1); x.set(new Float64Array(1).fill(1e19)); return x;",
    ),
    kernel: "throws RangeError",
    javascript: "throws TypeError",
  },
  ...["new Float64Array(2)", "[1.5, 2.5]"].flatMap((x) =>
    ["x[2]", "x[-1]", "x.at(2)", "x.at(-3)"].map((read) => ({
      row: ["`x[i]`, `at(i)`", "all"] as const,
      source: returning("f64", `const x = ${x}; return num(${read});`),
      kernel: "throws RangeError",
      javascript: "NaN",
    })),
  ),
  {
    row: ["`x[i] = v`", "typed, static arrays"],
    source: returning("f64", "const x = new Float64Array(2); x[2] = 1; return 7;"),
    kernel: "throws RangeError",
    javascript: "7",
  },
  ...["pop", "shift"].map((method) => ({
    row: ["`pop`, `shift`", "empty lists"] as const,
    source: returning("f64", `const x = new Array<f64>(); return num(x.${method}());`),
    kernel: "throws RangeError",
    javascript: "NaN",
  })),
  {
    row: ["`new`, `length = …`", "all"],
    source: returning("i32", "const x = [1]; x.length = 2147483647; return x.length;"),
    kernel: "throws RangeError",
    javascript: "2147483647",
  },
];

/** What the library does not have, which is an error of the build. */
export const missing: Readonly<Record<string, string>> = {
  find: "new Float64Array(3).find((v) => v == 1)",
  findLast: "[1].findLast((v) => v == 1)",
  flatMap: "[1].flatMap<i32>((v) => [v])",
  with: "new Float64Array(3).with(0, 1)",
  toSorted: "new Float64Array(3).toSorted()",
  toReversed: "[1].toReversed()",
  toSpliced: "[1].toSpliced(0)",
  entries: "[1].entries()",
  keys: "[1].keys()",
  values: "[1].values()",
  from: "Array.from([1])",
  of: "Float64Array.of(1)",
  "for … of": "for (const v of [1]) {}",
  spreading: "const x = [...[1]]",
  push: "[1].push(2, 3)",
  unshift: "[1].unshift(2, 3)",
  splice: "[1].splice(0, 1, 2)",
  reduce: "[1].reduce((sum, v) => sum + v)",
  "new Float64Array(list)": "new Float64Array([1])",
};
