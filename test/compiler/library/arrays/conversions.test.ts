import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { product } from "../product.js";
import { type Argument, type Both, both } from "./both.js";
import { type ElementType, elementTypes, indices, rowOf } from "./values.js";

// between all types of elements but numbers and bigints, which JavaScript does not convert to each other
const pairs = product([elementTypes, elementTypes]);
const pairsOf = (mixed: boolean) => pairs.filter(([to, from]) => (to.isBig !== from.isBig) === mixed);
const nameOf = (what: string, [to, from]: ElementType[]) => `${what}_${to.name}_${from.name}`;

// there are no clamped rows
const set = ([to, from]: ElementType[]) => `
export function ${nameOf("set", [to, from])}(x: ${to.row}, y: ${from.row}, a: i32): void {
  const target = new ${to.array}(x.length);
  for (let i = 0; i < x.length; i++) target[i] = x[i];
  const source = new ${from.array}(y.length);
  for (let i = 0; i < y.length; i++) source[i] = y[i];
  target.set(source, a);
  for (let i = 0; i < x.length; i++) x[i] = target[i];
}`;
const overlap = ([to, from]: ElementType[]) => `
export function ${nameOf("overlap", [to, from])}(bytes: Uint8Array, a: i32, b: i32, n: i32): void {
  const buffer = new ArrayBuffer(96);
  const whole = Uint8Array.wrap(buffer);
  whole.set(bytes);
  ${to.array}.wrap(buffer, 8 * a, 6).set(${from.array}.wrap(buffer, 8 * b, n));
  bytes.set(whole);
}`;
// of every size, clamped and not
const overlapping = pairsOf(false).filter((pair) =>
  pair.every(({ name }) => ["u8", "clamped", "i16", "f32", "f64", "u64"].includes(name)),
);
const lists = ({ row, array, name }: ElementType) => `
export function list_${name}(x: ${row}, y: Float64Array): void {
  const list = new Array<f64>();
  for (let i = 0; i < y.length; i++) list.push(y[i]);
  const target = new ${array}(x.length);
  target.set(list);
  for (let i = 0; i < x.length; i++) x[i] = target[i];
}`;
const clamped = `
export function assign(x: Uint8Array, v: i32): void {
  const target = new Uint8ClampedArray(3).fill(200);
  target[0] = v;
  target[1] += 100;
  target[2] -= 201;
  x.set(target);
}
export function fill(x: Uint8Array, v: i32, a: i32, b: i32): void {
  const target = new Uint8ClampedArray(4);
  target.fill(v, a, b);
  x.set(target);
}
export function fillUnsigned(x: Uint8Array, v: u32): void { x.set(new Uint8ClampedArray(4).fill(v)); }
`;

let compared: Both;
beforeAll(async () => {
  const numbers = elementTypes.filter(({ isBig }) => !isBig);
  const all = [...pairsOf(false).map(set), ...overlapping.map(overlap), ...numbers.map(lists), clamped];
  compared = await both(all.join("\n"));
});

test("elements that are set are converted as in JavaScript, from every type to every other", () => {
  const found = pairsOf(false).flatMap(([to, from]) => {
    const target = rowOf(to, new Array<Argument>(from.extremes.length + 2).fill(to.extremes[1]));
    const sources = [rowOf(from, from.extremes), rowOf(from, [])];
    const kernel = nameOf("set", [to, from]);
    const random = fc.sample(fc.array(from.any, { maxLength: 12 }), { seed: 11, numRuns: 60 });
    return [
      ...compared.differences(kernel, product<Argument>([[target], sources, indices])),
      ...compared.differences(
        kernel,
        random.map((values) => [target, rowOf(from, values), values.length % 4]),
      ),
    ].slice(0, 2);
  });
  expect(found).toEqual([]);
});

test("elements of a list are converted as well", () => {
  const found = elementTypes
    .filter(({ isBig }) => !isBig)
    .flatMap((type) => {
      const { extremes } = elementTypes.find(({ scalar }) => scalar === "f64")!;
      const target = rowOf(type, new Array(extremes.length).fill(1));
      return compared.differences(`list_${type.name}`, [[target, Float64Array.from(extremes as number[])]]);
    });
  expect(found).toEqual([]);
});

test("a source in the same memory is read before it is overwritten", () => {
  // small numbers in every type
  const bytes = Uint8Array.from({ length: 96 }, (_, i) => (i * 37) % 120);
  const places = [0, 1, 2, 3];
  const items = product<Argument>([[bytes], places, places, [0, 1, 5, 6, 7]]);
  const found = overlapping.flatMap((pair) =>
    compared.differences(nameOf("overlap", pair), items).slice(0, 2),
  );
  expect(found).toEqual([]);
});

test("whatever is assigned to a clamped element or fills it is clamped", async () => {
  const values = [-(2 ** 31), -256, -1, 0, 1, 127, 128, 254, 255, 256, 2 ** 31 - 1];
  expect(compared.differences("assign", product<Argument>([[new Uint8Array(4)], values]))).toEqual([]);
  const filled = product<Argument>([[new Uint8Array(4)], values, [-9, 0, 1], [-1, 3, 9]]);
  expect(compared.differences("fill", filled)).toEqual([]);
  const unsigned = [...values.filter((value) => value >= 0), 2 ** 31, 2 ** 32 - 1];
  expect(compared.differences("fillUnsigned", product<Argument>([[new Uint8Array(4)], unsigned]))).toEqual(
    [],
  );
});

test("floats that no 64-bit integer stands for are refused, and others cut", async () => {
  const { results } = await both(
    pairsOf(true)
      .filter(([, from]) => from.name === "f64")
      .map(set)
      .join("\n"),
  );
  const told = (kernel: string, x: Argument, y: Argument) => results(kernel, [x, y, 0])[0];
  const [i64, u64] = [new BigInt64Array(1), new BigUint64Array(1)];
  const f64 = (x: number) => Float64Array.of(x);
  expect(told("set_i64_f64", i64, f64(-1.9))).toBe("undefined [-1],[-1.9]");
  expect(told("set_i64_f64", i64, f64(-(2 ** 63)))).toBe(
    "undefined [-9223372036854775808],[-9223372036854776000]",
  );
  expect(told("set_u64_f64", u64, f64(-0.9))).toBe("undefined [0],[-0.9]");
  expect(told("set_u64_f64", u64, f64(2 ** 63))).toBe(
    "undefined [9223372036854775808],[9223372036854776000]",
  );
  for (const x of [2 ** 63, -(2 ** 63) - 2048, Infinity, Number.NaN])
    expect(told("set_i64_f64", i64, f64(x))).toBe("throws RangeError");
  for (const x of [2 ** 64, -1, -Infinity, Number.NaN])
    expect(told("set_u64_f64", u64, f64(x))).toBe("throws RangeError");
});
