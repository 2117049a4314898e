import { invocation } from "nogil";

/** Every shape that an entry of init may have, made for item `n`. */
export const shapes: Record<string, (n: number) => unknown> = {
  "a number": (n) => n,
  "a string": (n) => String(n),
  null: () => null,
  undefined: () => undefined,
  "a typed array": (n) => Float64Array.of(n, n + 1),
  "a class instance": (n) => new Date(n),
  "an empty array": () => [],
  "an array of one": (n) => [n],
  "an array of two": (n) => [n, "two"],
  "an array of three": (n) => [n, [n, n], null],
  "an array of two arrays": (n) => [
    [n, 1],
    [n, 2],
  ],
  "an array of two objects": (n) => [{ n }, { second: true }],
  "a plain object": (n) => ({ n, other: "named" }),
  "an object without prototype": (n) => Object.assign(Object.create(null), { n }),
  "an array and an object": (n) => [[n, 7], { named: n }],
  "a wrapped record": (n) => [{ n }],
  "an invocation": (n) => invocation([[n], {}], { named: "exactly" }),
  "an invocation without named arguments": (n) => invocation([n, { last: true }]),
};

/** The same for kernels that take a number, or a row of f64, and a factor `k`. */
export const kernelShapes: Record<string, { kernels: readonly string[]; entry: (n: number) => unknown }> = {
  "a number": { kernels: ["affine", "above", "halves"], entry: (n) => n },
  "an array of one": { kernels: ["affine"], entry: (n) => [n] },
  "an array of two": { kernels: ["affine", "halves"], entry: (n) => [n, 3] },
  "a plain object": { kernels: ["affine"], entry: (n) => ({ n, k: 4 }) },
  "an array and an object": { kernels: ["affine"], entry: (n) => [[n], { k: n }] },
  "an invocation": { kernels: ["affine"], entry: (n) => invocation([n], { k: 5 }) },
  "a typed array": {
    kernels: ["weigh", "take", "beyond", "overwrite"],
    entry: (n) => Float64Array.from({ length: 2 + (n % 4) }, (_, i) => n + i),
  },
  "a typed array by name": {
    kernels: ["weigh", "take"],
    entry: (n) => ({ x: Float64Array.from({ length: 1 + (n % 3) }, (_, i) => n + i), k: 2 }),
  },
};
