import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { inspect } from "node:util";
import { configure, exported, Kernel, ready, run } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import type { Kernel as AnyKernel } from "../../dist/abi/kernel.js";
import { dense, raggedFrom } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { defineKernels } from "../../dist/kernels/define-kernels.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, valuesOf, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "callable",
  `
export function peak(x: Float64Array, floor: f64 = 0): f64 {
  if (x.length == 0) throw new RangeError("an empty row has no peak");
  let best = floor;
  for (let i = 0; i < x.length; i++) if (x[i] > best) best = x[i];
  return best;
}
export function rise(x: Float64Array, by: f64 = 1): void { for (let i = 0; i < x.length; i++) x[i] += by; }
export function swap(a: Int16Array, b: Int16Array): void { const t = a[0]; a[0] = b[0]; b[0] = t; }
export function below(x: Int32Array, y: i32): Int32Array {
  const out: i32[] = [];
  for (let i = 0; i < x.length; i++) if (x[i] < y) out.push(x[i]);
  const all = new Int32Array(out.length);
  for (let i = 0; i < out.length; i++) all[i] = out[i];
  return all;
}
export function between(low: f64 = 0, x: Float64Array = new Float64Array(1), high: f64 = 10): f64 { return low + x[0] + high; }
export function next(n: i64): i64 { return n + 1; }
export function most(n: u64): u64 { return n; }
export function not(on: bool): bool { return !on; }
export function sizes(x: Float32Array, shape: Int32Array = shapeOf(x)): Int32Array { return shape; }
export function inside(x: Float64Array): f64 { return x[x.length]; }
export function whole(x: f64): i32 { return <i32>x; }
export function deep(n: i32): i32 { return deep(n + 1) + 1; }
export function late(x: Float64Array): void { x[0] = 7; throw new TypeError("after a write"); }
export function wait(rounds: i32): f64 { let sum: f64 = 0; for (let i = 0; i < rounds; i++) sum += Math.sqrt(i); return sum; }
let calls = 0;
export function counted(): i32 { return ++calls; }
const kept: f64[] = [];
export function scratches(bytes: i32): i32 { return new Uint8Array(bytes).length; }
export function keeps(x: f64): f64 { kept.push(x); let sum: f64 = 0; for (let i = 0; i < kept.length; i++) sum += kept[i]; return sum; }
`,
);
const other = await kernelsFrom("callable-other", "let n = 0; export function tick(): i32 { return ++n; }");
const throws = (call: () => unknown): any => {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("It threw nothing.");
};

describe("a kernel that is called", () => {
  test("returns what it returns for an item", () => {
    expect(k.peak(Float64Array.of(1, 5, 2), 1)).toBe(5);
    expect(k.peak(Float64Array.of(1, 5, 2), { floor: 9 })).toBe(9);
    expect(k.peak({ x: [1, 3], floor: 2 })).toBe(3);
    expect([k.peak([1, 2], undefined), k.peak({ x: [3], floor: undefined })]).toEqual([2, 3]);
    expect([k.between(undefined, [2], 3), k.between(undefined, [2])]).toEqual([5, 12]);
    expect(k.next(2n ** 53n)).toBe(2n ** 53n + 1n);
    expect(k.next(4)).toBe(5n);
    expect(k.most(2n ** 64n - 1n)).toBe(2n ** 64n - 1n);
    expect([k.not(true), k.not(false)]).toEqual([false, true]);
    expect(k.rise([])).toBeUndefined();
  });

  test("changes rows in place, wherever they lie", () => {
    const buffer = new Float64Array(4);
    k.rise(buffer.subarray(1, 3), 2);
    expect(buffer).toEqual(Float64Array.of(0, 2, 2, 0));
    const shared = new Float64Array(new SharedArrayBuffer(16));
    k.rise(shared);
    expect([...shared]).toEqual([1, 1]);
    const list = [1, 2];
    k.rise(list);
    expect(list).toEqual([2, 3]);
    const own = Int16Array.of(1, 2);
    k.swap(own.subarray(0, 1), own.subarray(1));
    expect(own).toEqual(Int16Array.of(2, 1));
  });

  test("works on a column's rows where they lie, and copies nothing", () => {
    const column = raggedFrom([Float64Array.of(1, 2), Float64Array.of(3)]);
    const row = column.at(0) as Float64Array;
    const other = row.slice();
    expect(k.late.length).toBe(1);
    k.rise(row, 5);
    expect([...column.at(0)]).toEqual([6, 7]);
    expect([...column.at(1)]).toEqual([3]);
    expect([...other]).toEqual([1, 2]);
    column.dispose();
    expect(throws(() => k.rise(row)).message).toMatch("a view of a column that was disposed of");
  });

  test("returns rows of its own, of any length, which a later call leaves alone", () => {
    const first = k.below(Int32Array.from(numbers(50_000)), 40_000) as Int32Array;
    expect(k.below([5, 1], 0)).toEqual(new Int32Array(0));
    expect(k.below([5, 1], 2)).toEqual(Int32Array.of(1));
    expect(first.length).toBe(40_000);
    expect(first.every((value, i) => value === i)).toBe(true);
    expect(first.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("knows the length of a row as its shape, unless it is given one", () => {
    expect(k.sizes(new Float32Array(6))).toEqual(Int32Array.of(6));
    expect(k.sizes(new Float32Array(6), [2, 3])).toEqual(Int32Array.of(2, 3));
    expect(k.sizes(new Float32Array(6), { shape: Int32Array.of(3, 2) })).toEqual(Int32Array.of(3, 2));
  });

  test("gives what a loop gives, for rows of a column too", async () => {
    const column = dense("f64", [3, 4]);
    column.values.set(numbers(12));
    const { column: peaks } = await sequential.run(job(k.peak, zipped(column)));
    expect(numbers(3).map((i) => k.peak(column.at(i)))).toEqual(numbers(3).map((i) => peaks!.at(i)));
  });
});

describe("what a kernel throws is thrown", () => {
  const aCaller = (call: () => unknown) => throws(call);

  test("with its class, message and place, at whoever called it", async () => {
    const error = aCaller(() => k.peak([]));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "an empty row has no peak", kernel: "peak", line: 3 });
    expect(error.file).toMatch(/callable\.ts$/);
    expect(Object.keys(error)).toEqual(["kernel", "file", "line"]);
    const [head, first, second] = error.stack.split("\n");
    expect(head).toBe("RangeError: an empty row has no peak");
    expect(first).toMatch(/^ {4}at peak \(.*callable\.ts:3\)$/);
    expect(second).toMatch(/callable\.test\.ts/);
    expect(error.stack).toContain("aCaller");
    expect(error.stack).not.toMatch(/dist\/kernels/);
    const [failed] = valuesOf(await sequential.run(job(k.peak, list([[]])))) as any[];
    expect([failed.message, failed.file, failed.line]).toEqual([error.message, error.file, error.line]);
  });

  test.each([
    ["inside", [[1]], RangeError, "Index out of range"],
    ["whole", [1e20], RangeError, /does not fit i32/],
    ["deep", [0], RangeError, "Maximum call stack size exceeded"],
    ["late", [[1]], TypeError, "after a write"],
  ])("as from %s, and the next call works", (name, args, itsClass, message) => {
    const error = throws(() => k[name](...args));
    expect(error).toBeInstanceOf(itsClass);
    expect(error.message).toMatch(message);
    expect(error.line).toBeGreaterThan(1);
    expect(k.peak([1, 2])).toBe(2);
  });

  test("and what it wrote before stays written", () => {
    const row = [1, 2];
    expect(throws(() => k.late(row)).message).toBe("after a write");
    expect(row).toEqual([7, 2]);
  });

  test("whoever prepares stacks", () => {
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (_, sites) => sites;
    try {
      expect(throws(() => k.peak([])).stack).toMatch(
        /^RangeError: an empty row has no peak\n {4}at peak \(.*:3\)$/,
      );
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });
});

test.each<[string, () => unknown, string]>([
  ["too few", () => k.peak(), 'peak(x: Float64Array, floor?: f64): f64 needs "x".'],
  ["too many", () => k.peak([1], 2, 3), "takes 2 arguments, got 3."],
  [
    "of another type",
    () => k.peak(["1"]),
    'expects a row of f64, got an array whose element 0 is the string "1".',
  ],
  [
    "a number for a row",
    () => k.peak(1),
    "expects a row of f64, got 1. A row is one argument: Float64Array.of(…), or",
  ],
  [
    "the numbers of a row",
    () => k.rise(1, 2, 3),
    "A row is one argument: a typed array, or an array of numbers.",
  ],
  [
    "a row for a number",
    () => k.whole([1]),
    "A call is about one item: run(kernel, items) runs it for many.",
  ],
  ["a row of another class", () => k.peak(new Float32Array(1)), "A copy would do: Float64Array.from(row)."],
  [
    "a column",
    () => k.peak(dense("f64", [2, 1])),
    "A call is about one item: run(kernel, items) runs it for many.",
  ],
  ["a promise", () => k.peak(Promise.resolve([1])), "Await it first."],
  ["a misspelt name", () => k.peak([1], { flor: 1 }), 'has no parameter "flor"; did you mean "floor"?'],
  ["undefined for what it needs", () => k.peak(undefined, 1), 'needs "x".'],
  ["undefined twice", () => k.between(undefined, [1], { x: [1] }), 'got "x" twice: by position and by name.'],
  ["an argument twice", () => k.peak([1], { x: [1] }), 'got "x" twice: by position and by name.'],
  [
    "names first",
    () => k.peak({ floor: 1 }, [1]),
    "Named arguments go in one plain object in the last place",
  ],
  [
    "a frozen row that it writes",
    () => k.rise(Object.freeze([1])),
    "got a frozen array: pass a copy, [...row].",
  ],
  [
    "what map gives it",
    () => [[1], [2]].map(k.peak as any),
    "write (element) => kernel(element), or run(kernel, array).",
  ],
  [
    "what map of a typed array gives it",
    () => Float64Array.of(1, 2).map(k.whole as any),
    "write (element) =>",
  ],
  ["a number that does not fit", () => k.below([1], 2.5), "takes a whole number from"],
  ["a kernel", () => k.peak(k.peak), "expects a row of f64, got a kernel."],
])("a call with %s is refused, where it is made", (_, call, message) => {
  const error = throws(call);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toContain(message);
  expect(error.message).not.toMatch(/of the item|the call gives/);
  expect(error.stack).toContain("callable.test.ts");
  expect(error.stack).not.toMatch(/dist\/kernels/);
});

describe("a kernel is a kernel everywhere", () => {
  test("by its class, name, length and text", () => {
    expect(k.peak).toBeInstanceOf(Kernel);
    expect([k.peak.name, k.peak.length, k.sizes.length]).toEqual(["peak", 1, 1]);
    expect(String(k.peak)).toBe("peak(x: Float64Array, floor?: f64): f64");
    expect(inspect({ k: k.peak })).toBe("{ k: Kernel peak(x: Float64Array, floor?: f64): f64 }");
    expect(JSON.stringify({ k: k.peak })).toBe('{"k":"peak(x: Float64Array, floor?: f64): f64"}');
    expect(() => new (k.peak as any)([1])).toThrow("not a constructor");
    // what it runs is found by its name
    for (const key of ["name", "length", "module", "signature"]) {
      expect(() => Object.defineProperty(k.peak, key, { value: "other" })).toThrow("Cannot redefine");
    }
    expect(k.peak([1, 2])).toBe(2);
  });

  test("but a function where arguments are bound to it by bind", async () => {
    const bound = k.peak.bind(null, [1, 2]);
    expect(bound).not.toBeInstanceOf(Kernel);
    expect(bound(7)).toBe(7);
    expect(k.peak.call(null, [1, 2])).toBe(2);
    expect(k.peak.apply(null, [[1, 2], 5])).toBe(5);
    expect([...(await run(bound, [3, 9], { target: "for" }))]).toEqual([3, 9]);
  });

  test("also in a proxy", async () => {
    const proxy = new Proxy(k.peak, {});
    expect(proxy).toBeInstanceOf(Kernel);
    expect(proxy([4])).toBe(4);
    expect([...(await run(proxy, [Float64Array.of(1, 2)]))]).toEqual([2]);
  });
});

describe("calls leave the thread as it was", () => {
  test("memory is given back, whatever comes of them", () => {
    const calls = [
      () => k.peak([1, 2]),
      () => k.below(numbers(1000), 10),
      () => k.peak(new Float64Array(100_000)),
      () => k.rise(new Float64Array(100_000)),
      () => throws(() => k.peak([])),
      () => throws(() => k.deep(0)),
      () => throws(() => k.peak()),
      () => throws(() => k.rise(Object.freeze([1]))),
    ];
    for (const call of [...calls, ...calls]) call();
    const { usedBytes } = sharedMemory().heap;
    for (const call of calls) call();
    expect(sharedMemory().heap.usedBytes).toBeLessThanOrEqual(usedBytes);
  });

  test("a full memory is said, and harms nobody", () => {
    const { heap } = sharedMemory();
    const used = heap.usedBytes;
    const error = throws(() => k.peak(new Float64Array(new ArrayBuffer(2 ** 33 - 8))));
    expect(error).toBeInstanceOf(RangeError);
    expect(heap.usedBytes).toBeLessThanOrEqual(used);
    expect(k.peak([1])).toBe(1);
  });

  test("what a module's variables keep is the thread's, for calls and for a loop", async () => {
    const before = k.counted() as number;
    const values = valuesOf(await sequential.run(job(k.counted, list([], []))));
    expect(values).toEqual([before + 1, before + 2]);
    expect(k.counted()).toBe(before + 3);
    expect([k.keeps(1), k.keeps(2), k.keeps(4)]).toEqual([1, 3, 7]);
  });

  test("while calls of the engine run, and with more scratch memory than it had", async () => {
    const busy = nogil.run(job(k.wait, list(...numbers(40).map(() => [3e6]))));
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers(100).map((i) => k.peak([i]))).toEqual(numbers(100));
    expect((await busy).failures.size).toBe(0);
    const options = { scratch: 64 << 20 };
    const long = sequential.run(job(k.peak, list([[1]], [[2]]), { options: { ...options, deadline: 1e6 } }));
    expect(k.peak([3])).toBe(3);
    expect(valuesOf(await long)).toEqual([1, 2]);
    expect(k.peak([4])).toBe(4);
  });

  test("with the scratch memory that configure sets, as every call", async () => {
    expect(throws(() => k.scratches(96 << 20)).message).toContain('raise it with the option "scratch"');
    configure({ scratch: 128 << 20 });
    try {
      expect(k.scratches(96 << 20)).toBe(96 << 20);
      await ready(other.tick);
      expect([other.tick(), k.peak([3])]).toEqual([1, 3]);
    } finally {
      configure({ scratch: undefined });
    }
  });

  test("from a listener, a sort, and another kernel's arguments", () => {
    expect([3, 1, 2].sort((a, b) => (k.whole(a) as number) - (k.whole(b) as number))).toEqual([1, 2, 3]);
    const named = {
      get floor() {
        return k.peak([5]);
      },
    };
    expect(k.peak([1], named)).toBe(5);
  });
});

test("in a worker a kernel can be called, too: rows change there, and errors arrive as themselves", async () => {
  const at = new URL("../fixtures/calls-kernels.mjs", import.meta.url);
  const results = await run(exported(at, "summed") as any, [Float64Array.of(1, 2), Float64Array.of(3)]);
  expect([...results]).toEqual([3, 3]);
  const [failed] = (await run(exported(at, "thrown") as any, [1])) as any[];
  expect(failed).toBeInstanceOf(RangeError);
  expect(failed).toMatchObject({ message: "the number is bad", kernel: "affine" });
});

describe("a kernel's WebAssembly", () => {
  const { description } = other.tick.module;
  const file = other.tick.module.source as URL;
  const bytes = new Uint8Array(readFileSync(file));
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/tick.wasm" ? 200 : 404;
    response.end(request.url === "/tick.wasm" ? bytes : "");
  });
  const listening = new Promise<string>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as any).port}/`));
  });
  afterAll(() => void server.close());

  const anew = (source: URL | Uint8Array, hash = description.hash): AnyKernel =>
    defineKernels(source, { ...description, hash }).tick;

  test("is called at once where its bytes are there: in the program, or in a data: URL", () => {
    const first = anew(bytes)() as number;
    const encoded = Buffer.from(bytes).toString("base64");
    expect(anew(new URL(`data:application/wasm;base64,${encoded}`))()).toBe(first + 1);
    expect(anew(file)()).toBe(first + 2);
  });

  test("that is to be fetched is waited for by ready, and the error before says so", async () => {
    const source = `export function tock(x: Float64Array): f64 { return x[1]; }`;
    const { tock } = await kernelsFrom("callable-fetched", source);
    const code = readFileSync(tock.module.source as URL);
    const map = readFileSync(new URL(`${(tock.module.source as URL).href}.map`));
    const answers: Record<string, Buffer> = { "/k.wasm": code, "/k.wasm.map": map };
    const site = createServer(({ url }, response) => response.end(answers[url!]));
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(site.address() as any).port}/k.wasm`);
    const kernels = defineKernels(url, tock.module.description);
    expect(() => kernels.tock([1, 2])).toThrow(
      `${url.href} has to be fetched, which takes a while. Wait for it once, before the first call: await ready(tock).`,
    );
    await ready(kernels.tock, kernels);
    expect(kernels.tock([1, 2])).toBe(2);
    expect(throws(() => kernels.tock([1]))).toMatchObject({ message: "Index out of range", line: 1 });
    site.close();
  });

  test("that cannot be had makes the call and ready fail alike, and both may be tried again", async () => {
    const nowhere = anew(new URL("nowhere.wasm", file), "1".repeat(32));
    expect(() => nowhere()).toThrow(/cannot be read: build them with "npx nogil build"/);
    await expect(ready(nowhere)).rejects.toThrow(/cannot be read: build them/);
    await expect(ready(anew(new URL("absent.wasm", await listening), "1".repeat(32)))).rejects.toThrow(
      /cannot be read/,
    );
    const wrong = anew(bytes, "0".repeat(32));
    expect(() => wrong()).toThrow(/is not what the description was built with/);
    await expect(ready(wrong)).rejects.toThrow(/is not what the description was built with/);
    const { statics } = sharedMemory();
    const { freeBytes } = statics;
    for (let i = 0; i < 3; i++) expect(() => wrong()).toThrow();
    expect(statics.freeBytes).toBe(freeBytes);
  });

  test("that a loop is about to load is loaded once, so that its variables are one", async () => {
    const { first } = await kernelsFrom(
      "callable-once",
      "let n = 0; export function first(): i32 { return ++n; }",
    );
    const loop = sequential.run(job(first, list([], [])));
    expect(first()).toBe(1);
    expect(valuesOf(await loop)).toEqual([2, 3]);
    expect(first()).toBe(4);
  });
});

test.each<[string, unknown[], string]>([
  ["nothing", [], "got none"],
  ["a number", [1], "ready() takes kernels, or a module of them, got a number."],
  ["an array", [[k.peak]], "got Array. Spread it: ready(...kernels)."],
  ["a function", [() => 1], "got a function."],
  ["an object without kernels", [{ a: 1 }], "got Object."],
])("ready refuses %s", async (_, given, message) => {
  await expect((ready as any)(...given)).rejects.toThrow(TypeError);
  await expect((ready as any)(...given)).rejects.toThrow(message);
});
