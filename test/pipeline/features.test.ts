import {
  Dataset,
  lazy,
  type NogilEvent,
  PipelineError,
  type Progress,
  pipeline,
  shutdown,
  subscribe,
} from "nogil";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";
import { JobBatch, log, SmallBatch } from "../fixtures/job-batch.js";

beforeEach(() => {
  log.length = 0;
});
afterAll(() => shutdown());

const on = (n: number) => new Dataset(n, JobBatch).pipeline();
const { heap } = sharedMemory();

/** Gives every item so much memory that none is freed unseen, beside the small blocks that engines keep. */
function weigh(batch: any): void {
  batch.allocate("weight", { dtype: "f64", shape: [16_384] });
}
const unfreed = (before: number) => Math.max(0, heap.usedBytes - before - (64 << 10));

/** The ids of every batch, and what a function gives of it. */
async function collect<R>(
  batches: AsyncIterable<any>,
  value: (batch: any) => R,
): Promise<(readonly [number[], R])[]> {
  const all: (readonly [number[], R])[] = [];
  for await (const batch of batches) {
    all.push([[...batch.indices], value(batch)]);
    batch.dispose();
  }
  return all;
}

describe("a template", () => {
  const doubled = pipeline(JobBatch).load().affine({ k: 2 });

  test("runs on any dataset of its class, and is none itself", async () => {
    const [first] = await collect(doubled.on(new Dataset(2, JobBatch)).batches({ batchSize: 2 }), (b) => [
      ...b.data.y.values,
    ]);
    expect(first).toEqual([
      [0, 1],
      [1, 3],
    ]);
    class Special extends JobBatch {}
    for await (const batch of doubled.on(new Dataset(1, Special)).batches({ batchSize: 1 })) {
      expect(batch).toBeInstanceOf(Special);
    }
    expect(() => (doubled as any).batches({ batchSize: 2 })).toThrow("set its dataset first, by on(dataset)");
    expect(() => doubled.on(new Dataset(2, SmallBatch) as any)).toThrow(
      "begins with JobBatch cannot run on a dataset of SmallBatch",
    );
    expect(() => pipeline(3 as any)).toThrow(
      "takes the class of the batches, which extends Batch, got a number",
    );
  });

  test("moves a pipeline to another dataset", async () => {
    const job = on(2).load();
    await job.on(new Dataset([7], JobBatch)).run({ batchSize: 3 });
    expect(log).toEqual(["load 7"]);
  });

  test("is put behind other steps, under the options that they set", async () => {
    const squared = pipeline(JobBatch).square();
    const job = on(3).load().with({ target: "for" }).concat(doubled.concat(squared));
    const events: NogilEvent[] = [];
    const unsubscribe = subscribe((event) => events.push(event));
    const all = await collect(job.batches({ batchSize: 3 }), (batch) => [...batch.data.y.values]);
    unsubscribe();
    expect(all).toEqual([
      [
        [0, 1, 2],
        [1, 9, 25],
      ],
    ]);
    const targets = events.flatMap((event) => (event.type === "callStarted" ? [event.target] : []));
    expect(targets).toEqual(["for", "for"]);
    expect(log).toEqual(["load 0,1,2", "load 0,1,2"]);
    expect(() => on(1).concat({} as any)).toThrow("concat() takes a pipeline or a template, got Object");
  });

  test("prints what it does", () => {
    expect(String(doubled)).toBe("Template(JobBatch) → load → affine");
    expect(
      String(
        on(7)
          .load()
          .rebatch(2)
          .do(function tidy() {}),
      ),
    ).toBe("Pipeline(7 items of JobBatch) → load → rebatch(2) → tidy");
  });
});

describe("a function step", () => {
  test("works on the batch, or gives another, whose columns are freed with it", async () => {
    const before = heap.usedBytes;
    const job = on(4)
      .load()
      .do(weigh)
      .do(
        (batch) => void batch.set({ y: batch.data.x.values.map((x: number) => x * 10) as Float64Array<any> }),
      )
      .do(async ({ indices, data }) => new SmallBatch(indices, { x: data.y }))
      .mark();
    const all = await collect(job.batches({ batchSize: 2, prefetch: 1 }), (batch) => [
      ...batch.data.x.values,
    ]);
    expect(all).toEqual([
      [
        [0, 1],
        [0, 10],
      ],
      [
        [2, 3],
        [20, 30],
      ],
    ]);
    expect(unfreed(before)).toBe(0);
  });

  test("keeps the columns of the former batch that the new one can reach, and frees the others", async () => {
    const before = heap.usedBytes;
    class Holder extends SmallBatch {
      kept: unknown;
    }
    const big = 1 << 16;
    const job = on(2)
      .load()
      .do((batch) => void batch.allocate("y", { dtype: "f64", shape: [big] as [number] } as any))
      .do(({ indices, data }) => {
        const made = new Holder(indices, { x: data.x });
        // a view of a row, in a field
        if (indices[0] === 0) made.kept = new Map([["row", [(data.y as any).at(0)]]]);
        return made;
      });
    const sizes: number[] = [];
    for await (const batch of job.batches({ batchSize: 1 })) {
      sizes.push(heap.usedBytes - before);
      expect(batch.data.x.values.length).toBe(1);
      (globalThis as any).held = (batch as any).kept;
      batch.dispose();
    }
    expect(sizes[0]).toBeGreaterThan(big * 8);
    // the first one's column is left to garbage collection, the second one's is free
    expect(sizes[1] - sizes[0]).toBeLessThan(1024);
  });

  test("refuses what is no batch", async () => {
    await expect(
      on(1)
        .do((() => 3) as any)
        .run({ batchSize: 1 }),
    ).rejects.toThrow("A function step returns a batch or nothing, and this one returned a number");
    expect(() => on(1).do(3 as any)).toThrow("do() takes a function of the batch, got a number");
  });
});

describe("lazy arguments", () => {
  test("are computed for each batch, as arguments and within named ones", async () => {
    const job = on(4)
      .load(lazy((batch) => ({ offset: batch.indices[0] })))
      .affine({ k: lazy(async (_, { iteration }) => iteration + 1) });
    expect(await collect(job.batches({ batchSize: 2 }), (batch) => [...batch.data.y.values])).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      [
        [2, 3],
        [9, 11],
      ],
    ]);
    expect(() => lazy(3 as any)).toThrow("lazy() takes a function of the batch");
  });

  test("see the variables as the batches before left them", async () => {
    const job = on(3)
      .variable("sum", 100)
      .load({ offset: lazy((_: unknown, run: any) => run.variables.sum) } as any)
      .update(
        "sum",
        (batch) => batch.length,
        (sum, n) => sum + n,
      );
    const all = await collect(job.batches({ batchSize: 1 }), (batch) => batch.data.x.values[0]);
    expect(all.map(([, x]) => x)).toEqual([100, 102, 104]);
  });
});

describe("variables", () => {
  const job = on(6)
    .variable("items", 0)
    .variable("last", () => [] as number[])
    .do(async ({ indices: [first] }) => {
      // later batches are faster
      await new Promise((resolve) => setTimeout(resolve, 12 - 2 * first));
    })
    .append("firsts", (batch) => batch.indices[0])
    .update(
      "items",
      ({ length }) => length,
      (sum, length) => sum + length,
    )
    .update("last", (batch) => [...batch.indices]);

  test.each([0, 3])("are collected in the order of the batches, prefetching %d", async (prefetch) => {
    const { variables } = await job.run({ batchSize: 1, prefetch });
    expect(variables).toEqual({ firsts: [0, 1, 2, 3, 4, 5], items: 6, last: [5] });
  });

  test.each([0, 3])("are those of the batches that have come out, prefetching %d", async (prefetch) => {
    const iteration = job.batches({ batchSize: 2, prefetch });
    for await (const batch of iteration) {
      expect(iteration.variables.items).toBe(batch.indices[0] + 2);
      expect(iteration.variables.last).toEqual(batch.indices);
      expect(iteration.report.variables.firsts.length).toBe(iteration.report.batches);
    }
  });

  test("are every run's own", async () => {
    const one = job.batches({ batchSize: 1 });
    await one.next();
    const [report] = await Promise.all([job.run({ batchSize: 3 }), one.next()]);
    expect(report.variables.firsts).toEqual([0, 3]);
    expect(one.variables.firsts).toEqual([0, 1]);
    await one.return();
    const initial = { deep: [] as number[] };
    const mutating = on(2)
      .variable("v", initial)
      .do((_, { variables }) => void variables.v.deep.push(1));
    expect((await mutating.run({ batchSize: 1 })).variables.v.deep).toEqual([1, 1]);
    expect((await mutating.run({ batchSize: 2 })).variables.v.deep).toEqual([1]);
    expect(initial.deep).toEqual([]);
  });

  test("have nothing of batches that fail or are skipped", async () => {
    const some = on(4)
      .append("seen", ({ indices }) => indices[0])
      .check(1);
    const { variables, failures } = await some.run({ batchSize: 1, onError: "skip", prefetch: 2 });
    expect(variables.seen).toEqual([0, 2, 3]);
    expect(failures[0]).toBeInstanceOf(PipelineError);
  });

  test("that a combining function spoils fail the batch", async () => {
    const bad = on(2)
      .variable("v", 0)
      .update(
        "v",
        () => 1,
        () => {
          throw new RangeError("no sum");
        },
      );
    await expect(bad.run({ batchSize: 1 })).rejects.toMatchObject({
      action: "update(v)",
      indices: [0],
      cause: { message: "no sum" },
    });
  });

  test("are declared once", () => {
    expect(() => on(1).update("a" as never, () => 1 as never)).toThrow(
      'There is no variable "a": declare it by variable("a", initial)',
    );
    expect(() => on(1).variable("a", 1).variable("a", 2)).toThrow('"a" is declared twice');
    expect(() => on(1).variable("a", new WeakMap())).toThrow("cannot be copied for each run");
    const both = pipeline(JobBatch).append("a", () => 1);
    expect(both.concat(both).length).toBe(2);
  });
});

describe("rebatch", () => {
  test.each([0, 2])("makes batches of one size of those before, prefetching %d", async (prefetch) => {
    const before = heap.usedBytes;
    for (const [batchSize, size] of [
      [2, 3],
      [3, 2],
      [7, 1],
      [1, 7],
      [3, 10],
      [2, 2],
    ]) {
      const job = on(7).load({ offset: 5 }).do(weigh).rebatch(size).affine({ k: 2 });
      const all = await collect(job.batches({ batchSize, prefetch }), (batch) => [...batch.data.y.values]);
      expect(all.map(([ids]) => ids.length)).toEqual(
        Array.from({ length: Math.ceil(7 / size) }, (_, i) => Math.min(size, 7 - i * size)),
      );
      expect(all.flatMap(([ids]) => ids)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(all.flatMap(([, y]) => y)).toEqual([11, 13, 15, 17, 19, 21, 23]);
    }
    expect(unfreed(before)).toBe(0);
  });

  test("works on while its batches are worked on, twice in a chain", async () => {
    const job = on(8)
      .load({ wait: 2 })
      .rebatch(3)
      .load({ wait: 2 })
      .rebatch(4)
      .append("sizes", (batch) => batch.length);
    const { variables, times } = await job.run({ batchSize: 2, prefetch: 1 });
    expect(variables.sizes).toEqual([4, 4]);
    expect(times.map(({ step, count }) => [step, count])).toEqual([
      ["JobBatch.load", 4],
      ["rebatch(3)", 3],
      ["JobBatch.load", 3],
      ["rebatch(4)", 2],
      ["append(sizes)", 2],
    ]);
  });

  test.each([0, 2])("frees what it holds when the run ends, prefetching %d", async (prefetch) => {
    const before = heap.usedBytes;
    const job = on(9).load().do(weigh).check(5).rebatch(4).load();
    await expect(job.run({ batchSize: 1, prefetch })).rejects.toMatchObject({
      action: "JobBatch.check",
      indices: [5],
    });
    for await (const batch of on(9).load().do(weigh).rebatch(4).batches({ batchSize: 3, prefetch })) {
      batch.dispose();
      break;
    }
    expect(unfreed(before)).toBe(0);
    const { failures, items } = await job.run({ batchSize: 1, prefetch, onError: "skip" });
    expect([failures.length, items]).toEqual([1, 8]);
    const controller = new AbortController();
    const aborted = on(9)
      .load()
      .do(weigh)
      .do(({ indices }) => void (indices[0] === 5 && controller.abort(new Error("enough"))))
      .rebatch(4)
      .run({ batchSize: 1, prefetch, signal: controller.signal });
    await expect(aborted).rejects.toThrow("enough");
    expect(unfreed(before)).toBe(0);
  });

  test("refuses batches of two classes, and sizes that are none", async () => {
    const mixed = on(2)
      .load()
      .do(({ indices: [id] }) => (id === 1 ? new SmallBatch([1]) : undefined) as any)
      .rebatch(2);
    await expect(mixed.run({ batchSize: 1 })).rejects.toThrow(
      "Batches of JobBatch and of SmallBatch do not make one",
    );
    expect(() => on(1).rebatch(0)).toThrow("takes the number of items in a batch, 1 or more, got 0");
  });
});

describe("nextBatch", () => {
  test("gives one batch after another, then nothing, then begins anew", async () => {
    const job = on(5).load();
    const options = { batchSize: 2, prefetch: 1 };
    const round = async () => {
      const ids: (readonly number[] | undefined)[] = [];
      for (let i = 0; i < 4; i++) ids.push((await job.nextBatch(options))?.indices);
      return ids;
    };
    expect(await round()).toEqual([[0, 1], [2, 3], [4], undefined]);
    expect(await round()).toEqual([[0, 1], [2, 3], [4], undefined]);
    // callers that do not wait for one another
    const all = await Promise.all(Array.from({ length: 3 }, () => job.nextBatch(options)));
    expect(all.map((batch) => batch?.indices)).toEqual([[0, 1], [2, 3], [4]]);
    await expect(job.nextBatch({ batchSize: 3 })).rejects.toThrow(
      "with other options than the call that began",
    );
    expect(await job.nextBatch(options)).toBeUndefined();
  });

  test("begins anew after an error", async () => {
    const job = on(2).check(0);
    await expect(job.nextBatch({ batchSize: 1 })).rejects.toThrow("bad batch 0");
    await expect(job.nextBatch({ batchSize: 1 })).rejects.toThrow("bad batch 0");
  });
});

describe("two who iterate one pipeline at once", () => {
  test("get all batches each, and one's ending is not the other's", async () => {
    const job = on(5).load({ wait: 1 }).affine();
    const all = async (options: object) =>
      (await collect(job.batches({ batchSize: 2, ...options }), () => 0)).flatMap(([ids]) => ids);
    const controller = new AbortController();
    const aborted = all({ signal: controller.signal, prefetch: 2 });
    const others = [all({}), all({ prefetch: 3 }), all({ shuffle: 1, epochs: 2 })];
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    const [plain, ahead, twice] = await Promise.all(others);
    expect([plain, ahead]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
    expect(twice.length).toBe(10);
  });
});

describe("a run", () => {
  test("reports what each step took, and publishes it", async () => {
    const events: NogilEvent[] = [];
    const unsubscribe = subscribe((event) => events.push(event));
    const { times } = await on(4).load({ wait: 5 }).check(2).run({ batchSize: 1, onError: "skip" });
    unsubscribe();
    expect(times.map(({ step, count }) => [step, count])).toEqual([
      ["JobBatch.load", 4],
      ["JobBatch.check", 4],
    ]);
    const [load, check] = times;
    expect(load.total / load.count).toBe(load.mean);
    expect(load.total).toBeGreaterThan(check.total);
    expect(load.share + check.share).toBeCloseTo(1);
    const steps = events.filter((event) => event.type === "stepDone");
    const batches = events.filter((event) => event.type === "batchDone");
    expect(steps.map(({ step, items, batch }) => [step, items, batch])).toEqual(
      [0, 1, 2, 3].flatMap((batch) => [
        ["JobBatch.load", 1, batch],
        ["JobBatch.check", 1, batch],
      ]),
    );
    expect(batches.map(({ outcome }) => outcome)).toEqual(["ready", "ready", "failed", "ready"]);
    expect(batches[2].error).toMatchObject({ action: "JobBatch.check" });
    expect(new Set(steps.map(({ run }) => run)).size).toBe(1);
    expect(batches.every(({ began, time }) => began <= time)).toBe(true);
  });

  test("warns of nothing when a step makes many calls at once", async () => {
    const warnings: string[] = [];
    const hear = ({ message }: Error) => void warnings.push(message);
    process.on("warning", hear);
    const many = async (batch: any) => {
      await Promise.all(Array.from({ length: 12 }, (_, k) => batch.affine({ k })));
    };
    await on(8).load().do(many).run({ batchSize: 8 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", hear);
    expect(warnings).toEqual([]);
  });

  test("tells a function how far it is, and ends with what that throws", async () => {
    const seen: Progress[] = [];
    const job = on(7).load().check(2);
    await job.run({ batchSize: 2, epochs: 2, onError: "skip", bar: (progress) => seen.push(progress) });
    expect(seen.map(({ items, batches, failed }) => [items, batches, failed])).toEqual([
      [2, 1, 0],
      [4, 1, 1],
      [6, 2, 1],
      [8, 3, 1],
      [10, 3, 2],
      [12, 4, 2],
      [14, 5, 2],
    ]);
    for (const { total, rate, elapsed, items } of seen) {
      expect(total).toBe(14);
      expect(rate).toBeCloseTo((1000 * items) / elapsed);
    }
    expect(seen.at(-1)!.remaining).toBe(0);
    const before = heap.usedBytes;
    const failing = job.do(weigh).run({
      batchSize: 2,
      prefetch: 2,
      bar: () => {
        throw new Error("no bar");
      },
    });
    await expect(failing).rejects.toThrow("no bar");
    expect(unfreed(before)).toBe(0);
  });

  test("has one bar for its whole run, not one for each call", () => {
    expect(() => on(2).load().with({ bar: true })).toThrow(
      "with(): a chain has one bar for its whole run: batches({ bar: … }) or run({ bar: … }).",
    );
  });

  test.each([
    [{}, "batchSize takes a whole number, 1 or more, got undefined"],
    [3, "take { batchSize: … } at least, got a number"],
    [
      { batchSize: 1, prefech: 1 },
      'batches() and run(): there is no option "prefech"; did you mean "prefetch"?',
    ],
    [{ batchSize: 1, prefetch: -1 }, "prefetch takes a whole number, 0 or more, got -1"],
    [{ batchSize: 1, signal: {} }, "signal takes an AbortSignal, got Object"],
    [{ batchSize: 1, onError: "ignore" }, 'onError takes "throw" or "skip", got "ignore"'],
    [{ batchSize: 1, bar: 3 }, "bar takes true, false or a function of the progress, got a number"],
  ])("refuses options %j before anything runs", (options, message) => {
    expect(() =>
      on(2)
        .load()
        .batches(options as any),
    ).toThrow(message);
    expect(log).toEqual([]);
  });

  test("names an action that a pipeline's own method hides", () => {
    class Hiding extends JobBatch {
      update = Object.assign(() => this, { [Symbol.for("nogil.action")]: true });
    }
    expect(() => new Dataset(1, Hiding).pipeline()).toThrow(
      "Hiding.update is an action with a name that pipelines have",
    );
  });
});
