import { run, shutdown } from "nogil";
import { afterAll, expect, test } from "vitest";
import { kernelsFrom, numbers } from "./kernels.js";

const k = await kernelsFrom(
  "failing-items",
  `export function fail(i: i32, how: i32): f64 {
  if (how == 1) throw new RangeError("item " + i.toString() + " is too much");
  if (how == 2) assert(i < 0, "i is below 0");
  if (how == 3) return new Int32Array(2)[i + 2];
  if (how == 4) return i / (how - 4);
  if (how == 5) unreachable();
  if (how == 6) return deep(i);
  if (how == 7) return fill(i);
  return <f64>i * 0.5;
}
function deep(i: i32): f64 {
  return deep(i + 1) + 1;
}
function fill(i: i32): f64 {
  const all: f64[] = [];
  while (true) all.push(i);
}
export function halves(i: i32, how: i32): Float64Array {
  const row = new Float64Array(i % 10).fill(fail(i, how));
  return row;
}
`,
);

afterAll(() => shutdown());

const items = 10_000;
const ways = [
  { name: "RangeError", message: /^item \d+ is too much$/, line: 2 },
  { name: "Error", message: /^i is below 0$/, line: 3 },
  { name: "RangeError", message: /^Index out of range$/, line: 4 },
  { name: "RuntimeError", message: /divide by zero/, line: 5 },
  { name: "RuntimeError", message: /unreachable/, line: 6 },
  { name: "RangeError", message: /Maximum call stack size exceeded/, line: 12 },
  {
    name: "RangeError",
    message: /^kernel scratch exhausted: \d+ bytes; raise it/,
    line: 16,
  },
];
// one of each hundred, at places that claims do not begin or end at
const wayOf = (i: number) => (i % 100 === 37 ? 1 + (((i / 100) | 0) % ways.length) : 0);
const entries = numbers(items).map((i) => [i, wayOf(i)]);

test.each([
  ["fail", (i: number): unknown => i / 2],
  ["halves", (i: number): unknown => new Float64Array(i % 10).fill(i / 2)],
] as const)(
  "a hundred of 10,000 items that %s each fail as themselves, and no other does",
  async (name, right) => {
    const results = await run(k[name], entries, { workers: 3, chunkSize: 64, scratch: 1 << 20 });
    expect(results.failures.map(({ item }) => item)).toEqual(numbers(items).filter(wayOf));
    expect(results.filter((_, i) => !wayOf(i))).toEqual(
      numbers(items)
        .filter((i) => !wayOf(i))
        .map(right),
    );
    for (const { item, error } of results.failures) {
      const { message, ...way } = ways[wayOf(item) - 1];
      expect(error, message.source).toMatchObject({ ...way, item, kernel: name });
      expect(error.message).toMatch(message);
      expect((error as Error & { file: string }).file).toMatch(/failing-items\.ts$/);
    }
  },
);
