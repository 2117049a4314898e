import fc from "fast-check";
import { product } from "../product.js";
import type { Argument, Both, Difference } from "./both.js";
import { anyIndex, anyRow, type ElementType, extremeRows, indices } from "./values.js";

/** A use of a method, in AssemblyScript and JavaScript at once, for arrays of `T`s that are called `A`. */
export interface Method {
  /** `x` and `y` are arrays, `v` is an element, `a`, `b` and `c` are indices */
  readonly takes: string;
  /** nothing, when only what becomes of `x` counts */
  readonly returns?: "A" | "i32" | "f64" | "text";
  readonly does: string;
  /** for which types of elements; all, if it is left out */
  readonly only?: (type: ElementType) => boolean;
}

const no64 = ({ isBig }: ElementType) => !isBig;
const isInteger = ({ isFloat }: ElementType) => !isFloat;
// -e wraps before it is clamped
const notClamped = ({ array, row }: ElementType) => array === row;

/** What typed arrays, lists and static arrays have in common. */
export const common: Record<string, Method> = {
  // JavaScript's own difference of bigints throws
  sortUp: { takes: "x", does: "x.sort((a, b) => a - b)", only: no64 },
  sortDown: { takes: "x", does: "x.sort((a: T, b: T): i32 => { return -(a - b); })", only: no64 },
  sortNamed: { takes: "x", does: "x.sort(oneBeforeOther)" },
  sortHuge: { takes: "x", does: "x.sort((a, b) => (a < b ? i32.MAX_VALUE : a > b ? i32.MIN_VALUE : 0))" },
  sortEqual: { takes: "x", does: "x.sort((a, b) => 0)" },
  includes: { takes: "x v a", returns: "i32", does: "(x.includes(v, a) ? 1 : 0)" },
  includesAnywhere: { takes: "x v", returns: "i32", does: "(x.includes(v) ? 1 : 0)" },
  indexOf: { takes: "x v a", returns: "i32", does: "x.indexOf(v, a)" },
  indexOfAnywhere: { takes: "x v", returns: "i32", does: "x.indexOf(v)" },
  lastIndexOf: { takes: "x v a", returns: "i32", does: "x.lastIndexOf(v, a)" },
  lastIndexOfAnywhere: { takes: "x v", returns: "i32", does: "x.lastIndexOf(v)" },
  fill: { takes: "x v a b", does: "x.fill(v, a, b)" },
  fillFrom: { takes: "x v a", does: "x.fill(v, a)" },
  fillAll: { takes: "x v", does: "x.fill(v)" },
  copyWithin: { takes: "x a b c", does: "x.copyWithin(a, b, c)" },
  copyWithinFrom: { takes: "x a b", does: "x.copyWithin(a, b)" },
  slice: { takes: "x a b", returns: "A", does: "x.slice(a, b)" },
  sliceFrom: { takes: "x a", returns: "A", does: "x.slice(a)" },
  sliceAll: { takes: "x", returns: "A", does: "x.slice()" },
  reverse: { takes: "x", does: "x.reverse()" },
  at: { takes: "x a", returns: "f64", does: "(a < x.length && a >= -x.length ? num(x.at(a)) : -1.0)" },
  findIndex: {
    takes: "x v a",
    returns: "i32",
    does: "(wanted = v, least = a, x.findIndex((e, i) => e == wanted && i >= least))",
  },
  findLastIndex: {
    takes: "x v a",
    returns: "i32",
    does: "(wanted = v, least = a, x.findLastIndex((e, i) => e == wanted && i <= least))",
  },
  some: {
    takes: "x v a",
    returns: "i32",
    does: "(wanted = v, least = a, x.some((e, i) => e == wanted && i >= least) ? 1 : 0)",
  },
  every: {
    takes: "x v a",
    returns: "i32",
    does: "(wanted = v, least = a, x.every((e, i) => e == wanted || i >= least) ? 1 : 0)",
  },
  forEach: {
    takes: "x",
    returns: "f64",
    does: "(total = 1.0, x.forEach((e, i) => { total = total * 3.0 + num(e) + num(i); }), total)",
  },
  reduce: {
    takes: "x v",
    returns: "f64",
    does: "x.reduce<f64>((sum, e, i) => sum * 3.0 + num(e) + num(i), num(v))",
  },
  reduceRight: {
    takes: "x v",
    returns: "f64",
    does: "x.reduceRight<f64>((sum, e, i) => sum * 3.0 + num(e) + num(i), num(v))",
  },
  filter: { takes: "x v", returns: "A", does: "(wanted = v, x.filter((e, i) => e != wanted && i % 3 != 1))" },
  length: { takes: "x", returns: "i32", does: "x.length" },
  // how numbers with fractions are printed is another matter
  join: { takes: "x", returns: "text", does: "x.join()", only: isInteger },
  joinBy: { takes: "x", returns: "text", does: 'x.join(" - ")', only: isInteger },
  printed: { takes: "x", returns: "text", does: "x.toString()", only: isInteger },
};

/** What only typed arrays have. */
export const ofTypedArrays: Record<string, Method> = {
  sort: { takes: "x", does: "x.sort()" },
  map: { takes: "x", returns: "A", does: "x.map((e, i) => (i % 2 ? e : -e))", only: notClamped },
  subarray: { takes: "x a b", returns: "A", does: "x.subarray(a, b)" },
  subarrayFrom: { takes: "x a", returns: "A", does: "x.subarray(a)" },
  subarrayAll: { takes: "x", returns: "A", does: "x.subarray()" },
  subarrayShares: { takes: "x v a b", does: "x.subarray(a, b).fill(v)" },
  byteLength: { takes: "x a b", returns: "i32", does: "x.subarray(a, b).byteLength" },
  byteOffset: { takes: "a b", returns: "i32", does: "new A(9).subarray(a, b).byteOffset" },
  BYTES_PER_ELEMENT: { takes: "x", returns: "i32", does: "A.BYTES_PER_ELEMENT" },
  set: { takes: "x y a", does: "x.set(y, a)" },
  setFirst: { takes: "x y", does: "x.set(y)" },
  setOfItself: { takes: "x a b", does: "x.set(x.subarray(a), b)" },
  constructor_: { takes: "a", returns: "A", does: "new A(a < 100 ? a : 7)" },
  // 9 bytes more than eight elements: lengths that do not come out even, too
  wrap: { takes: "a b", returns: "i32", does: "A.wrap(new ArrayBuffer(80), a, b < 0 ? 3 : b).length" },
  wrapRest: { takes: "a", returns: "i32", does: "A.wrap(new ArrayBuffer(80), a).length" },
  wrapUneven: { takes: "a", returns: "i32", does: "A.wrap(new ArrayBuffer(73), a).length" },
};

/** What only lists have. */
export const ofLists: Record<string, Method> = {
  push: { takes: "x v", does: "x.push(v); x.push(v)" },
  pushReturns: { takes: "x v", returns: "i32", does: "x.push(v)" },
  pop: { takes: "x", does: "if (x.length) x.pop()" },
  popReturns: { takes: "x", returns: "f64", does: "(x.length ? num(x.pop()) : -1.0)" },
  shift: { takes: "x", does: "if (x.length) x.shift()" },
  shiftReturns: { takes: "x", returns: "f64", does: "(x.length ? num(x.shift()) : -1.0)" },
  unshift: { takes: "x v", does: "x.unshift(v); x.unshift(v)" },
  unshiftReturns: { takes: "x v", returns: "i32", does: "x.unshift(v)" },
  splice: { takes: "x a b", does: "x.splice(a, b)" },
  spliceReturns: { takes: "x a b", returns: "A", does: "x.splice(a, b)" },
  spliceRest: { takes: "x a", does: "x.splice(a)" },
  spliceRestReturns: { takes: "x a", returns: "A", does: "x.splice(a)" },
  concat: { takes: "x y", returns: "A", does: "x.concat(y)" },
  flat: { takes: "x y", returns: "A", does: "[x, y, x].flat()" },
  isArray: { takes: "x", returns: "i32", does: "(Array.isArray(x) ? 1 : 0)" },
  mapToOthers: { takes: "x", returns: "f64", does: "x.map<f64>((e, i) => num(e) + num(i)).lastIndexOf(1.0)" },
  lengthCut: { takes: "x a", does: "x.length = min(x.length, a & 7)" },
  lengthRefused: { takes: "x a", does: "x.length = a < 0 ? a : 0" },
  // an element that was not set is undefined in JavaScript, which an integer row takes for 0
  lengthGrown: {
    takes: "x v",
    does: "x.length = x.length >> 1; x.length += 3; x.push(v)",
    only: wrapsUndefined,
  },
  setBeyond: { takes: "x v", does: "if (x.length) x.pop(); x[x.length + 2] = v", only: wrapsUndefined },
};

function wrapsUndefined({ isBig, isFloat }: ElementType): boolean {
  return !isBig && !isFloat;
}

const kinds = {
  "typed array": { of: "", back: "" },
  list: { of: "list", back: "row" },
  "static array": { of: "fixed", back: "rowOfFixed" },
};
export type Kind = keyof typeof kinds;

const has = (type: ElementType, { only }: Method) => only?.(type) ?? true;
export const nameOf = (kind: Kind, method: string, { name }: ElementType) =>
  `${kind.replace(" ", "_")}_${method}_${name}`;

/** The kernels of some methods for one type of elements. */
export function kernelsFor(type: ElementType, methods: Record<string, Method>, kind: Kind): string {
  const { scalar, array, row } = type;
  const { of, back } = array === row ? kinds[kind] : { of: "clampedOf", back: "bytesOf" };
  const functions = Object.entries(methods).map(([method, { takes, returns, does, only }]) => {
    if (!has(type, { takes, does, only })) return "";
    const parameters = takes.split(" ");
    const isRow = (p: string) => p === "x" || p === "y";
    const declared = parameters.map((p) => {
      if (isRow(p)) return `${of ? `${p}$` : p}: ${row}`;
      return `${p}: ${p === "v" ? scalar : "i32"}`;
    });
    const result = { A: row, i32: "i32", f64: "f64", text: "Uint16Array" }[returns ?? "A"];
    const made = of ? parameters.filter(isRow).map((p) => `const ${p} = ${of}(${p}$);`) : [];
    // what a method does to a typed array is seen in the row itself
    const value = {
      A: back ? `${kind === "static array" ? "row" : back}(${does})` : does,
      text: `codes(${does})`,
    };
    const body = returns
      ? `return ${value[returns as "A"] ?? does};`
      : `${does}; return ${back ? `${back}(x)` : "x"};`;
    return `export function ${nameOf(kind, method, type)}(${declared.join(", ")}): ${result} { ${made.join(" ")} ${body} }`;
  });
  return forType(type, functions.join("\n"));
}

const forType = ({ array, scalar, name }: ElementType, text: string) =>
  text
    .replace(/\bA\b/g, array)
    .replace(/\bT\b/g, scalar)
    .replace(/\b(wanted|oneBeforeOther|groupOf|list|row|fixed|rowOfFixed)\b/g, `$1_${name}`);

/** What the kernels of a type need beside. */
export const preludeFor = (type: ElementType, more = "") =>
  forType(
    type,
    `
let wanted: T = 0;
function oneBeforeOther(a: T, b: T): i32 { return a < b ? -1 : a > b ? 1 : 0; }
function list(x: A): Array<T> {
  const list = new Array<T>();
  for (let i = 0; i < x.length; i++) list.push(x[i]);
  return list;
}
function row(x: Array<T>): A {
  const row = new A(x.length);
  for (let i = 0; i < x.length; i++) row[i] = x[i];
  return row;
}
function fixed(x: A): StaticArray<T> {
  const fixed = new StaticArray<T>(x.length);
  for (let i = 0; i < x.length; i++) fixed[i] = x[i];
  return fixed;
}
function rowOfFixed(x: StaticArray<T>): A {
  const row = new A(x.length);
  for (let i = 0; i < x.length; i++) row[i] = x[i];
  return row;
}
${more}`,
  );

export const prelude = `
let least: i32 = 0;
let total: f64 = 0;
function clampedOf(row: Uint8Array): Uint8ClampedArray {
  const clamped = new Uint8ClampedArray(row.length);
  clamped.set(row);
  return clamped;
}
function bytesOf(clamped: Uint8ClampedArray): Uint8Array {
  const row = new Uint8Array(clamped.length);
  row.set(clamped);
  return row;
}
`;

/** Compares the methods of a type over all extremes, and for random arguments. */
export function audit(
  compared: Both,
  type: ElementType,
  methods: Record<string, Method>,
  kind: Kind,
): Difference[] {
  const differences: Difference[] = [];
  for (const [name, method] of Object.entries(methods)) {
    if (!has(type, method)) continue;
    const kernel = nameOf(kind, name, type);
    const parameters = method.takes.split(" ");
    const fewer = parameters.length > 3 ? indices.filter((_, i) => i % 2 === 0) : indices;
    const lists = parameters.map((p): readonly Argument[] => {
      if (p === "x" || p === "y") return extremeRows(type);
      return p === "v" ? type.extremes : fewer;
    });
    const random = parameters.map((p): fc.Arbitrary<Argument> => {
      if (p === "x" || p === "y") return anyRow(type);
      return p === "v" ? type.any : anyIndex;
    });
    differences.push(...compared.differences(kernel, product(lists)).slice(0, 3));
    const items = fc.array(fc.tuple(...random), { minLength: 1, maxLength: 30 });
    const found = (sample: Argument[][]) => compared.differences(kernel, sample);
    const { counterexample } = fc.check(
      fc.property(items, (sample) => found(sample).length === 0),
      { numRuns: 10 },
    );
    if (counterexample) differences.push(...found(counterexample[0]));
  }
  return differences;
}
