import { type Kernel, random, shutdown } from "nogil";
import { afterAll, expect, test } from "vitest";
import { kernelsFrom } from "./kernels.js";

const source = `import { Random } from "nogil/assembly/random";
export function draws(seed: f64, key: f64, n: f64): Float64Array {
  const generator = new Random(seed, key);
  const out = new Float64Array(13);
  for (let i = 0; i < 5; i++) out[i] = generator.next();
  for (let i = 5; i < 8; i++) out[i] = generator.int(n);
  for (let i = 8; i < 13; i++) out[i] = generator.normal();
  return out;
}
export function ofText(seed: f64, text: Uint8Array): f64 {
  return Random.ofText(seed, text).next();
}
export function byInteger(key: i32): f64 {
  return new Random(1, key).next();
}
export function smallInt(key: f64, n: i32): i32 {
  return new Random(1, key).int(n);
}
export function longInt(key: f64, n: i64): i64 {
  return new Random(1, key).int(n);
}
export function byteInt(key: f64, n: u8): i32 {
  return new Random(1, key).int(n);
}
export function floatInt(key: f64, n: f32): f32 {
  return new Random(1, key).int(n);
}
export function normals(seed: f64, count: i32): Float64Array {
  const generator = new Random(seed, 7);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = generator.normal();
  return out;
}
`;
const kernels = (await kernelsFrom("random", source)) as Record<string, Kernel & ((...args: any[]) => any)>;
afterAll(() => shutdown());

// where draws come from, of all kinds: whole and broken, large and small, below 0
const { draws, ofText, byInteger, smallInt, longInt, byteInt, floatInt, normals } = kernels;
const chosen = random(1, "numbers of the test");
const someNumber = () => {
  const kind = chosen.int(5);
  if (kind === 0) return chosen.int(100) - 50;
  if (kind === 1) return chosen.normal();
  if (kind === 2) return chosen.normal() * 2 ** (chosen.int(1900) - 950);
  return kind === 3 ? chosen.int(2 ** 53) : -chosen.int(2 ** 32);
};

test("a kernel draws what JavaScript draws, bit for bit, for 5,000 seeds and keys", () => {
  for (let i = 0; i < 5000; i++) {
    const [seed, key, n] = [someNumber(), someNumber(), chosen.int(2 ** (1 + chosen.int(53))) + 1];
    const generator = random(seed, key);
    const expected = [
      ...Array.from({ length: 5 }, () => generator.next()),
      ...Array.from({ length: 3 }, () => generator.int(n)),
      ...Array.from({ length: 5 }, () => generator.normal()),
    ];
    expect(expected.every(Number.isFinite)).toBe(true);
    const drawn = [...draws(seed, key, n)];
    if (!drawn.every((value, k) => Object.is(value, expected[k]))) {
      expect(drawn, `random(${seed}, ${key}), int(${n})`).toEqual(expected);
    }
  }
});

test("tails of the normal distribution are the same in a kernel", () => {
  const count = 300_000;
  const generator = random(3, 7);
  const expected = Float64Array.from({ length: count }, () => generator.normal());
  expect(Math.max(...expected.slice(0, 100_000))).toBeGreaterThan(4);
  const drawn = normals(3, count) as Float64Array;
  expect(drawn.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1);
});

test("a kernel has the stream of a text from its bytes", () => {
  for (const text of ["", "a", "foobar", "patient-17", "é€😀", "x".repeat(1000), "3"]) {
    expect(ofText(5, new TextEncoder().encode(text)), text).toBe(random(5, text).next());
  }
});

test("keys that are integers are those of JavaScript", () => {
  for (const key of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) expect(byInteger(key)).toBe(random(1, key).next());
});

test("int is that of JavaScript in each type of its bound", () => {
  for (let key = 0; key < 200; key++) {
    expect(smallInt(key, 6)).toBe(random(1, key).int(6));
    expect(byteInt(key, 255)).toBe(random(1, key).int(255));
    expect(floatInt(key, 2 ** 24)).toBe(random(1, key).int(2 ** 24));
    expect(longInt(key, 2n ** 53n)).toBe(BigInt(random(1, key).int(2 ** 53)));
  }
});

test("kernels refuse seeds, keys and bounds that are not such", () => {
  const name = "RangeError";
  const bound = "int(n): n is a whole number from 1 to 2 ** 53";
  expect(() => draws(Number.NaN, 1, 1)).toThrow(expect.objectContaining({ name }));
  expect(() => draws(Number.NaN, 1, 1)).toThrow("the seed is a finite number");
  expect(() => draws(1, Number.POSITIVE_INFINITY, 1)).toThrow("the key is a finite number");
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 53 + 2]) expect(() => draws(1, 1, n), `${n}`).toThrow(bound);
  for (const n of [0, -1]) expect(() => smallInt(1, n)).toThrow(bound);
  for (const n of [0n, -1n, 2n ** 53n + 1n]) expect(() => longInt(1, n)).toThrow(bound);
  expect(() => byteInt(1, 0)).toThrow(bound);
  expect(() => floatInt(1, 2 ** 25)).toThrow("to 2 ** 24");
});
