import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { denseFrom, detach, revive } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { bind } from "../../dist/kernels/binding/binding.js";
import { nogil, sequential } from "../engines/loaded.js";
import { spied } from "../observe/spied.js";
import { job, kernelsFrom, list, numbers, type Rest, valuesOf, zipped } from "./kernels.js";
import { classes, randomItem, rowsOf, stirred } from "./random-views.js";

const k = await kernelsFrom(
  "views",
  `
/** Adds the first row to the second, element by element, and returns what the sum of the first is then. */
export function addTo(x: Float64Array, y: Float64Array): f64 {
  let sum: f64 = 0;
  const n = min(x.length, y.length);
  for (let i = 0; i < n; i++) y[i] += x[i];
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}
/** Writes to rows of all kinds, one after the other, and returns what the bytes are then. */
export function stir(a: Float64Array, b: Uint8Array, c: Int32Array, d: Float32Array, e: Int64Array, f: Uint16Array): Uint8Array {
  for (let i = 0; i < a.length; i++) a[i] = <f64>i + 0.1;
  for (let i = 0; i < b.length; i++) b[i] = b[i] * 7 + <u8>i;
  for (let i = 0; i < c.length; i++) c[i] = c[i] * 31 + i;
  for (let i = 0; i < d.length; i++) d[i] = d[i] > 1 ? <f32>0.5 : <f32>i + <f32>1.5;
  for (let i = 0; i < e.length; i++) e[i] = e[i] * 13 + i;
  for (let i = 0; i < f.length; i++) f[i] = f[i] + <u16>(i * 259);
  return b.slice(0);
}
/** Copies bytes that it only reads. */
export function copyBytes(from: Uint8Array, to: Uint8Array): void {
  for (let i = 0; i < to.length; i++) to[i] = from[i];
}
export function ends(x: Float64Array): f64 { return x[0] + x[x.length - 1]; }
export function countUp(x: Float64Array): void { x[0] += 1; }
/** Fails the first time. */
export function secondTime(x: Uint8Array, y: Uint8Array): u8 {
  if (x[0] == 0) { x[0] = 1; throw new Error("not yet"); }
  return y[0];
}
export function increment(x: Uint8Array): void { for (let i = 0; i < x.length; i++) x[i]++; }
export function halve(x: Float64Array, by: f64): void { for (let i = 0; i < x.length; i++) x[i] /= by; }
`,
);

afterAll(() => nogil.close());

// what was measured before could keep a call in this thread; one with a timeout goes to workers
const options = { timeout: 60_000 };
/** The kernel's twin. */
function addTo(x: Float64Array, y: Float64Array): number {
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) y[i] += x[i];
  return x.reduce((sum, each) => sum + each, 0);
}

const series = (length: number) => Float64Array.from({ length }, (_, i) => i);

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("%s gives the views of one buffer", (_, engine) => {
  const run = (kernel: keyof typeof k, invocations: Parameters<typeof job>[1], rest: Rest = {}) =>
    engine.run(job(k[kernel], invocations, { options, ...rest }));
  const valuesFrom = async (...args: Parameters<typeof run>) => valuesOf(await run(...args));
  const copied = async (...args: Parameters<typeof run>) => {
    const { events } = await spied(() => run(...args));
    return events.find((event) => event.type === "copied")!;
  };

  test.each([
    ["the one that is read first", [0, 6], [3, 9]],
    ["the one that is written first", [3, 9], [0, 6]],
    ["one within the other", [2, 4], [0, 9]],
    ["apart, in one buffer", [0, 2], [5, 9]],
  ])("to one item as one memory: %s", async (_, [from, to], [begin, end]) => {
    const [given, expected] = [series(9), series(9)];
    const sum = addTo(expected.subarray(from, to), expected.subarray(begin, end));
    const results = await valuesFrom("addTo", list([given.subarray(from, to), given.subarray(begin, end)]));
    expect([results, given]).toEqual([[sum], expected]);
  });

  test("whether given by position, by name, by the call, or as elements of arrays", async () => {
    const expected = [0, 1, 2, 3, 5, 7, 9, 12, 15];
    const ways: ((x: Float64Array, y: Float64Array) => Parameters<typeof run>)[] = [
      (x, y) => ["addTo", list([[x], { y }])],
      (x, y) => ["addTo", list({ y, x })],
      (x, y) => ["addTo", list([x]), { call: [y] }],
      (x, y) => ["addTo", list([x]), { named: { y } }],
      (x, y) => ["addTo", list([x]), { bound: { y } }],
      (x, y) => ["addTo", list({ y }), { bound: { x } }],
      (x, y) => ["addTo", zipped([x], [y])],
      (x, y) => ["addTo", zipped([x]), { named: { y } }],
    ];
    for (const way of ways) {
      const a = series(9);
      await run(...way(a.subarray(0, 6), a.subarray(3, 9)));
      expect([...a]).toEqual(expected);
    }
  });

  test("of the user's own shared memory, of a resizable buffer and of one that views keep track of", async () => {
    for (const buffer of [
      new SharedArrayBuffer(72),
      new ArrayBuffer(72, { maxByteLength: 144 }),
      new SharedArrayBuffer(72, { maxByteLength: 144 }),
    ]) {
      const a = new Float64Array(buffer as ArrayBuffer);
      a.set(series(9));
      await run("addTo", list([a.subarray(0, 6), new Float64Array(buffer as ArrayBuffer, 24)]));
      expect([...a]).toEqual([0, 1, 2, 3, 5, 7, 9, 12, 15]);
    }
  });

  test("with rows that touch, that are the same, and that have no elements", async () => {
    const a = new Uint8Array(10).map((_, i) => i);
    await run("copyBytes", list([a.subarray(0, 5), a.subarray(5, 10)]));
    expect([...a]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    await run("copyBytes", list([a.subarray(10), a.subarray(10)], [a.subarray(3, 3), a.subarray(10)]));
    expect([...a]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    const same = series(3);
    expect(await valuesFrom("addTo", list([same.subarray(0), same.subarray(0)]))).toEqual([6]);
    expect([...same]).toEqual([0, 2, 4]);
    expect((await copied("addTo", list([same.subarray(0), same.subarray(0)]))).bytesOut).toBe(24);
  });

  test("with random views of many buffers as plain JavaScript has them, and leaves all other bytes alone", async () => {
    const property = fc.asyncProperty(fc.array(randomItem, { minLength: 1, maxLength: 8 }), async (made) => {
      const items = made.map(({ make, views }) => ({ given: make(), expected: make(), views }));
      const results = await valuesFrom(
        "stir",
        list(...items.map(({ given, views }) => rowsOf(given, views))),
      );
      items.forEach(({ given, expected, views }, i) => {
        expect(results[i]).toEqual(stirred(rowsOf(expected, views)));
        expect(given.whole).toEqual(expected.whole);
      });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("to items that write to different parts of it, and loses none of that", async () => {
    const a = series(90);
    const rows = numbers(15).map((i) => [a.subarray(6 * i, 6 * i + 3), a.subarray(6 * i + 3, 6 * i + 6)]);
    await run("addTo", list(...rows.reverse()));
    expect([...a]).toEqual([...series(90)].map((x, i) => (i % 6 < 3 ? x : 2 * x - 3)));
  });

  test.each([
    ["reads", "ends" as const],
    ["writes", "countUp" as const],
  ])("in as much memory as is viewed, for 9,000 windows that a kernel %s", async (_, kernel) => {
    const a = series(1_000_000);
    const windows = numbers(9000).map((i) => a.subarray(100 * i, 100 * i + 100_000));
    const before = a.slice();
    const { bytesIn, bytesOut } = await copied(kernel, zipped(windows));
    // where each row lies and how long it is, besides
    expect(bytesIn).toBeLessThan(8e6 + 9000 * 8 + 200);
    expect(bytesOut).toBe(kernel === "ends" ? 0 : 8 * (100 * 8999 + 100_000));
    if (kernel === "ends") {
      expect(await valuesFrom(kernel, zipped(windows))).toEqual(windows.map((row) => row[0] + row[99_999]));
    } else {
      for (let i = 0; i < 9000; i++) before[100 * i]++;
    }
    expect(Buffer.compare(Buffer.from(a.buffer), Buffer.from(before.buffer))).toBe(0);
  });

  test("and neither copies nor writes what strangers keep in the same buffer", async () => {
    const strangers = Buffer.from("a stranger's");
    const given = numbers(50).map((i) => Buffer.from(`mine ${i}`));
    const { buffer } = given[0];
    expect(strangers.buffer).toBe(buffer);
    const { bytesIn, bytesOut } = await copied("increment", zipped(given));
    expect(bytesOut).toBe(given.reduce((sum, { length }) => sum + length, 0));
    expect(bytesIn).toBeLessThan(50 * 16 + 1000);
    expect(String(strangers)).toBe("a stranger's");
    expect(given.map(String)).toEqual(
      numbers(50).map((i) =>
        Buffer.from(`mine ${i}`)
          .map((x) => x + 1)
          .toString(),
      ),
    );
  });

  test("again to what is retried, as it left them", async () => {
    const a = new Uint8Array(2);
    const results = await valuesFrom("secondTime", list([a.subarray(0, 1), a]), {
      options: { ...options, retry: 1 },
    });
    expect(results).toEqual([1]);
    expect([...a]).toEqual([1, 0]);
  });

  test("and one that cannot be given costs its own item alone", async () => {
    const buffer = new ArrayBuffer(32, { maxByteLength: 32 });
    const [short, gone] = [new Uint8Array(buffer, 0, 8), new Uint8Array(buffer, 16, 8)];
    buffer.resize(12);
    const results = await valuesFrom("increment", list([short], [gone]));
    expect(results[0]).toBeUndefined();
    expect(String(results[1])).toMatch(/expects a row of u8, got one whose buffer was made too small for it/);
    expect([...new Uint8Array(buffer)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  });

  test("and an array of numbers once for all rows of a dtype", async () => {
    const array = [1, 2, 3];
    await run("addTo", list([array, array]));
    expect(array).toEqual([2, 4, 6]);
  });

  test("for the bytes that it tells before", async () => {
    const a = new Uint8Array(1000);
    const rows = numbers(9).map((i) => [
      a.subarray(100 * i, 100 * i + 60),
      a.subarray(100 * i + 30, 100 * i + 70),
    ]);
    const given = list(...rows, [a.subarray(0, 100), 5], [[1], [2]]);
    const told = await engine.plan(job(k.copyBytes, given));
    const { bytesIn, bytesOut } = await copied("copyBytes", given);
    expect([told.bytesIn, told.bytesOut]).toEqual([bytesIn, bytesOut]);
    const [from, to] = told.arguments;
    expect([from.bytesIn + to.bytesIn, from.bytesOut, to.bytesOut]).toEqual([bytesIn, 0, bytesOut]);
    expect(bytesOut).toBe(9 * 40 + 1);
    // 70 bytes for each item, and where both rows of each lie
    expect(bytesIn).toBe(9 * 80 + 2 * 16 + 4 * 64);
  });

  test("and writes back no row that is only read, or whose item does not run, nor numbers", async () => {
    const a = new Uint8Array(8);
    const copying = run("copyBytes", list([a.subarray(0, 4), a.subarray(2, 6)]));
    a.fill(9);
    await copying;
    expect([...a]).toEqual([9, 9, 0, 0, 0, 0, 9, 9]);

    const b = new Uint8Array(8);
    const failing = run(
      "copyBytes",
      list([b.subarray(0, 4), "no row"], [b.subarray(0, 2), b.subarray(4, 6)]),
    );
    b.fill(9);
    expect((await failing).failures.size).toBe(1);
    expect([...b]).toEqual([9, 9, 9, 9, 0, 0, 9, 9]);

    const divisors = revive(detach(denseFrom(Float64Array.of(2, 4))));
    const rows = [Float64Array.of(2), Float64Array.of(4)];
    expect((await copied("halve", zipped(rows, divisors))).bytesOut).toBe(16);
    expect(rows.map(([x]) => x)).toEqual([1, 1]);
  });

  test("and tells of a row that was taken away meanwhile, once all others are written", async () => {
    const [a, b] = [new Uint8Array(3), new Uint8Array(3)];
    const c = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 8 }));
    const lost = run("increment", list([a], [c], [b]));
    structuredClone(a.buffer, { transfer: [a.buffer] });
    (c.buffer as any).resize(4);
    await expect(lost).rejects.toThrow(
      /buffer was transferred while the call ran, so that what the kernel wrote/,
    );
    expect([...b, ...c]).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });
});

test("rows are as aligned in the copy as their elements want it, and at a multiple of 16 where one is alone", () => {
  const buffer = new ArrayBuffer(64);
  const rows = [new Uint8Array(buffer, 3, 10), new Uint8Array(buffer, 40, 1)];
  const floats = [new Float64Array(buffer, 8, 2), new Float64Array(new ArrayBuffer(64), 24, 3)];
  const addressesOf = (a: Float64Array, b: Uint8Array) => {
    const given = { [k.stir.signature.parameters[0].name]: a, b };
    const rest = Object.fromEntries(["c", "d", "e", "f"].map((name, i) => [name, new classes[i + 2](0)]));
    const { groups, release } = bind(
      k.stir,
      job(k.stir, list([]), { named: { ...given, ...rest } }),
      sharedMemory(),
    );
    release();
    return groups[0].parameters.map(({ base }) => base);
  };
  const [a, b] = addressesOf(floats[0], rows[0]);
  expect([a % 8, b - a]).toEqual([0, 3 - 8]);
  for (const address of addressesOf(floats[1], rows[1])) expect(address % 16).toBe(0);
});
