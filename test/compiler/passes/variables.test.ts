import { describe, expect, test } from "vitest";
import type { CompileOptions } from "../../../src/compiler/build/compile-once.js";
import { compileText, defaults, instantiate } from "../harness.js";

const helpers = `
function ramp(n: i32, first: f64): Float64Array {
  const w = new Float64Array(n);
  for (let i = 0; i < n; i++) w[i] = first + i;
  return w;
}
function sum(w: Float64Array): f64 {
  let s: f64 = 0;
  for (let i = 0; i < w.length; i++) s += w[i];
  return s;
}
function scribble(): void {
  for (let i = 0; i < 90; i++) ramp(9, -1e9);
}
`;
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

async function check(
  text: string,
  items: number,
  expected: (i: number) => number | undefined,
  { arena = 1 << 20, ...options }: Partial<CompileOptions> & { arena?: number } = {},
) {
  const { run } = await instantiate(await compileText(helpers + text, options), { arena });
  const { values, thrown } = run("k", [numbers(items)]);
  for (const { item } of thrown) values[item] = undefined;
  expect(values).toEqual(numbers(items).map(expected));
}

describe("what is kept by way of", () => {
  const body = (get: string, put: string) =>
    `export function k(x: f64): f64 { if (!${get}) ${put}; scribble(); return sum(${get}!); }`;
  test.for([
    [
      "a constant of an interface's type",
      `interface Filled { fill(): void; total(): f64 }
       class Box implements Filled {
         data: Float64Array | null = null;
         fill(): void { if (!this.data) this.data = ramp(8, 1); }
         total(): f64 { return sum(this.data!); }
       }
       const box: Filled = new Box();
       export function k(x: f64): f64 { box.fill(); scribble(); return box.total(); }`,
    ],
    [
      "a constant of a class that others extend",
      `class Base { }
       class Box extends Base { data: Float64Array | null = null }
       const box: Base = new Box();
       ${body("(box as Box).data", "(box as Box).data = ramp(8, 1)")}`,
    ],
    [
      "a constant of the type of all objects",
      `class Box { data: Float64Array | null = null }
       const box: Object = new Box();
       ${body("(box as Box).data", "(box as Box).data = ramp(8, 1)")}`,
    ],
    [
      "a class of views of one's own",
      `class Box extends ArrayBufferView { data: Float64Array | null = null; constructor() { super(8, 0); } }
       const box = new Box();
       ${body("box.data", "box.data = ramp(8, 1)")}`,
    ],
    [
      "a list in whose place the code has its address",
      `@inline const list: (Float64Array | null)[] = [null];
       ${body("list[0]", "list[0] = ramp(8, 1)")}`,
    ],
    [
      "a static list of that kind",
      `class Box { @inline static readonly list: StaticArray<Float64Array | null> = [null, null]; }
       ${body("Box.list[1]", "Box.list[1] = ramp(8, 1)")}`,
    ],
    [
      "a read-only static object",
      `class Box { data: Float64Array | null = null; static readonly only: Box = new Box(); }
       ${body("Box.only.data", "Box.only.data = ramp(8, 1)")}`,
    ],
    [
      "a list of a namespace that is made when it is first named",
      `namespace outer { export namespace inner { @lazy export const list: Float64Array[] = []; } }
       export function k(x: f64): f64 {
         if (!outer.inner.list.length) outer.inner.list.unshift(ramp(8, 1));
         scribble();
         return sum(outer.inner.list[0]);
       }`,
    ],
  ])("%s stays", ([, text]) => check(text, 300, () => 36));
});

test("variables that can keep nothing of an item's leave no trace in the module", async () => {
  const variables = `
    const text: string = "abc";
    const table: Float64Array = new Float64Array(4);
    const twice = (x: f64): f64 => 2 * x;
    let chosen: (x: f64) => f64 = twice;
    class Names { static readonly first: string = "a"; static count: i32 = 0; }
  `;
  const { variables: kept, wasm } = await compileText(`${variables}
    export function k(x: f64): f64 {
      if (x < 0) chosen = (x: f64): f64 => 3 * x;
      table[0] += 1;
      Names.count += text.length + Names.first.length;
      return chosen(x) + table[0] + Names.count;
    }`);
  expect(kept).toEqual([]);
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>));
  expect(exported.map(({ name }) => name).sort()).toEqual(
    ["arena", "mark", "release", "run$k", "segment", "segmentTop", "start"].sort(),
  );
});

test("an object whose constructor failed half-way, and that is kept, has no fields but zeros", async () => {
  await check(
    `
    const made: Half[] = [];
    let fails = false;
    function register(half: Half): bool { made.push(half); if (fails) throw new Error("half"); return true; }
    class Half { known: bool = register(this); a: Float64Array | null = null; b: string | null = null; }
    export function k(x: f64): f64 {
      scribble();
      if (<i32>x & 1) {
        let s = 0;
        for (let i = 0; i < made.length; i++) s += made[i].a || made[i].b ? 100 : 1;
        return s;
      }
      made.length = 0;
      for (let i = 0; i < 30; i++) { fails = i == 29; new Half(); }
      return 0;
    }`,
    4000,
    (i) => (i & 1 ? 30 : undefined),
  );
});

test("what top-level code made counts: items that replace what they keep do not run out beside it", async () => {
  await check(
    `const table = new Float64Array(80_000);
     let last: Float64Array | null = null;
     export function k(x: f64): f64 { const before = last; last = ramp(3000, x); return before ? before[0] : table[0] - 1; }`,
    500,
    (i) => i - 1,
  );
});

test("items that need most of the memory for themselves do not run out of it beside what was kept before", async () => {
  await check(
    `let last: Float64Array | null = null;
     export function k(x: f64): f64 {
       const before = last;
       last = ramp(16_000, x);
       const all = new Float64Array(75_000);
       return before ? before[0] : all[0] - 1;
     }`,
    300,
    (i) => i - 1,
  );
});

// without optimization, the runtime that is told of an object in an older one is a call that may itself overflow
test.for([0, 3])(
  "what an item stored last before the stack overflowed stays, at level %i",
  async (optimizeLevel) => {
    const { config } = defaults;
    await check(
      `class Box { value: Float64Array | null = null }
     const boxes = new StaticArray<Box>(100_000);
     for (let i = 0; i < boxes.length; i++) boxes[i] = new Box();
     let deepest = 0, first = 1 << 30;
     function down(all: Float64Array[], n: i32): i32 {
       deepest = n;
       unchecked(boxes[n]).value = n >= first ? unchecked(all[n - first]) : null;
       return down(all, n + 1) + 1;
     }
     // so that the stack ends elsewhere each time
     function pad(all: Float64Array[], n: i32, a: i64, b: i64): i32 {
       return n ? pad(all, n - 1, b, a) + <i32>(a + b) : down(all, 0);
     }
     export function k(x: f64): f64 {
       if (!(<i32>x & 1)) {
         if (x) first = deepest - 300;
         for (let i = 0; i < boxes.length; i++) boxes[i].value = null;
         const all: Float64Array[] = [];
         for (let i = 0; i < 1200; i++) all.push(ramp(1100, x));
         return pad(all, <i32>x % 97, 1, 2);
       }
       for (let i = 0; i < 1200; i++) ramp(1100, -1);
       let wrong = 0;
       for (let i = 0; i < boxes.length; i++) {
         const value = boxes[i].value;
         if (value && (value.length != 1100 || value[0] != x - 1)) wrong++;
       }
       return wrong;
     }`,
      100,
      (i) => (i & 1 ? 0 : undefined),
      { config: { ...config, options: { ...config.options, optimizeLevel } }, arena: 32 << 20 },
    );
  },
);

test("maps and sets are whole after an item that ran out of memory while it cleared them", async () => {
  const { run } = await instantiate(
    await compileText(`
      const map = new Map<i32, f64[]>();
      const set = new Set<i32>();
      export function clear(x: f64): void {
        for (let i = 0; i < x; i++) new ArrayBuffer(0);
        map.clear();
        set.clear();
      }
      export function check(x: f64): f64 {
        let wrong = 0;
        const keys = map.keys(), values = set.values();
        for (let i = 0; i < keys.length; i++) if (!map.has(keys[i])) wrong++;
        for (let i = 0; i < values.length; i++) if (!set.has(values[i])) wrong++;
        if (keys.length != map.size || values.length != set.size) wrong++;
        for (let i = 0; i < 20; i++) { map.set(i, [i]); set.add(i); }
        return wrong;
      }`),
    { arena: 1 << 16 },
  );
  let exhausted = 0;
  for (const i of numbers(2000)) {
    exhausted += run("clear", [[i]]).thrown.length;
    expect(run("check", [[i]])).toMatchObject({ values: [0], thrown: [] });
  }
  expect(exhausted).toBeGreaterThan(10);
  expect(exhausted).toBeLessThan(1990);
});
