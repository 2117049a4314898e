import { run } from "nogil";
import { expect, test } from "vitest";
import { compileApart } from "./audit.js";
import { roundings } from "./documented.js";
import { f64s, random, randomBits } from "./values.js";

const equal = ["acos", "asin", "atan", "cbrt", "hypot"];
const ofTwo = new Set(["atan2", "hypot", "pow"]);
const bounds = new Map([
  ...equal.map((name) => [name, 0] as const),
  ...roundings.flatMap(({ ulps, functions }) => functions.map((name) => [name, ulps] as const)),
]);

const size = 20_000;
const next = random(1);
const list = (one: () => number) => Float64Array.from({ length: size }, one);
const ranges = [
  () => next() * 2 - 1,
  () => next() * 20 - 10,
  () => next() * 2000 - 1000,
  () => (next() + 0.5) * 10 ** Math.floor(next() * 25 - 12),
  () => randomBits(next),
];
const pairs = f64s.flatMap((x) => f64s.map((y) => [x, y]));
const rows = [
  ...ranges.map((range) => [list(range), list(range)]),
  [0, 1].map((i) => Float64Array.from(pairs, (pair) => pair[i])),
];

const call = (name: string, of: string) => `${of}.${name}(x[i]${ofTwo.has(name) ? ", y[i]" : ""})`;
const kernel = (name: string) => `
export function ${name}(x: Float64Array, y: Float64Array): Float64Array {
  const z = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) z[i] = ${call(name, "Math")};
  return z;
}
export function f32$${name}(x: Float32Array, y: Float32Array): Float32Array {
  const z = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) z[i] = ${call(name, "Mathf")};
  return z;
}`;

/** How many f64 lie between two, and as many as there are where one is 0, infinite or no number and the other is not. */
function ulpsBetween(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === 0 || b === 0) return Infinity;
  const [one, other] = new BigInt64Array(Float64Array.of(a, b).buffer);
  return Math.abs(Number(one - other));
}

const source = [...bounds.keys()].map(kernel).join("");
const builds = new Map<number, ReturnType<typeof compileApart>>();

function built(shrinkLevel: number) {
  const build = builds.get(shrinkLevel) ?? compileApart(source, { optimizeLevel: 3, shrinkLevel });
  builds.set(shrinkLevel, build);
  return build;
}

test.each([0, 2])(
  "Math differs from JavaScript by the last bits that are documented, with shrinkLevel %i",
  async (shrinkLevel) => {
    const kernels = await built(shrinkLevel);
    const worst: Record<string, number> = {};
    for (const name of bounds.keys()) {
      const results = await run(kernels[name], rows, { target: "for" });
      const javascript = Math[name as "pow"];
      worst[name] = 0;
      rows.forEach(([x, y], r) => {
        const got = results[r] as Float64Array;
        for (let i = 0; i < x.length; i++) {
          const ulps = ulpsBetween(got[i], javascript(x[i], y[i]));
          if (ulps > worst[name]) worst[name] = ulps;
        }
      });
    }
    const asDocumented = ([name, bound]: [string, number]) =>
      worst[name] <= bound && worst[name] > 0 === bound > 0;
    expect(worst).toEqual(
      Object.fromEntries([...bounds].map((each) => [each[0], asDocumented(each) ? worst[each[0]] : each[1]])),
    );
  },
);

test("Mathf is Math, rounded to f32", async () => {
  const kernels = await built(0);
  const floats = rows.map(([x, y]) => [Float32Array.from(x), Float32Array.from(y)]);
  const different: Record<string, number[]> = {};
  for (const name of bounds.keys()) {
    const results = await run(kernels[`f32$${name}`], floats, { target: "for" });
    const javascript = Math[name as "pow"];
    floats.forEach(([x, y], r) => {
      const got = results[r] as Float32Array;
      const at = x.findIndex((_, i) => !Object.is(got[i], Math.fround(javascript(x[i], y[i]))));
      if (at >= 0) different[name] = [x[at], y[at], got[at]];
    });
  }
  expect(different).toEqual({});
});
