import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Kernel, type Results, run, shutdown } from "nogil";
import { compile } from "nogil/compiler";
import { afterAll, describe, expect, test } from "vitest";
import {
  column,
  converted,
  edges,
  type Source,
  saturated,
  sources,
  type Target,
  targets,
} from "./conversion-oracle.js";

const cwd = mkdtempSync(join(tmpdir(), "nogil-conversions-"));
mkdirSync(join(cwd, "node_modules"));
const kernelsOf = (source: string, unchecked = false) => compile(source, { cwd, unchecked });
afterAll(async () => {
  await shutdown();
  rmSync(cwd, { recursive: true });
});

const engines = ["for", "nogil"] as const;
const pairs = sources.flatMap((source) => targets.map((target) => ({ source, target })));
const one = ({ source, target }: { source: Source; target: Target }, cast: string) =>
  `export function ${source}_${target}(x: ${source}): ${target} { return ${cast}; }`;
const all = pairs.map((pair) => one(pair, `<${pair.target}>x`)).join("\n");

function expectChecked(
  results: Results<unknown>,
  xs: ArrayLike<number>,
  target: Target,
  line: number,
  kernel: string,
) {
  Array.from(xs).forEach((x, item) => {
    const value = converted(x, target);
    if (value !== undefined) {
      expect([x, results[item]]).toEqual([x, value]);
      return;
    }
    expect([x, results[item]]).toEqual([x, expect.any(RangeError)]);
    expect(results[item]).toMatchObject({
      name: "RangeError",
      item,
      line,
      kernel,
      file: join(cwd, "kernels.ts"),
    });
    expect((results[item] as Error).message).toBe(
      `NaN or a number out of range does not fit ${target}: clamp it first, and look for NaN with isNaN(x)`,
    );
  });
}

describe.each(engines)("on %s", (target) => {
  test("every float converts to every integer type up to its exact ends, and is an error beyond", async () => {
    const kernels = await kernelsOf(all);
    let line = 0;
    for (const pair of pairs) {
      line++;
      const name = `${pair.source}_${pair.target}`;
      const xs = edges(pair.source);
      expectChecked(await run(kernels[name], xs, { target }), xs, pair.target, line, name);
    }
  });

  test("an unchecked build saturates and wraps as AssemblyScript does", async () => {
    const kernels = await kernelsOf(all, true);
    for (const pair of pairs) {
      const xs = edges(pair.source);
      const results = await run(kernels[`${pair.source}_${pair.target}`], xs, { target });
      expect([...results]).toEqual(Array.from(xs, (x) => saturated(x, pair.target)));
    }
  });

  test("what an item wrote before stays, what comes after it does not happen, and the other items are right", async () => {
    const { fill } = await kernelsOf(`
export function fill(x: Float64Array, y: Int32Array): i32 {
  for (let i = 0; i < x.length; i++) {
    y[i] = 7;
    y[i] = <i32>x[i];
  }
  return y[0];
}`);
    const rows = [
      [1.5, NaN, 3],
      [4, 5, 6],
      [1e10, 2, 3],
    ].map((row) => Float64Array.from(row));
    const written = rows.map(() => new Int32Array(3));
    const results = await run(
      fill as Kernel,
      rows.map((row, i) => [row, written[i]]),
      { target },
    );
    expect(results.failures.map(({ item }) => item)).toEqual([0, 2]);
    expect(results[1]).toBe(4);
    expect(written.map((row) => [...row])).toEqual([
      [1, 7, 0],
      [4, 5, 6],
      [7, 0, 0],
    ]);
    expect(results[0]).toMatchObject({ name: "RangeError", line: 5 });
  });
});

test("random numbers convert exactly or are errors", async () => {
  const kernels = await kernelsOf(all);
  const patterns = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((bits) => {
    const [x] = new Float64Array(BigUint64Array.of(bits).buffer);
    return x;
  });
  const scaled = fc
    .tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: 0, max: 65 }))
    .map(([x, exponent]) => x * 2 ** exponent);
  const pair = fc.constantFrom(...pairs);
  await fc.assert(
    fc.asyncProperty(
      pair,
      fc.array(fc.oneof(patterns, scaled, fc.double()), { minLength: 1 }),
      async (pair, numbers) => {
        const xs = column(pair.source, numbers);
        const results = await run(kernels[`${pair.source}_${pair.target}`], xs, { target: "for" });
        expect([...results].map((value) => (value instanceof RangeError ? undefined : value))).toEqual(
          Array.from(xs, (x) => converted(x, pair.target)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("unchecked(…) converts as an unchecked build does, alone and around a write", async () => {
  const { alone, around: write } = await kernelsOf(`
export function alone(x: f64): i32 { return unchecked(<i32>x); }
export function around(x: f64): i32 { const row = new Uint8Array(1); unchecked(row[0] = <u8>x); return row[0]; }`);
  const xs = [NaN, 1e10, -1e10, 3.5];
  expect([...(await run(alone, Float64Array.from(xs), { target: "for" }))]).toEqual(
    xs.map((x) => saturated(x, "i32")),
  );
  expect([...(await run(write, Float64Array.from(xs), { target: "for" }))]).toEqual(
    xs.map((x) => saturated(x, "u8")),
  );
});

test("integers wrap among themselves, and truth asks for no range", async () => {
  const { narrow, twice, long, back, truth } = await kernelsOf(`
export function narrow(x: i32): u8 { return <u8>x; }
export function twice(x: f64): u8 { return <u8><i32>x; }
export function long(x: i64): i32 { return <i32>x; }
export function back(x: u8): i8 { return <i8>x; }
export function truth(x: f64): bool { return <bool>x; }`);
  const of = async (kernel: Kernel, items: object) => [...(await run(kernel, items, { target: "for" }))];
  expect(await of(narrow, Int32Array.of(-1, 256, 300))).toEqual([255, 0, 44]);
  expect(await of(twice, Float64Array.of(-1, 256, 300.5))).toEqual([255, 0, 44]);
  expect(await of(long, BigInt64Array.of(1n << 32n, -1n))).toEqual([0, -1]);
  expect(await of(back, Uint8Array.of(200, 7))).toEqual([-56, 7]);
  expect(await of(truth, Float64Array.of(NaN, 0, Infinity, 1e300))).toEqual([false, false, true, true]);
});
