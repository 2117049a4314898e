import { threadId } from "node:worker_threads";
import {
  Batch,
  configure,
  type Item,
  inbatchParallel,
  into,
  ParallelError,
  parallel,
  rows,
  run,
  shutdown,
} from "nogil";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { DerivedBatch, OtherBatch, SpecBatch, seen } from "../fixtures/spec-batch.js";

const ids = (n: number) => Array.from({ length: n }, (_, i) => `i${i}`);
const batchOf = (n: number) =>
  SpecBatch.from(ids(n), {
    x: Float64Array.from({ length: n }, (_, i) => i),
    signal: Array.from({ length: n }, (_, i) => Float64Array.from({ length: i + 1 }, (__, j) => i + j)),
    name: ids(n).map((id) => id.toUpperCase()),
  });

beforeEach(() => {
  seen.init.length = 0;
  seen.method.length = 0;
  seen.post.length = 0;
});

afterAll(() => shutdown());

describe("basic usage", () => {
  test("a method written for one item runs for every item of the batch", async () => {
    const batch = batchOf(10);
    expect(await batch.someAction()).toBe(batch);
    expect(batch.kept).toEqual(ids(10).map((id) => [id]));
  });

  test("actions and ordinary methods alike can be parallel", async () => {
    expect(await batchOf(4).ordinary()).toBe(4);
  });

  test("threads is the default target", async () => {
    const batch = batchOf(2);
    await batch.nested();
    expect(batch.kept).toEqual([
      ["i0", 2],
      ["i1", 2],
    ]);
    await expect(batch.with({ target: "mpc" }).someAction()).rejects.toThrow(/threads, async, for/);
  });

  test("every other argument of the decorator goes to init and post by name, never to the method", async () => {
    const batch = batchOf(2);
    await batch.withExtra();
    expect(seen.init).toEqual([[{ clearData: false, method: "one" }]]);
    expect(seen.post).toEqual([[{ clearData: false, method: "one" }]]);
    expect(batch.kept).toEqual([["i0"], ["i1"]]);
  });
});

describe("init", () => {
  test("is called with the call's arguments, those of the decorator by name", async () => {
    const batch = batchOf(2);
    await batch.withExtra(10, 12, { myArg: 12 });
    expect(seen.init).toEqual([[10, 12, { clearData: false, method: "one", myArg: 12 }]]);
    expect(seen.post).toEqual([[10, 12, { clearData: false, method: "one", myArg: 12 }]]);
    expect(batch.kept).toEqual([
      ["i0", 10, 12, { myArg: 12 }],
      ["i1", 10, 12, { myArg: 12 }],
    ]);
  });

  test("an empty object is never appended", async () => {
    const batch = batchOf(1);
    await batch.someAction({});
    expect([seen.init, seen.post, batch.kept]).toEqual([[[]], [[]], [["i0"]]]);
  });

  test("the method may run once for 10 or 100 items", async () => {
    const batch = batchOf(205);
    await batch.perTen(10);
    expect(batch.kept).toEqual([...Array(20).fill(10), 5]);
    await batch.perTen(100);
    expect(batch.kept).toEqual([100, 100, 5]);
  });

  test("every shape of invocation may stand in one batch", async () => {
    const batch = batchOf(1);
    await batch.echo();
    expect(batch.kept).toEqual([
      [1, "i0", "another", "more"],
      [2, "i0"],
      [{ data: 3, item: "i0" }],
      [4, "i0", { arg1: 1, arg2: 2 }],
      [[5, "i0"], [6]],
      [7],
      ["eight"],
      [null],
      [Float64Array.of(9)],
      [{ record: 10 }],
      [[11], {}, { exactly: true }],
    ]);
  });

  test("positional arguments of the call follow the item's, named ones join them", async () => {
    const batch = batchOf(1);
    await batch.echo("call", { arg2: "call" });
    expect(batch.kept.slice(0, 4)).toEqual([
      [1, "i0", "another", "more", "call", { arg2: "call" }],
      [2, "i0", "call", { arg2: "call" }],
      ["call", { data: 3, item: "i0", arg2: "call" }],
      [4, "i0", "call", { arg1: 1, arg2: "call" }],
    ]);
  });

  test("the call wins over the item and over the decorator, and nobody's object is changed", async () => {
    const batch = batchOf(1);
    const named = Object.freeze({ named: "call" });
    await batch.merging(named);
    expect(batch.kept).toEqual([["i0", { named: "call", item: "i0" }]]);
    expect(seen.init).toEqual([[{ named: "call", other: "extra" }]]);
    expect(named).toEqual({ named: "call" });
    await batch.merging();
    expect(batch.kept).toEqual([["i0", { named: "item", item: "i0" }]]);
  });

  test("may be async, a getter, or a function with the batch as this; so may post", async () => {
    const batch = batchOf(3);
    expect(await batch.asynchronous()).toBe(batch);
    expect(batch.kept).toEqual(["i0", "i1", "i2"]);
    expect(await batch.byFunctions(10)).toEqual([3, 33, 63]);
    await batch.byGetter();
    expect(batch.kept).toEqual(["i00", "i11", "i22"]);
  });

  test("an empty one calls post with no results", async () => {
    const batch = batchOf(0);
    for (const action of ["someAction", "asyncAction", "mpcAction", "take", "perColumn"] as const) {
      batch.kept = ["before"];
      if (action === "perColumn") continue;
      await (batch[action] as () => Promise<unknown>)();
      if (action !== "take") expect(batch.kept).toEqual([]);
    }
    expect(seen.post).toEqual([[], [], []]);
    expect(batch.data.rows.length).toBe(0);
  });
});

describe("post", () => {
  test("gets the results in order, with an Error in the place of what failed", async () => {
    const batch = batchOf(5);
    await batch.mayFail();
    const [failed, ...results] = batch.kept;
    expect(failed).toBe(true);
    expect(results.filter((_, i) => i !== 3)).toEqual(["i0", "i1", "i2", "i4"]);
    const error = results[3] as any;
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "no i3", code: 7, cause: "because", item: 3 });
    expect(error.stack).toMatch(/spec-batch/);
  });

  test("anyActionFailed is false when nothing failed", async () => {
    const batch = batchOf(3);
    await batch.mayFail();
    expect(batch.kept).toEqual([false, "i0", "i1", "i2"]);
  });

  test("may return another batch", async () => {
    const other = await batchOf(3).becomesAnother();
    expect(other).toBeInstanceOf(OtherBatch);
    expect([...(other as any).data.lengths.values]).toEqual([2, 2, 2]);
  });

  test("of an action has to return a batch, of a plain method what it likes", async () => {
    await expect(batchOf(3).wrongAction()).rejects.toThrow(
      "SpecBatch.wrongAction is an action, so its post has to return a batch or nothing, got a number.",
    );
    expect(await batchOf(3).ordinary()).toBe(3);
  });

  test("may be missing: then the call gives the batch, or one error with every failure", async () => {
    const one = batchOf(1);
    expect(await one.failsWithoutPost()).toBe(one);
    const error = await batchOf(4)
      .failsWithoutPost()
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(ParallelError);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe(
      'SpecBatch.failsWithoutPost: 3 of 4 items failed. The first, item 1 ("i1"): TypeError: bad i1',
    );
    expect(error.failures.map(({ item, id }: any) => [item, id])).toEqual([
      [1, "i1"],
      [2, "i2"],
      [3, "i3"],
    ]);
    expect(error.errors.map(String)).toEqual(["TypeError: bad i1", "TypeError: bad i2", "TypeError: bad i3"]);
  });

  test("debug throws the first error as it is", async () => {
    const error = await batchOf(4)
      .with({ debug: true })
      .failsWithoutPost()
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("bad i1");
  });
});

describe("targets", () => {
  test("nogil calls the method once, with the call's arguments, and its kernel for every item", async () => {
    const batch = batchOf(4);
    await batch.scaleInPlace(3);
    expect(seen.method).toEqual([[3]]);
    expect(Array.from({ length: 4 }, (_, i) => [...batch.data.signal.at(i)])).toEqual([
      [0],
      [3, 6],
      [6, 9, 12],
      [9, 12, 15, 18],
    ]);
  });

  test("async runs items of an async method at the same time, results in order", async () => {
    const batch = batchOf(30);
    await batch.asyncAction(5);
    expect(batch.kept).toEqual(ids(30));
  });

  test("mpc calls the method once and its function for every item, in processes", async () => {
    const batch = batchOf(3);
    await batch.mpcAction(9, { named: true });
    expect(seen.method).toEqual([[9, { named: true }]]);
    expect(batch.kept).toEqual([
      [0, "i0", 9, { named: true }],
      [1, "i1", 9, { named: true }],
      [2, "i2", 9, { named: true }],
    ]);
  });

  test("mpc finds functions that the module re-exports, or that exported() names", async () => {
    const batch = batchOf(2);
    await batch.mpcExported();
    expect(batch.kept).toEqual(
      [
        ["i0", null, null, 10],
        ["i1", null, null, 10],
      ].map((row) => row.map((value) => value ?? undefined)),
    );
  });

  test("with() overrides the target where that can run it, and says what can where not", async () => {
    const batch = batchOf(3);
    for (const target of ["threads", "async", "for"] as const) {
      await batch.with({ target }).someAction(target);
      expect(batch.kept).toEqual(ids(3).map((id) => [id, target]));
    }
    for (const target of ["mpc", "threads", "async", "for"] as const) {
      await batch.with({ target }).mpcAction(1);
      expect(batch.kept[2]).toEqual([2, "i2", 1, undefined]);
    }
    await batch.with({ target: "for" }).scaleInPlace(2);
    expect([...batch.data.signal.at(1)]).toEqual([2, 4]);
    await expect(batch.with({ target: "threads" }).scaleInPlace()).rejects.toThrow(
      'SpecBatch.scaleInPlace runs a kernel, which target "threads" cannot run; possible are nogil, for.',
    );
    await expect(batch.with({ target: "nogil" }).someAction()).rejects.toThrow(
      "possible are threads, async, for",
    );
  });

  test("configure() sets the target of methods that name none", async () => {
    const batch = batchOf(2);
    configure({ target: "for" });
    try {
      await batch.thread();
      expect(batch.kept).toEqual([threadId, threadId]);
    } finally {
      configure({ target: undefined });
    }
    await batch.thread();
    expect(batch.kept).not.toContain(threadId);
  });
});

describe("arguments with default values", () => {
  test("those of the function apply where the call gives none", async () => {
    const batch = batchOf(1);
    await batch.mpcDefault(1, 2);
    expect(batch.kept).toEqual([["i0", 1, 2, 10]]);
    await batch.mpcDefault(1, 2, 5);
    expect(batch.kept).toEqual([["i0", 1, 2, 5]]);
  });

  test("partial carries those of the method over", async () => {
    const batch = batchOf(1);
    await batch.mpcPartial(1, 2);
    expect(batch.kept).toEqual([["i0", 1, 2, { arg3: 3 }]]);
    await batch.mpcPartial(1, 2, { arg3: 4 });
    expect(batch.kept).toEqual([["i0", 1, 2, { arg3: 4 }]]);
    await batch.weigh();
    expect([...batch.data.made.values]).toEqual([0]);
  });

  test("partial binds a kernel's parameters by name", async () => {
    const batch = batchOf(3);
    await batch.weigh();
    expect([...batch.data.made.values]).toEqual([0, 30, 90]);
    await batch.weigh({ k: 2 });
    expect([...batch.data.made.values]).toEqual([0, 6, 18]);
  });
});

describe("ready-made inits and posts", () => {
  test("rows gives numbers, views and elements of arrays", async () => {
    const batch = batchOf(2);
    batch
      .allocate("image", { dtype: "f64", shape: [2, 3] })
      .values.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await batch.everyRow();
    expect(batch.kept).toEqual([
      [0, 1, [1, 2, 3, 4, 5, 6], "I0"],
      [1, 2, [7, 8, 9, 10, 11, 12], "I1"],
    ]);
  });

  test("rows are views: threads write into the batch's own memory", async () => {
    const batch = batchOf(2);
    batch.allocate("image", { dtype: "f64", shape: [2, 3] });
    batch.data.x.values.set([70, 71]);
    await batch.everyRow();
    expect([...batch.data.signal.values]).toEqual([70, 71, 2]);
  });

  test("blocks gives the rows of several items at once", async () => {
    const batch = batchOf(5);
    await batch.perBlock();
    expect(batch.kept).toEqual([
      [[0, 1], 3],
      [[2, 3], 7],
      [[4], 5],
    ]);
  });

  test("columns gives each component whole", async () => {
    const batch = batchOf(4);
    batch.set({ made: Float64Array.of(1, 1, 1, 1) });
    await batch.perColumn();
    expect(batch.kept).toEqual([6, 4]);
    await batch.perColumnOfAnything();
    expect(batch.kept).toEqual([4, 4]);
  });

  test("this.rows gives the same to an init written by hand", async () => {
    const batch = batchOf(3);
    await batch.handWritten();
    expect(batch.kept).toEqual([0, 1, 2]);
  });

  test("into makes a column of numbers, and of rows a dense or a ragged one", async () => {
    const batch = batchOf(4);
    await batch.lengths();
    expect([...batch.data.made.values]).toEqual([2, 2, 2, 2]);
    await batch.take();
    expect(batch.data.rows.shape).toEqual([4, null]);
    expect(Array.from({ length: 4 }, (_, i) => [...batch.data.rows.at(i)])).toEqual([
      [],
      [1],
      [2, 3],
      [3, 4, 5],
    ]);
    batch.set({ signal: Array.from({ length: 4 }, () => Float64Array.of(2, 5, 6)) });
    await batch.take();
    expect(batch.data.rows.shape).toEqual([4, 2]);
    expect([...batch.data.rows.values]).toEqual([2, 5, 2, 5, 2, 5, 2, 5]);
  });

  test("into leaves the component as it was when an item failed, unless it may fill", async () => {
    const batch = batchOf(3);
    await batch.take();
    const before = batch.data.rows;
    const error = await batch.take({ bad: 1 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(ParallelError);
    expect(error.failures.map(({ item }: any) => item)).toEqual([1]);
    expect(error.message).toMatch(/^SpecBatch\.take: 1 of 3 items failed\. .*kernels\.ts:\d+\)$/);
    expect(batch.data.rows).toBe(before);
    await batch.affineFilled({ bad: 2 });
    expect([...batch.data.made.values]).toEqual([1, 2, Number.NaN]);
  });
});

describe("other forms", () => {
  test("without decorator syntax the callable serves as a field and on a prototype", async () => {
    class Plain extends Batch<{ x: any }, number> {
      static override module = import.meta.url;
      double = inbatchParallel(
        { init: rows("x"), post: into("x"), target: "for" },
        (x: Item<number>) => x * 2,
      );
      declare triple: () => Promise<Plain>;
    }
    Plain.prototype.triple = inbatchParallel(
      { init: rows("x"), post: into("x"), target: "for" },
      function triple(this: Plain, x: Item<number>) {
        return x * 3;
      },
    ) as any;
    const batch = Plain.from(2, { x: [1, 2] });
    await batch.double();
    await batch.triple();
    expect([...batch.data.x.values]).toEqual([6, 12]);
  });

  test("a subclass may call the parallel method that it overrides", async () => {
    const batch = DerivedBatch.from(["a"]);
    await batch.someAction(1);
    expect(batch.kept).toEqual([["a", "from below", 1]]);
  });

  test("parallel(this) calls parallel methods from within the batch", async () => {
    const batch = batchOf(2);
    expect(await batch.composite()).toBe(batch);
    expect(batch.kept).toEqual([["i0"], ["i1"]]);
    expect([...batch.data.made.values]).toEqual([2, 2]);
    expect(parallel(batch)).toBe(batch);
  });

  test("run needs no class: kernels and functions over whatever gives their arguments", async () => {
    const sums = await run(kernels.weigh, [Float64Array.of(1, 2), Float64Array.of(3)], { args: [{ k: 2 }] });
    expect([...sums]).toEqual([6, 6]);
    expect([...sums.column().values]).toEqual([6, 6]);
    expect([...(await run(kernels.affine, Float64Array.of(1, 2, 3), { args: [10] }))]).toEqual([11, 21, 31]);
    expect([...(await run((x: number) => x + 1, [1, 2], { target: "for" }))]).toEqual([2, 3]);
    const failing = await run(kernels.weigh, [Float64Array.of(1), Float64Array.of(2)], {
      args: [{ bad: 2 }],
    });
    expect(failing[0]).toBe(1);
    expect(failing[1]).toBeInstanceOf(RangeError);
    expect(() => failing.column()).toThrow(ParallelError);
  });

  test("run takes the rows of a batch as they lie in its columns", async () => {
    const batch = new Batch<any>(3, {
      x: [1, 2, 3].map((n) => Float64Array.of(n, n)),
      k: [1, 2, 3],
      i: [0, 0, 0],
    });
    expect([...(await run(kernels.weigh, batch.rows("x", "k")))]).toEqual([2, 8, 18]);
    await run(kernels.scale, batch.rows("x"), { args: [{ k: 3 }] });
    expect([...batch.data.x.values]).toEqual([3, 3, 6, 6, 9, 9]);
    // known by name only where columns are taken as a whole
    await expect(run(kernels.weigh, batch.rows("i"))).rejects.toThrow('component "i" has numbers of f64');
    const sums = await run((x: Float64Array) => x[0] + x[1], batch.rows("x"), { target: "for" });
    expect([...sums]).toEqual([6, 12, 18]);
  });
});
