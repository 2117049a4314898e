import { transformWithEsbuild } from "vite";
import { beforeAll, expect, test } from "vitest";
import { type instantiate, load } from "../harness.js";

// valid as AssemblyScript and as TypeScript, which is the reference: floats are f64, and indices stay in range
const source = `
const table = new Float64Array(4);
for (let i = 0; i < 4; i++) table[i] = 10 * (i + 1);

function mean(x: Float64Array): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return x.length ? sum / x.length : 0;
}
function fill(x: Float64Array, value: f64): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = value;
  return x;
}
export function reads(x: Float64Array): f64 {
  return x[0] + x[1] * x[x.length - 1] - x[(x.length - 1) / 2 | 0];
}
export function writes(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i] * 2 + 1;
}
export function compounds(x: Float64Array): void {
  x[0] += 3; x[1] -= x[0]; x[2] *= x[1]; x[0] /= 2; x[2] += x[2] += 1;
}
export function counts(x: Float64Array): f64 {
  return x[0]++ + ++x[1] + x[2]-- + --x[0];
}
export function values(x: Float64Array): f64 {
  let a: f64 = 0;
  const b = (a = x[0] = x[1] += 2) + (x[2] = 7);
  return a + b;
}
export function nested(x: Float64Array, at: Int32Array): void {
  for (let i = 0; i < x.length; i++) x[at[i]] = x[at[at[i]]] + at[i];
}
export function indexOnce(x: Float64Array): i32 {
  let i = 0;
  x[i++] = 5; x[i++] += 10; x[i++]++;
  return i;
}
export function order(x: Float64Array): f64 {
  let i = 0;
  x[i] = ++i + x[i];
  x[1] += fill(x, 3)[2] + x[0];
  return x[i++] = i;
}
export function fresh(x: Float64Array): f64 {
  const y = new Float64Array(x.length);
  for (let i = 0; i < y.length; i++) y[i] = x[i] - mean(x);
  let sum: f64 = 0;
  for (let i = 0; i < y.length; i++) { const z = y.slice(0, i + 1); sum += z[i] * z[0] + z.length; }
  return sum;
}
export function shadowed(x: Float64Array): f64 {
  let sum = x[0];
  {
    const x = new Float64Array(2);
    x[1] = 100;
    sum += x[1] + x.length;
    for (let x: i32 = 0; x < 2; x++) sum += x;
  }
  return sum + x[1];
}
export function reassigned(x: Float64Array): f64 {
  let y = x;
  let sum = y[0];
  y = new Float64Array(3);
  y[2] = 50;
  sum += y[2] + y.length;
  x = y;
  return sum + x[2] + x.length;
}
export function through(x: Float64Array): f64 {
  const all = x.subarray(1);
  all[0] = 9;
  (x)[0] = (x[1]);
  x[2]++;
  return x[1] + all.length;
}
export function lookedUp(x: Float64Array): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < 3; i++) sum += table[i] * x[i] + table.length;
  return sum;
}
export function callbacks(x: Float64Array): f64 {
  const doubled = x.map((value: f64): f64 => value * 2);
  return doubled[1] + x.reduce((sum: f64, value: f64): f64 => { return sum + value; }, 0);
}
export function switched(x: Float64Array): f64 {
  switch (x.length) {
    case 3: { const y = new Float64Array(1); y[0] = x[0]; return y[0]; }
    default: return x[0] + 1;
  }
}
export function conditional(x: Float64Array): f64 {
  return (x[0] > 0 && x[1] > 0 ? x[2] : x[0]) + (x[0] < 0 || x[1]++ > 0 ? x[1] : 0);
}
export function small(x: Int8Array, y: Uint16Array): i32 {
  x[0] = 300; x[1] += 100; x[2]++; y[0] = -1; y[1] -= 1; y[2]--;
  const a: i32 = x[0], b: i32 = x[1], c: i32 = x[2], d: i32 = y[0], e: i32 = y[1], f: i32 = y[2];
  return a + b + c + d + e + f;
}
`;

type Kernels = Awaited<ReturnType<typeof instantiate>>;
let kernels: Kernels;
let reference: Record<string, (...rows: unknown[]) => number>;
beforeAll(async () => {
  kernels = await load(source);
  const { code } = await transformWithEsbuild(source, "kernels.ts", { format: "esm" });
  reference = await import(`data:text/javascript,${encodeURIComponent(code)}`);
});

const x = () => Float64Array.of(1.5, 2.25, -3);

test.for([
  ["reads", "elements are read"],
  ["writes", "elements are written"],
  ["compounds", "compound assignments read, compute and write"],
  ["counts", "increments give the old or the new value"],
  ["values", "assignments have values"],
  ["indexOnce", "an index is computed once"],
  ["order", "index, value and store happen in JavaScript's order"],
  ["fresh", "arrays that a kernel makes are rows too"],
  ["shadowed", "a name means the innermost variable"],
  ["reassigned", "a variable that is assigned to is read anew"],
  ["through", "views of a row and parentheses are seen through"],
  ["lookedUp", "constants of the file are rows too"],
  ["callbacks", "nested functions have rows of their own"],
  ["switched", "a row may be declared in a case"],
  ["conditional", "what is not evaluated is not checked"],
])("%s: %s", ([name]) => {
  const ours = x();
  const theirs = x();
  const { values, thrown } = kernels.run(name, [[ours]]);
  const expected = reference[name](theirs);
  expect(thrown).toEqual([]);
  if (expected !== undefined) expect(values).toEqual([expected]);
  expect(ours).toEqual(theirs);
});

test("rows index rows", () => {
  const ours = x();
  const theirs = x();
  kernels.run("nested", [[ours], [Int32Array.of(2, 0, 1)]]);
  reference.nested(theirs, Int32Array.of(2, 0, 1));
  expect(ours).toEqual(theirs);
});

test("small integers wrap around as in JavaScript", () => {
  const rows = () => [Int8Array.of(1, 100, 127), Uint16Array.of(1, 0, 0)] as const;
  const ours = rows();
  const theirs = rows();
  const { values } = kernels.run("small", [[ours[0]], [ours[1]]]);
  expect(values).toEqual([reference.small(...theirs)]);
  expect(ours).toEqual(theirs);
});

test.for([-1, 3, 2 ** 31 - 1, -(2 ** 31)])(
  "index %i of three elements throws at its line, and changes nothing",
  async (at) => {
    const checked = await indexed;
    for (const [line, name] of ["read", "write", "compound", "count", "local", "native"].entries()) {
      const row = x();
      const { thrown } = checked.run(name, [[row], [at]]);
      expect(thrown, name).toMatchObject([{ name: "RangeError", message: "Index out of range", item: 0 }]);
      if (name !== "native") expect(thrown[0], name).toMatchObject({ file: "kernels.ts", line: line + 1 });
      expect(row, name).toEqual(x());
    }
  },
);

const indexed = load(
  [
    "export function read(x: Float64Array, i: i32): f64 { return x[i]; }",
    "export function write(x: Float64Array, i: i32): void { x[i] = 1; }",
    "export function compound(x: Float64Array, i: i32): void { x[i] += 1; }",
    "export function count(x: Float64Array, i: i32): f64 { return x[i]++; }",
    "export function local(x: Float64Array, i: i32): f64 { const y = x.slice(); y[i] = 1; return y[0]; }",
    "export function native(x: Float64Array, i: i32): f64 { x = x.slice(); return x[i]; }",
  ].join("\n"),
);

test("unchecked(…) is honoured, and all accesses are unchecked when the build is", async () => {
  const text = `
    export function one(x: Float64Array, i: i32): void { unchecked(x[i] = 5); }
    export function other(x: Float64Array, i: i32): void { x[i] = 5; }`;
  const second = Float64Array.of(2);
  const byOne = (await load(text)).run;
  expect(
    byOne("one", [
      [Float64Array.of(1), second],
      [1, 0],
    ]).thrown,
  ).toEqual([]);
  expect(second).toEqual(Float64Array.of(5));
  expect(byOne("other", [[Float64Array.of(1)], [1]]).thrown).toHaveLength(1);
  expect((await load(text, { unchecked: true })).run("other", [[Float64Array.of(1)], [1]]).thrown).toEqual(
    [],
  );
});
