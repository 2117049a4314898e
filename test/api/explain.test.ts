import { availableParallelism } from "node:os";
import { inspect } from "node:util";
import {
  Batch,
  configure,
  explain,
  exported,
  type Item,
  inbatchParallel,
  type RunOptions,
  run,
  shutdown,
} from "nogil";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { observed } from "../fixtures/observed-batch.js";
import { spied } from "../observe/spied.js";

afterEach(() => configure({ target: undefined, workers: undefined }));
afterAll(shutdown);

/** What a call did: the engine that ran it, the workers that were sent items, and the bytes that were copied. */
async function whatHappens(call: () => unknown) {
  const { events } = await spied(call);
  const of = <T extends (typeof events)[number]["type"]>(type: T) =>
    events.filter((event): event is Extract<(typeof events)[number], { type: T }> => event.type === type);
  const [started] = of("callStarted");
  return {
    engine: started.target,
    items: started.items,
    workers: new Set(of("workSent").map(({ worker }) => worker)).size,
    bytesIn: of("copied").reduce((sum, { bytesIn }) => sum + bytesIn, 0),
    bytesOut: of("copied").reduce((sum, { bytesOut }) => sum + bytesOut, 0),
  };
}

describe("what explain tells of a kernel's call is what happens", () => {
  const list = (n: number) =>
    Array.from({ length: n }, (_, i) => Float64Array.from({ length: 100 }, () => i));
  const signal = () => observed(30, 50).data.signal;
  const shared = list(1)[0];
  const windows = Array.from({ length: 20 }, (_, i) => shared.subarray(i, i + 50));
  const cases: Record<string, () => [kernel: any, invocations: object, options?: object]> = {
    "typed arrays that it only reads": () => [kernels.weigh, list(40)],
    "typed arrays that it writes": () => [kernels.scale, list(40), { args: [{ k: 3 }] }],
    "the same array for every item": () => [kernels.weigh, Array(20).fill(shared)],
    "windows of one array": () => [kernels.scale, windows, { args: [{ k: 3 }] }],
    "windows of one array, of which some are not what it takes": () => [
      kernels.take,
      [
        [windows[0], "no number"],
        [windows[3], 1],
        [windows[1], 2],
        [windows[2].slice(), 0],
      ],
    ],
    "arrays of numbers": () => [kernels.overwrite, [[[1, 2]], [[3, 4, 5]], [[6]]]],
    "rows of a column": () => [kernels.scale, Array.from({ length: 30 }, (_, i) => signal().at(i))],
    "rows of a column and other ones": () => [kernels.scale, [signal().at(1), ...list(5)]],
    "numbers, some of them by name": () => [kernels.affine, [[1], [[2], { k: 3 }], [3, 4]]],
    "a column of numbers": () => [kernels.affine, new Float64Array(1000)],
    "some items that it does not take": () => [kernels.weigh, [...list(7), "no row", ...list(2)]],
    "two workers": () => [kernels.weigh, list(40), { workers: 2 }],
    "one worker": () => [kernels.weigh, list(40), { workers: 1 }],
    "more workers than items": () => [kernels.weigh, list(2), { workers: 8 }],
    "chunks that leave a worker out": () => [kernels.weigh, list(9), { workers: 4, chunkSize: 5 }],
    "no workers": () => [kernels.scale, list(3), { workers: 0, timeout: undefined }],
    "the loop": () => [kernels.scale, list(3), { target: "for", timeout: undefined }],
    "no items": () => [kernels.scale, []],
  };

  // a timeout, where it is heeded, keeps calls out of this thread, however quick they were before
  test.each(Object.keys(cases))("with %s", async (name) => {
    const [kernel, invocations, options] = cases[name]();
    const given = { timeout: 60_000, ...options };
    const told = await explain.run(kernel, invocations, given);
    const happened = await whatHappens(() => run(kernel, invocations, given));
    const { items, workers, bytesIn, bytesOut } = told;
    expect({ engine: told.target, items, workers, bytesIn, bytesOut }).toEqual(happened);
    expect(told.arguments.reduce((sum, each) => sum + each.bytesIn, 0)).toBe(bytesIn);
    expect(told.arguments.reduce((sum, each) => sum + each.bytesOut, 0)).toBe(bytesOut);
  });
});

describe.each(["threads", "async", "mpc"] as const)(
  "what explain tells of a call on %s is what happens",
  (target) => {
    const longEnough = 5;

    test.each([
      ["two workers", { workers: 2 }],
      ["one worker", { workers: 1 }],
      ["chunks of one size", { workers: 2, chunkSize: 4 }],
    ] as [string, RunOptions][])("with %s", async (_, options) => {
      const batch = observed(24, 1000).with(options) as any;
      const told = await explain<any, any>(batch, target, longEnough);
      const happened = await whatHappens(() => batch[target](longEnough));
      expect(told).toMatchObject({
        engine: happened.engine,
        items: happened.items,
        workers: happened.workers,
      });
      expect(told.problems).toEqual([]);
      // how many chunks there are depends on what items take, unless it is given
      if (options.chunkSize) expect(told.bytesIn).toBe(happened.bytesIn);
    });

    test("with rows that are copied, up to what each message takes besides", async () => {
      const spin = exported(new URL("../fixtures/observed-batch.ts", import.meta.url), "spin");
      const rows = Array.from({ length: 24 }, () => new Float64Array(1000));
      const told = await explain.run(spin, rows, { target, args: [longEnough] });
      const happened = await whatHappens(() => run(spin, rows, { target, args: [longEnough] }));
      expect(told).toMatchObject({ engine: happened.engine, workers: happened.workers });
      expect(told.bytesIn).toBeGreaterThan(24 * 8000);
      expect(told.bytesIn).toBeLessThan(24 * 8000 * 1.1);
      // what a worker gives back, since it takes too long on a busy machine, is copied again
      expect(happened.bytesIn).toBeGreaterThan(told.bytesIn * 0.9);
    });

    test("with what cannot be sent, it fails as the call does, with the path", async () => {
      const batch = observed(3) as any;
      batch.callbacks = { done: [() => {}] };
      if (target === "mpc") {
        await expect(explain<any, any>(batch, "mpc", () => {})).rejects.toThrow(
          /is a function, which cannot be sent/,
        );
      } else {
        await expect(explain<any, any>(batch, target)).rejects.toThrow(
          "ObservedBatch.callbacks.done[0] is a function, which cannot be sent to a worker.",
        );
      }
    });
  },
);

test("rows that go to processes are copied, those that go to threads are not", async () => {
  const rows = observed(10, 10_000).rows("signal");
  const double = exported(new URL("../fixtures/work-batch.ts", import.meta.url), "echo");
  const [here] = [await explain.run(double, [...rows], { target: "threads" })];
  const there = await explain.run(double, [...rows], { target: "mpc" });
  expect(here.bytesIn).toBeLessThan(10_000);
  expect(there.bytesIn).toBeGreaterThan(10 * 10_000 * 8);
});

test("columns of the batch are shared with threads, and init's own values are copied", async () => {
  class RowBatch extends Batch<{ signal: any }, number> {
    static override module = new URL("../fixtures/observed-batch.ts", import.meta.url).href;
  }
  const method = inbatchParallel(
    {
      init: function (this: Batch) {
        return this.rows("signal");
      } as any,
      target: "threads",
    },
    function sum(this: RowBatch, _row: Item<Float64Array>) {} as any,
  );
  (RowBatch.prototype as any).sum = method;
  const batch = RowBatch.from(4, { signal: [1, 2, 3, 4].map((n) => new Float64Array(n * 1000)) }) as any;
  const told = await explain<any, any>(batch, "sum");
  expect(told.arguments.find(({ from }) => from === "component signal")).toMatchObject({
    passing: "shared",
    bytesIn: 0,
  });
  expect(told.bytesIn).toBeLessThan(4000);
});

describe("who asked for the target", () => {
  test.each([
    ["with()", () => explain(observed(2).with({ target: "for" }), "threads"), "threads", "for"],
    ["its declaration", () => explain(observed(2), "nogil"), "nogil", "nogil"],
    ["its options", () => explain.run(kernels.weigh, [], { target: "for" }), "nogil", "for"],
    ["default", () => explain.run(kernels.weigh, []), "nogil", "nogil"],
    [
      "configure()",
      () => {
        configure({ target: "for" });
        return explain.run(kernels.weigh, []);
      },
      "nogil",
      "for",
    ],
  ])("is %s", async (by, call, _, engine) => {
    expect(await call()).toMatchObject({ askedBy: by, target: engine, engine });
  });
});

describe("why a call is not parallel", () => {
  test("one item cannot be shared out", async () => {
    expect(await explain(observed(1).with({ timeout: 1000 }), "nogil")).toMatchObject({
      workers: 1,
      parallel: false,
      why: expect.stringMatching(/^one item cannot be shared out/),
    });
  });

  test("an option says so", async () => {
    expect(await explain(observed(9).with({ workers: 1 }), "threads")).toMatchObject({
      parallel: false,
      why: expect.stringMatching(/^the option workers is 1/),
    });
    expect(await explain(observed(9).with({ workers: 0 }), "nogil")).toMatchObject({
      workers: 0,
      parallel: false,
      why: "the option workers is 0",
    });
  });

  test("it runs on for", async () => {
    expect(await explain(observed(9).with({ target: "for" }), "mpc")).toMatchObject({
      workers: 0,
      parallel: false,
      why: "the target is for",
    });
  });

  test("earlier calls took less than waking a worker, and then it does run here", async () => {
    const rows = [Float64Array.of(1), Float64Array.of(2)];
    // how many calls that takes depends on what else this machine does
    const told = await vi.waitFor(
      async () => {
        await run(kernels.take, rows);
        const found = await explain.run(kernels.take, rows);
        expect(found.workers).toBe(0);
        return found;
      },
      { timeout: 20_000, interval: 1 },
    );
    expect(told).toMatchObject({ workers: 0, parallel: false });
    expect(told.why).toMatch(
      /^earlier calls took [\d.]+ µs an item, so that all of 2 items would be done before/,
    );
    expect((await whatHappens(() => run(kernels.take, rows))).workers).toBe(0);
  });

  test("many items at once on this event loop is parallel in its way", async () => {
    const told = await explain(observed(9).with({ workers: 0, concurrency: 3 }), "async");
    expect(told).toMatchObject({ workers: 0, parallel: true, bytesIn: 0 });
    expect(told.handOut).toBe("3 items in flight on the event loop of this thread");
  });

  test("inFlight is told with the items of a chunk", async () => {
    const told = await explain(observed(9).with({ workers: 2, inFlight: 3 }), "async");
    expect(told.handOut).toMatch(/^chunks of .*; at most 3 run at once$/);
  });
});

test("no item runs, init does, and so does the method that returns a kernel", async () => {
  const ran: string[] = [];
  class Told extends Batch {
    items() {
      ran.push("init");
      return [1, 2];
    }
  }
  const method = inbatchParallel(
    { init: "items", target: "nogil" } as any,
    function affine() {
      ran.push("method");
      return kernels.affine;
    } as any,
  );
  (Told.prototype as any).affine = method;
  const { events } = await spied(() => explain<any, any>(new Told(2), "affine"));
  expect(ran).toEqual(["init", "method"]);
  expect(events).toEqual([]);
});

test("explaining gives all shared memory back", async () => {
  const { stats } = await import("nogil");
  const batch = observed(50);
  await explain(batch, "nogil");
  const { used } = stats().memory;
  const rows = Array.from({ length: 50 }, () => new Float64Array(1000));
  await explain.run(kernels.scale, rows);
  expect(stats().memory.used).toBe(used);
});

test("the text tells the same to people, and the data can be copied", async () => {
  const told = await explain(observed(64).with({ timeout: 60_000 }), "nogil", { bad: 3 });
  const text = String(told);
  expect(inspect(told)).toBe(text);
  expect(text).toContain("ObservedBatch.nogil: 64 items\n  engine    nogil: its declaration\n");
  expect(text).toContain("kernel    weigh(x: Float64Array, k?: f64, bad?: f64): f64");
  expect(text).toContain("x from component signal: shared, a column in shared memory");
  expect(text).toMatch(/bad from the call, or partial\(\): copied \(64 bytes in\), one value for all items/);
  expect(told.workers).toBe(Math.min(64, availableParallelism()));
  expect(JSON.parse(JSON.stringify(told))).toEqual(structuredClone(told));
});

test("a name that is no parallel method is refused with those there are", async () => {
  await expect(explain<any, any>(observed(1), "thread")).rejects.toThrow(
    'ObservedBatch has no parallel method "thread"; did you mean "threads"? There are: threads, async, mpc, nogil.',
  );
  await expect(explain<any, any>(observed(1), "keep")).rejects.toThrow('no parallel method "keep"');
});
