import { expect, test } from "vitest";
import { compileText } from "../harness.js";

const reading = `
function sum(x: Float64Array): f64 { let s: f64 = 0; for (let i = 0; i < x.length; i++) s += x[i]; return s; }
function twice(x: Float64Array): f64 { return sum(x) + sum(x); }
export function elements(x: Float64Array): f64 { return x[0] + x.length + x.byteLength + unchecked(x[1]); }
export function methods(x: Float64Array): f64 { return x.at(-1) + x.indexOf(3) + x.slice(1).sort()[0]; }
export function helpers(x: Float64Array): f64 { return twice(x); }
export function copied(x: Float64Array): Float64Array { const y = new Float64Array(x.length); y.set(x); y[0] = 1; return y; }
export function returned(x: Float64Array): Float64Array { return x; }
export function callback(x: Float64Array): f64 { return x.reduce((a: f64, b: f64): f64 => a + b, 0); }
export function shadow(x: Float64Array): f64 { { const x = new Float64Array(1); x[0] = 3; } return x[0]; }
`;

const writing = `
let kept: Float64Array = new Float64Array(1);
class Box { constructor(public row: Float64Array) {} }
function set(x: Float64Array): f64 { x[0] = 1; return 0; }
function same(x: Float64Array): Float64Array { return x; }
function forever(x: Float64Array, n: i32): f64 { return n ? forever(x, n - 1) : x[0]; }
function generic<T>(x: T): T { return x; }
export function assigned(x: Float64Array): void { x[0] = 1; }
export function compound(x: Float64Array): void { x[0] += 1; }
export function counted(x: Float64Array): void { x[0]++; }
export function hidden(x: Float64Array): void { unchecked((x[0] = 1)); }
export function filled(x: Float64Array): void { x.fill(0); }
export function viewed(x: Float64Array): void { x.subarray(1)[0] = 1; }
export function aliased(x: Float64Array): void { const y = x; y[0] = 1; }
export function chosen(x: Float64Array): void { (x.length ? x : kept)[0] = 1; }
export function helped(x: Float64Array): f64 { return set(x); }
export function leaked(x: Float64Array): void { same(x)[0] = 1; }
export function recursed(x: Float64Array): f64 { return forever(x, 3); }
export function global(x: Float64Array): void { kept = x; }
export function boxed(x: Float64Array): f64 { return new Box(x).row[0]; }
export function reassigned(x: Float64Array): void { x = new Float64Array(1); x[0] = 2; }
export function callback(x: Float64Array): void { x.forEach((v: f64, i: i32, all: Float64Array): void => { all[0] = 1; }); }
export function generically(x: Float64Array): void { generic(x)[0] = 1; }
export function defaulted(x: Float64Array, y: Float64Array = x): void { y[0] = 1; }
`;

const rowsOf = async (text: string) => {
  const { kernels } = await compileText(text);
  return Object.fromEntries(kernels.map(({ name, parameters }) => [name, parameters[0].readonly === true]));
};

test("rows whose every use only reads are proved to be read only", async () => {
  const rows = await rowsOf(reading);
  expect(Object.entries(rows).filter(([, proved]) => !proved)).toEqual([]);
  expect(Object.keys(rows)).toHaveLength(7);
});

test("rows that are written, or out of sight, are not", async () => {
  const rows = await rowsOf(writing);
  expect(Object.entries(rows).filter(([, proved]) => proved)).toEqual([]);
  expect(Object.keys(rows)).toHaveLength(17);
});
