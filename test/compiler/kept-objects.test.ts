import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Compilation } from "../../src/compiler/build/compile-once.js";
import { compileText, instantiate } from "./harness.js";

// a graph of objects in module variables, which every item changes and then reads
const source = `
class Node {
  children: Node[] = [];
  pair: StaticArray<Node | null> = new StaticArray<Node | null>(2);
  data: Float64Array | null = null;
  label: string = "";
}
const slots = new StaticArray<Node | null>(8);
const byKey = new Map<i32, Node>();
const byName = new Map<string, Float64Array>();
let words: string[] = ["static"];
let front: Node | null = null;

function read(node: Node, depth: i32): f64 {
  let s: f64 = <f64>node.label.length;
  for (let i = 0; i < node.label.length; i++) s += node.label.charCodeAt(i) * (i + 1);
  const d = node.data;
  if (d) for (let i = 0; i < d.length; i++) s += d[i];
  if (depth == 0) return s;
  for (let i = 0; i < node.children.length; i++) s += (i + 2) * read(node.children[i], depth - 1);
  for (let i = 0; i < 2; i++) if (node.pair[i]) s += (i + 7) * read(node.pair[i]!, depth - 1);
  return s % 1000003;
}

function fill(n: i32, v: f64): Float64Array {
  const d = new Float64Array(n);
  for (let i = 0; i < n; i++) d[i] = v + i;
  return d;
}

function junk(n: i32): f64 {
  const t = new Float64Array(n);
  for (let i = 0; i < n; i++) t[i] = 1e9;
  const list: Node[] = [];
  for (let i = 0; i < n % 9; i++) { const x = new Node(); x.label = "junk" + i.toString(); list.push(x); }
  return t.length + list.length;
}

function endless(n: i32): i32 { words.push("deep"); words.pop(); return endless(n + 1) + 1; }

export function step(op: i32, a: i32, b: i32): f64 {
  const sa = a & 7, sb = b & 7;
  let s = junk(b & 255) * 0;
  if (op == 0) { const n = new Node(); n.label = "n" + a.toString(); n.data = fill(b & 63, a); slots[sa] = n; }
  else if (op == 1) { const p = slots[sa], c = slots[sb]; if (p && c && p.children.length < 20) p.children.push(c); }
  else if (op == 2) { const p = slots[sa]; if (p && p.children.length) p.children.shift(); }
  else if (op == 3) { const p = slots[sa]; if (p) p.data = fill(b & 255, b); }
  else if (op == 4) { const p = slots[sa]; if (p) byKey.set(b & 31, p); }
  else if (op == 5) { byKey.delete(a & 31); }
  else if (op == 6) { slots[sa] = null; }
  else if (op == 7) { const p = slots[sa]; if (p) p.pair[b & 1] = slots[sb]; }
  else if (op == 8) { const p = slots[sa]; if (p && p.label.length < 100) p.label += "+" + b.toString(); }
  else if (op == 9) { byName.set("k" + (a & 63).toString(), fill(b & 127, a)); }
  else if (op == 10) { byName.delete("k" + (a & 63).toString()); }
  else if (op == 11) { words.push("w" + b.toString()); if (words.length > 40) words = words.slice(20); }
  else if (op == 12) { front = slots[sa]; }
  else if (op == 13) { slots[sa] = front; if (a & 8) throw new Error("after a change"); }
  else if (op == 14) { const p = slots[sa]; if (p) { const big = new Node(); big.data = fill(40 + (b & 1023), b); p.children = [big]; } }
  else if (op == 15) { const n = new Node(); n.data = fill(20, b); slots[sb] = n; n.label = "" + endless(0).toString(); }
  else if (op == 16) { const p = slots[sa]; if (p) { slots[sb] = p; const never = new Float64Array(1 << 24); p.label = never.length.toString(); } }
  for (let i = 0; i < 8; i++) { const p = slots[i]; if (p) s += (i + 1) * read(p, 3); }
  for (let k = 0; k < 32; k++) if (byKey.has(k)) s += (k + 3) * read(byKey.get(k), 1);
  for (let k = 0; k < 64; k++) { const key = "k" + k.toString(); if (byName.has(key)) { const d = byName.get(key); for (let i = 0; i < d.length; i++) s += d[i]; } }
  for (let i = 0; i < words.length; i++) s += words[i].length * (i + 1) + words[i].charCodeAt(words[i].length - 1);
  if (front) s += read(front!, 2);
  return s;
}
`;

interface Node {
  children: Node[];
  pair: [Node | null, Node | null];
  data: Float64Array | null;
  label: string;
}

/** The same in JavaScript, whose garbage collector is right. */
function oracle() {
  const slots: (Node | null)[] = new Array(8).fill(null);
  const byKey = new Map<number, Node>();
  const byName = new Map<string, Float64Array>();
  let words = ["static"];
  let front: Node | null = null;
  const make = (): Node => ({ children: [], pair: [null, null], data: null, label: "" });
  const fill = (n: number, v: number) => Float64Array.from({ length: n }, (_, i) => v + i);
  const sum = (d: Float64Array) => d.reduce((s, v) => s + v, 0);
  const read = (node: Node, depth: number): number => {
    let s = node.label.length;
    for (let i = 0; i < node.label.length; i++) s += node.label.charCodeAt(i) * (i + 1);
    if (node.data) for (const v of node.data) s += v;
    if (depth === 0) return s;
    node.children.forEach((child, i) => {
      s += (i + 2) * read(child, depth - 1);
    });
    node.pair.forEach((child, i) => {
      if (child) s += (i + 7) * read(child, depth - 1);
    });
    return s % 1000003;
  };
  const change = (op: number, a: number, b: number) => {
    const p = slots[a & 7];
    const c = slots[b & 7];
    const throws = op === 15 || (op === 16 && p !== null) || (op === 13 && (a & 8) !== 0);
    if (op === 0) slots[a & 7] = { ...make(), label: `n${a}`, data: fill(b & 63, a) };
    if (op === 5) byKey.delete(a & 31);
    if (op === 6) slots[a & 7] = null;
    if (op === 9) byName.set(`k${a & 63}`, fill(b & 127, a));
    if (op === 10) byName.delete(`k${a & 63}`);
    if (op === 11) {
      words.push(`w${b}`);
      if (words.length > 40) words = words.slice(20);
    }
    if (op === 12) front = p;
    if (op === 13) slots[a & 7] = front;
    if (op === 15) slots[b & 7] = { ...make(), data: fill(20, b) };
    if (!p) return !throws;
    if (op === 1 && c && p.children.length < 20) p.children.push(c);
    if (op === 2) p.children.shift();
    if (op === 3) p.data = fill(b & 255, b);
    if (op === 4) byKey.set(b & 31, p);
    if (op === 7) p.pair[b & 1] = c;
    if (op === 8 && p.label.length < 100) p.label += `+${b}`;
    if (op === 14) p.children = [{ ...make(), data: fill(40 + (b & 1023), b) }];
    if (op === 16) slots[b & 7] = p;
    return !throws;
  };
  return (op: number, a: number, b: number): number | undefined => {
    if (!change(op, a, b)) return undefined;
    let s = 0;
    slots.forEach((node, i) => {
      if (node) s += (i + 1) * read(node, 3);
    });
    for (let k = 0; k < 32; k++) if (byKey.has(k)) s += (k + 3) * read(byKey.get(k)!, 1);
    for (let k = 0; k < 64; k++) if (byName.has(`k${k}`)) s += sum(byName.get(`k${k}`)!);
    words.forEach((word, i) => {
      s += word.length * (i + 1) + word.charCodeAt(word.length - 1);
    });
    if (front) s += read(front, 2);
    return s;
  };
}

let compiled: Compilation;

beforeAll(async () => {
  compiled = await compileText(source);
});

type Step = [op: number, a: number, b: number];
const steps = (length: number) =>
  fc.array(fc.tuple(fc.nat(16), fc.nat(1023), fc.nat(1023)), { minLength: length, maxLength: length });

async function compare(all: readonly Step[], arena: number) {
  const { run } = await instantiate(compiled, { arena });
  const { values, thrown } = run(
    "step",
    [0, 1, 2].map((p) => all.map((step) => step[p])),
  );
  const failed = new Map(thrown.map(({ item, ...error }) => [item, error]));
  const expected = oracle();
  all.forEach((step, i) => {
    const value = expected(...step);
    const error = failed.get(i);
    if (value !== undefined) expect([i, step, error ?? values[i]]).toEqual([i, step, value]);
    else expect([i, step, error !== undefined]).toEqual([i, step, true]);
  });
}

describe("a graph of objects in module variables is after every item what JavaScript's is", () => {
  test.for([1 << 20, 3 << 20])("in %i bytes", async (arena) => {
    // what is alive at once has 0.3 MB at most: everything else has to be collected
    await fc.assert(
      fc.asyncProperty(steps(400), (all) => compare(all, arena)),
      { numRuns: 15 },
    );
  });

  test("over many items", async () => {
    await fc.assert(
      fc.asyncProperty(steps(8000), (all) => compare(all, 1 << 20)),
      { numRuns: 1 },
    );
  });
});
