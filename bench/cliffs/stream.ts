import assert from "node:assert/strict";
import { exported, run, stream } from "nogil";
import { double } from "../build/overhead.js";
import { measure, report } from "../measure.js";

async function sumOf(results: AsyncIterable<unknown>): Promise<number> {
  let sum = 0;
  for await (const each of results) sum += each as number;
  return sum;
}

const sumOfList = (results: readonly unknown[]) =>
  results.reduce<number>((sum, each) => sum + (each as number), 0);

async function* asyncly<T>(values: readonly T[]) {
  yield* values;
}

/** Items of unknown number beside a list of them. The goal for what is there already: 1.5 times `run`. */
export async function streams(): Promise<void> {
  const numbers = Array.from({ length: 500_000 }, (_, i) => i);
  const ofNumbers = sumOfList(numbers) * 2;
  report(
    "500,000 trivial kernel items (goal: a list in a stream at most 1.5 of run)",
    "ms",
    1,
    await measure(
      [
        { name: "run", work: async () => sumOfList(await run(double, numbers)) },
        { name: "stream of a list", work: () => sumOf(stream(double, numbers)) },
        { name: "stream of an async generator", work: () => sumOf(stream(double, asyncly(numbers))) },
        { name: "for await alone", work: async () => 2 * (await sumOf(asyncly(numbers))) },
      ],
      (result, name) => assert.equal(result, ofNumbers, name),
      { rounds: 5 },
    ),
  );

  const length = exported<(text: string) => number>(new URL("./lengths.js", import.meta.url), "length");
  const texts = Array.from({ length: 200_000 }, (_, i) => `text ${i}`);
  const ofTexts = sumOfList(texts.map((text) => text.length));
  report(
    "200,000 short functions on threads (goal: a list in a stream at most 1.5 of run)",
    "ms",
    1,
    await measure(
      [
        { name: "run", work: async () => sumOfList(await run(length, texts)) },
        { name: "stream of a list", work: () => sumOf(stream(length, texts)) },
        { name: "stream of an async generator", work: () => sumOf(stream(length, asyncly(texts))) },
      ],
      (result, name) => assert.equal(result, ofTexts, name),
      { rounds: 5 },
    ),
  );
}
