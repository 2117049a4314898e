import { ParallelError, reduce } from "nogil";
import { describe, expect, test } from "vitest";
import { Fold } from "../../dist/api/fold.js";
import { heeds } from "../../dist/engines/heeds.js";
import { definitions, register } from "../../dist/engines/registry.js";
import { ReduceBatch } from "../fixtures/reduce-batch.js";
import { counting } from "./counting-engine.js";

register(counting);

const ways = definitions().flatMap((definition) =>
  definition.runs.map((kind) => {
    const method = heeds(definition, "concurrency") ? "asyncMethod" : "method";
    const name = kind === "kernel" ? "kernel" : kind === "function" ? "fn" : method;
    return { target: definition.name, name, kind, retries: heeds(definition, "retry") };
  }),
);

const batchOf = (numbers: number[]) =>
  ReduceBatch.from(numbers.length, { x: Float64Array.from(numbers) }) as any;
const folded = (numbers: number[], more = 0) => numbers.map((x, item) => `${item}:${2 * x + more} `).join("");

describe.each(ways)("a fold of a $kind on $target", ({ target, name, kind, retries }) => {
  test("comes to what all items in order come to", async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    expect(await batchOf(numbers).with({ target })[name]()).toBe(folded(numbers, kind === "kernel" ? 1 : 0));
  });

  test("comes to the initial value without items", async () => {
    expect(await batchOf([]).with({ target })[name]()).toBe("");
  });

  test.runIf(kind !== "kernel")("fails with every item that failed", async () => {
    const error = await batchOf([1, -1, 2, -2])
      .with({ target })
      [name]()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ParallelError);
    expect(error.failures.map(({ item }: { item: number }) => item)).toEqual([1, 3]);
  });

  test.runIf(kind !== "kernel" && retries)(
    "takes each item once, after the attempts that failed",
    async () => {
      const numbers = [1, 1000 + Math.floor(Math.random() * 1e9), 3];
      const options = { target, retry: 1, workers: 1 };
      const { workers: _, ...one } = options;
      const given = heeds(definitions().find((each) => each.name === target)!, "workers") ? options : one;
      expect(await batchOf(numbers).with(given)[name]()).toBe(folded(numbers));
    },
  );
});

describe.each(["threads", "for", "counting"])("on %s", (target) => {
  const on = (numbers: number[]) => batchOf(numbers).with({ target });

  test("a fill takes the place of each item that failed", async () => {
    expect(await on([1, -1, 3]).filled()).toBe("0:2 1:-1 2:6 ");
  });

  test("what the function throws rejects the call, with the item, and ends the others", async () => {
    const error = await on([1, 2, 3, 4])
      .throwing()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "no more", item: 2 });
  });

  test("a function that returns a promise is refused", async () => {
    await expect(on([1, 2]).promising()).rejects.toThrow("The function of reduce() returned a promise");
  });

  test("each call begins with a value of its own", async () => {
    const batch = on([1, 2]);
    expect(await batch.listed()).toEqual([1, 2]);
    expect(await batch.listed()).toEqual([1, 2]);
  });

  test("a post of the user's may fold, too", async () => {
    expect(await on([1, 2, 3]).composed()).toEqual([3, 6]);
  });
});

test("a fold keeps only what comes before its turn", () => {
  const taken: number[] = [];
  const fold = new Fold({
    f: (_, __, item) => void taken.push(item),
    begin: () => 0,
    filled: false,
    fill: undefined,
  });
  fold.succeed(1, "b");
  expect(taken).toEqual([]);
  fold.succeed(0, "a");
  expect(taken).toEqual([0, 1]);
});

test("reduce refuses what it cannot fold with, or what calls would share", () => {
  expect(() => reduce(3 as never, 0)).toThrow("reduce() takes a function first");
  expect(() => (reduce as any)((sum: number, each: number) => sum + each)).toThrow(
    "reduce() takes an initial value second",
  );
  expect(() => reduce((list: number[]) => list, [])).toThrow("which all calls would share: pass a function");
  expect(() => reduce((sum: number) => sum, 0, { fil: 1 } as never)).toThrow('"fil"');
});
