import { run, shutdown } from "nogil";
import { afterAll, expect, test } from "vitest";
import { denseFrom } from "../../dist/columns/index.js";
import { kernelsFrom, numbers } from "./kernels.js";

const { print } = await kernelsFrom(
  "strings",
  "export function print(v: f64): Uint8Array { return Uint8Array.wrap(String.UTF8.encode(v.toString())); }",
);

afterAll(() => shutdown());

test("of 200,000 numbers that two workers turn to strings none comes out wrong", async () => {
  const values = Float64Array.from(numbers(200_000), (i) => Math.sin(i) * 10 ** (i % 40));
  // with a timeout items run in workers, however little they take
  const results = await run(print, denseFrom(values), { workers: 2, timeout: 60_000 });
  const decoder = new TextDecoder();
  const wrong = numbers(values.length).filter(
    (i) => Number(decoder.decode((results[i] as Uint8Array).slice())) !== values[i],
  );
  expect(wrong).toEqual([]);
});
