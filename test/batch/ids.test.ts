import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Batch, Dataset, shutdown } from "nogil";
import { fromArrow, readArrow, toArrow } from "nogil/arrow";
import { afterAll, describe, expect, test } from "vitest";
import { SpecBatch } from "../fixtures/spec-batch.js";

class Plain extends Batch<any, any> {
  /** Hands on ids of its own making, as a constructor may. */
  constructor(ids: Iterable<any> | number, components?: object) {
    super(typeof ids === "number" ? ids : [...ids], components);
  }
}

afterAll(() => shutdown());

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("ids that come twice are refused by a batch", () => {
  test.each([
    [["a", "a"], '"a"', 0, 1],
    [["a", "b", "c", "b"], '"b"', 1, 3],
    [["b", "a", "c", "b", "a"], '"b"', 0, 3],
    [[1, 2, 2], "2", 1, 2],
    [[3, 1, 3], "3", 0, 2],
    [[0, -0], "0", 0, 1],
    [["1", 1, "1"], '"1"', 0, 2],
    [[...numbers(1000), 500], "500", 500, 1000],
  ])("%j", (ids, id, first, second) => {
    const message =
      `Plain has every item once, and ${id} comes more than once, at positions ${first} and ${second}: ` +
      "subset(), concat() and a dataset's batch() make batches with repeats.";
    for (const given of [ids, ids.values()]) {
      expect(() => Plain.from(given as any)).toThrow(new RangeError(message));
    }
    expect(() => new Plain(ids)).toThrow(message);
    expect(() => new Dataset(ids, Plain)).toThrow(
      `A dataset has every item once, and ${id} comes more than once, at positions ${first} and ${second}.`,
    );
  });

  test.each([[["a", "b"]], [["b", "a"]], [[1, "1"]], [[2, 1, 10]], [["10", 9, "9", 10]], [[]], [["a"]]])(
    "and %j are not, where each comes once",
    (ids) => {
      expect(Plain.from(ids).indices).toEqual(ids);
      expect(new Dataset(ids as any[], Plain).indices).toEqual(ids);
    },
  );

  test("and those of another batch's class are refused, too, when a call in its constructor failed", () => {
    class Failing extends Plain {
      constructor(ids: any) {
        super(ids);
        throw new Error("no");
      }
    }
    expect(() => new Dataset(["a"], Failing).batch(["a", "a"])).toThrow("no");
    expect(() => Plain.from(["a", "a"])).toThrow("more than once");
  });
});

describe("a batch made of others' items may have one more than once", () => {
  const twice = () => Plain.from(["a", "b", "c"], { x: [1, 2, 3] }).subset({ positions: [1, 0, 1] });

  test("by subset, concat and split", () => {
    expect(twice().indices).toEqual(["b", "a", "b"]);
    expect(Plain.concat([twice(), twice()]).indices).toEqual(["b", "a", "b", "b", "a", "b"]);
    expect(
      twice()
        .split([2, 1])[0]
        .subset({ positions: [0, 0] }).indices,
    ).toEqual(["b", "b"]);
  });

  test("by a dataset, and where a pipeline joins epochs and divides batches anew", async () => {
    const dataset = new Dataset(["a", "b", "c"], Plain);
    expect(dataset.batch(["a", "a"]).indices).toEqual(["a", "a"]);
    const seen: unknown[] = [];
    const job = dataset.pipeline().do((batch) => void seen.push([...batch.indices]));
    await job.run({ batchSize: 4, epochs: 2 });
    await job
      .rebatch(6)
      .do((batch) => void seen.push([...batch.indices]))
      .run({ batchSize: 2, epochs: 2 });
    expect(seen).toContainEqual(["a", "b", "c", "a"]);
    expect(seen).toContainEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("by the ids of a batch that has, as they are", () => {
    const batch = Plain.from(["a"]);
    class Other extends Batch<any, any> {}
    const ids = Plain.concat([batch, batch]).indices;
    expect(Other.from(ids, { x: [1, 2] }).indices).toEqual(["a", "a"]);
    expect(Other.from(Other.from(ids).indices).indices).toEqual(["a", "a"]);
    expect(() => Other.from([...ids])).toThrow("more than once");
    expect(() => new Dataset(ids, Other)).toThrow("A dataset has every item once");
  });

  test("by a file that such a batch was saved to", async () => {
    const folder = await mkdtemp(join(tmpdir(), "nogil-ids-"));
    try {
      const file = join(folder, "twice.arrow");
      await twice().save(file);
      expect((await Plain.load(file)).indices).toEqual(["b", "a", "b"]);
      for await (const each of readArrow(file, Plain)) expect(each.indices).toEqual(["b", "a", "b"]);
      expect((await fromArrow(await toArrow(twice()), Plain)).indices).toEqual(["b", "a", "b"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("in workers, item by item", async () => {
    const batch = SpecBatch.from(["a", "b"]).subset({ positions: [0, 1, 0] });
    await batch.someAction();
    expect(batch.kept).toEqual([["a"], ["b"], ["a"]]);
  });

  test("and says of such an item where it is, in place of a position", () => {
    const message = 'Plain has item "b" more than once, at positions 0 and 2: use positions instead of ids.';
    expect(() => twice().positionOf("b")).toThrow(new RangeError(message));
    expect(() => twice().at("b")).toThrow(message);
    expect(() => twice().subset(["b"])).toThrow(message);
    expect(twice().positionOf("a")).toBe(1);
    expect(twice().at("a")).toEqual({ x: 1 });
    const many = Plain.from([0]).subset({ positions: new Array(9).fill(0) });
    expect(() => many.positionOf(-0)).toThrow("at positions 0, 1, 2, 3, 4 and 4 more:");
  });
});
