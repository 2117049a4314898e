import { Dataset, shutdown } from "nogil";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { JobBatch, log, SmallBatch } from "../fixtures/job-batch.js";

beforeEach(() => {
  log.length = 0;
});

afterAll(() => shutdown());

const dataset = () => new Dataset<JobBatch>(7, JobBatch);

describe("a pipeline", () => {
  test("runs its actions on every batch, in order", async () => {
    const job = dataset().pipeline().load({ offset: 1 }).affine({ k: 2 }).square();
    expect(log).toEqual([]);
    const seen: number[][] = [];
    for await (const batch of job.batches({ batchSize: 3 })) seen.push([...batch.data.y.values]);
    expect(seen).toEqual([[9, 25, 49], [81, 121, 169], [225]]);
  });

  test("is immutable: a step gives a new one", async () => {
    const loaded = dataset().pipeline().load();
    loaded.affine();
    loaded.check(3);
    expect(await loaded.run({ batchSize: 4 })).toMatchObject({ batches: 2, items: 7 });
    expect(log).toEqual(["load 0,1,2,3", "load 4,5,6"]);
  });

  test("goes on with the batch that an action returns", async () => {
    const job = dataset().pipeline().becomeSmall().mark();
    for await (const batch of job.batches({ batchSize: 7 })) expect(batch).toBeInstanceOf(SmallBatch);
    expect(log).toEqual(["mark 0,1,2,3,4,5,6"]);
  });

  test("works ahead with prefetch, and keeps the order", async () => {
    const job = dataset().pipeline().load({ wait: 5 }).affine();
    const seen: number[] = [];
    for await (const batch of job.batches({ batchSize: 1, prefetch: 2 })) {
      seen.push(batch.indices[0]);
      expect(log.length).toBe(Math.min(7, seen.length + 2));
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test.each([0, 1, 3])(
    "ends with the first error, prefetching %d, and frees what ran ahead",
    async (prefetch) => {
      const job = dataset().pipeline().load().check(2);
      const seen: number[] = [];
      const iterate = async () => {
        for await (const batch of job.batches({ batchSize: 1, prefetch })) seen.push(batch.indices[0]);
      };
      await expect(iterate()).rejects.toThrow("bad batch 2");
      expect(seen).toEqual([0, 1]);
    },
  );

  test.each([0, 1, 3])("ends at a break, prefetching %d, and starts nothing more", async (prefetch) => {
    for await (const batch of dataset().pipeline().load({ wait: 1 }).batches({ batchSize: 1, prefetch })) {
      if (batch.indices[0] === 1) break;
    }
    const started = log.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.length).toBe(started);
    expect(started).toBeLessThanOrEqual(2 + prefetch);
  });

  test.each([0, 2])("ends at an abort with the signal's reason, prefetching %d", async (prefetch) => {
    const controller = new AbortController();
    const iterate = async () => {
      const { signal } = controller;
      for await (const batch of dataset().pipeline().load().batches({ batchSize: 1, prefetch, signal })) {
        if (batch.indices[0] === 2) controller.abort(new Error("enough"));
      }
    };
    await expect(iterate()).rejects.toThrow("enough");
  });

  test("ends an action that runs when it is aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(new Error("enough")), 100);
    const job = dataset().pipeline().load().hang();
    await expect(job.run({ batchSize: 3, prefetch: 1, signal })).rejects.toThrow("enough");
  });

  test("takes options for the actions that follow", async () => {
    const job = dataset().pipeline().load().with({ target: "for" }).affine().square();
    for await (const batch of job.batches({ batchSize: 7 })) expect(batch.data.y.values[2]).toBe(9);
    await expect(
      dataset().pipeline().with({ target: "mpc" }).load().affine().run({ batchSize: 7 }),
    ).rejects.toThrow("nogil, for");
  });

  test("refuses steps that are no actions, naming those there are", () => {
    expect(() => (dataset().pipeline() as any).lod()).toThrow(
      'JobBatch has no action "lod": its actions are load, affine, square, hang, check, becomeSmall; did you mean "load"?',
    );
    expect(() => (dataset().pipeline() as any).notAnAction()).toThrow('has no action "notAnAction"');
  });

  test("is no promise, though it has a method for every name", async () => {
    const pipeline = dataset().pipeline();
    expect(await pipeline).toBe(pipeline);
  });
});
