import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { Storage } from "../../dist/columns/storage.js";
import { nogil, sequential } from "../engines/loaded.js";
import { job, kernelsFrom, list, numbers, valuesOf, zipped } from "./kernels.js";

const source = `export function fail(i: i32, how: i32): i32 {
  if (how == 1) throw new RangeError("too much");
  if (how == 2) unreachable();
  if (how == 3) return i / (how - 3);
  if (how == 4) { const a = new Int32Array(2); return a[how + 5]; }
  if (how == 5) return deep(i);
  if (how == 6) { const a = new Array<i32>(); for (;;) a.push(1); }
  if (how == 7) throw new Error("just so");
  if (how == 8) assert(how == 1, "how is 1");
  return i * 2;
}
function deep(n: i32): i32 { return deep(n + 1) + 1; }
export function rows(i: i32, how: i32): Int32Array {
  if (how == 1) throw new TypeError("no row");
  return new Int32Array(i);
}
`;
const k = await kernelsFrom("faults", source);
const broken = await kernelsFrom(
  "faults-start",
  `
export const one: i32 = refuse();
function refuse(): i32 { throw new RangeError("not today"); }
export function any(i: i32): i32 { return one; }
`,
);

afterAll(() => nogil.close());

describe.each([
  ["for", sequential],
  ["nogil", nogil],
] as const)("%s", (_, engine) => {
  test.each([
    [1, RangeError, "RangeError", "too much", 2],
    [2, WebAssembly.RuntimeError, "RuntimeError", "unreachable", 3],
    [3, WebAssembly.RuntimeError, "RuntimeError", "divide by zero", 4],
    [4, RangeError, "RangeError", "Index out of range", 5],
    [5, RangeError, "RangeError", "Maximum call stack size exceeded", 12],
    [6, RangeError, "RangeError", "kernel scratch exhausted", 7],
    [7, Error, "Error", "just so", 8],
    [8, Error, "Error", "how is 1", 9],
  ] as const)(
    "makes what a kernel throws (%i) its item's error, with class, file and line",
    async (how, type, name, text, line) => {
      const results = valuesOf(await engine.run(job(k.fail, list([1, 0], [2, how], [3, 0]))));
      const error = results[1] as Error & { file: string; line: number };
      expect(results).toEqual([2, error, 6]);
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ name, kernel: "fail", item: 1, line });
      expect(error.file).toMatch(/faults\.ts$/);
      expect(error.message).toContain(text);
      expect(error.stack).toContain(`at fail (${error.file}:${line})`);
    },
  );

  test("loses no other item to a hundred that fail in eight ways", async () => {
    const ways = numbers(10_000).map((i) => (i % 100 === 7 ? 1 + (((i / 100) | 0) % 8) : 0));
    const results = valuesOf(await engine.run(job(k.fail, zipped(numbers(10_000), ways))));
    const wrong = results.filter((result, i) => (ways[i] ? !(result instanceof Error) : result !== i * 2));
    expect(wrong).toEqual([]);
    expect(
      results.flatMap((result) => (result instanceof Error ? [(result as { item?: number }).item] : [])),
    ).toEqual(numbers(100).map((i) => i * 100 + 7));
  });

  test("leaves an empty row in the place of an item that failed", async () => {
    const { column, failures } = await engine.run(job(k.rows, list([2, 0], [3, 1], [1, 0])));
    expect([...failures.keys()]).toEqual([1]);
    expect([0, 1, 2].map((i) => (column!.at(i) as Int32Array).length)).toEqual([2, 0, 1]);
    expect(column!.values).toHaveLength(3);
  });

  test("runs an item again that failed, as often as it may", async () => {
    const { failures } = await engine.run(
      job(k.fail, list([1, 1], [2, 0], [3, 7]), { options: { retry: 2 } }),
    );
    expect([...failures].map(([item, { message }]) => [item, message.slice(0, 7)])).toEqual([
      [0, "too muc"],
      [2, "just so"],
    ]);
  });

  test("gives kernels as much scratch memory as they are promised", async () => {
    const run = (scratch: number) =>
      engine.run(job(k.rows, zipped([20_000_000], [0]), { options: { scratch, timeout: 30_000 } }));
    expect((await run(33 << 20)).failures.size).toBe(1);
    expect((await run(100 << 20)).failures.size).toBe(0);
  });

  test("fails the items whose arrays find no room, and only these", async () => {
    const call = () =>
      engine.run(job(k.rows, list([10, 0], [30_000_000, 0], [20, 0]), { options: { scratch: 200 << 20 } }));
    (await call()).column!.dispose();
    const blocks: Storage[] = [];
    for (let bytes = 2 ** 31; bytes >= 2 ** 24; ) {
      try {
        blocks.push(Storage.allocate(bytes, false).storage);
      } catch {
        bytes /= 2;
      }
    }
    const { column, failures } = await call();
    for (const block of blocks) block.dispose();
    expect([...failures].map(([item, { name, message }]) => [item, name, message.slice(0, 22)])).toEqual([
      [1, "RangeError", "Shared memory is full:"],
    ]);
    expect([0, 1, 2].map((i) => (column!.at(i) as Int32Array).length)).toEqual([10, 0, 20]);
    expect((await call()).failures.size).toBe(0);
  });

  test("refuses a call whose module's own code throws, and goes on", async () => {
    await expect(engine.run(job(broken.any, zipped([1])))).rejects.toThrow(
      /top-level code .* threw RangeError: not today/,
    );
    expect(valuesOf(await engine.run(job(k.fail, list([1, 0]))))).toEqual([2]);
  });
});

test("an error in code of the library that is all there is of a kernel has the kernel's line", async () => {
  const { huge } = await kernelsFrom(
    "faults-library",
    "// a comment\nexport function huge(): Float64Array { return new Float64Array(100_000_000); }",
  );
  const [error] = valuesOf(await nogil.run(job(huge, list([]))));
  expect(error).toMatchObject({
    name: "RangeError",
    line: 2,
    file: expect.stringMatching(/faults-library\.ts$/),
  });
});

test("a module whose file is gone is an error that says what to do", async () => {
  const gone = await kernelsFrom("faults-gone", "export function one(): i32 { return 1; }");
  rmSync(gone.one.module.source as URL);
  await expect(nogil.run(job(gone.one, list([])))).rejects.toThrow(
    /faults-gone\.wasm cannot be read: build them with "npx nogil build"/,
  );
});
