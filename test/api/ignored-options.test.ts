import { configure, Dataset, explain, exported, inbatchParallel, run, shutdown, type Target } from "nogil";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { ObservedBatch, observed } from "../fixtures/observed-batch.js";

afterEach(() =>
  configure({ target: undefined, workers: undefined, grace: undefined, concurrency: undefined }),
);
afterAll(shutdown);

const rows = () => [Float64Array.of(1), Float64Array.of(2)];
const half = (n: number) => n / 2;
const calls = exported(new URL("../fixtures/heeding-batch.ts", import.meta.url), "calls");

describe("an option that a call gives beside a target that does not heed it is refused", () => {
  const others = "run(weigh): the option";
  test.each([
    [
      "a kernel, which implies nogil",
      () => run(kernels.weigh, rows(), { grace: 5000, concurrency: 7 }),
      'run(weigh): the option "grace" would do nothing: target "nogil" does not heed it; threads, async, mpc and for do, though ' +
        'not for a kernel. Leave it out; the options of "nogil" here are workers, chunkSize, inFlight, timeout, deadline, signal, retry, debug, bar, scratch.',
    ],
    [
      "the same, explained",
      () => explain.run(kernels.weigh, rows(), { concurrency: 7 }),
      `${others} "concurrency" would do nothing: target "nogil" does not heed it; async does, though not for a kernel.`,
    ],
    [
      "a function, which implies threads",
      () => run(half, [1], { scratch: 1 << 20 }),
      'run(half): the option "scratch" would do nothing: target "threads" does not heed it; nogil and for do, though not for a function.',
    ],
    [
      "a target that is named",
      () => run(half, [1], { target: "for", workers: 2 }),
      '"workers" would do nothing: target "for" does not heed it; threads, async and mpc do.',
    ],
    [
      "an option that the target heeds for other work",
      () => run(kernels.weigh, rows(), { target: "for", timeout: 5 }),
      '"timeout" would do nothing: target "for" does not heed it for a kernel; nogil does.',
    ],
    [
      "an option that the target heeds for other work, as do others",
      () => run(half, [1], { target: "for", scratch: 1 << 20 }),
      '"scratch" would do nothing: target "for" does not heed it for a function; nogil does, though not for a function.',
    ],
    [
      "no workers where nothing runs in this thread",
      () => run(half, [1], { workers: 0 }),
      '"workers" would do nothing: target "threads" has no use for workers: 0, which is for nogil and async.',
    ],
    [
      "no workers beside a target without any",
      () => run(half, [1], { target: "for", workers: 0 }),
      '"workers" would do nothing: target "for" has no use for workers: 0, which is for nogil and async.',
    ],
    [
      "an option of workers, without workers",
      () => run(kernels.weigh, rows(), { workers: 0, timeout: 5 }),
      '"timeout" would do nothing: target "nogil" heeds it in workers only, not with workers: 0.',
    ],
  ])("%s", async (_, given, message) => {
    await expect(given()).rejects.toThrow(TypeError);
    await expect(given()).rejects.toThrow(message);
  });

  test("a declaration, with its own target", () => {
    const declare = (target: Target, options: object) => () =>
      inbatchParallel({ init: "indices", target, options } as any, (id: number) => id);
    expect(declare("mpc", { concurrency: 2 })).toThrow(
      'inbatchParallel(): the option "concurrency" would do nothing: target "mpc" does not heed it; async does.',
    );
    expect(declare("for", { scratch: 1 << 20 })).toThrow('"scratch" would do nothing: target "for"');
    expect(declare("nogil", { scratch: 1 << 20 })).not.toThrow();
    expect(declare("threads", { target: "async", concurrency: 2 })).not.toThrow();
    expect(declare("async", { target: "threads", concurrency: 2 })).toThrow(
      'target "threads" does not heed it',
    );
  });

  test("a call or declaration without a target, where no target that could run it heeds the option", async () => {
    const declare = (options: object) => () =>
      inbatchParallel({ init: "indices", options }, (id: number) => id);
    expect(declare({ scratch: 1 << 20, workers: 1 })).toThrow(
      'inbatchParallel(): the option "scratch" would do nothing: target "threads" does not heed it; nogil and for do, though not for a method.',
    );
    // some target of a call heeds each of them
    expect(declare({ concurrency: 2, grace: 5, workers: 0, scratch: undefined })).not.toThrow();
    configure({ target: "for" });
    await expect(run(half, [1], { scratch: 1 << 20 })).rejects.toThrow('"scratch" would do nothing');
    await expect(run(kernels.weigh, rows(), { concurrency: 2 })).rejects.toThrow(
      '"concurrency" would do nothing',
    );
    await expect(run(kernels.weigh, rows(), { timeout: 60_000 })).resolves.toHaveLength(2);
  });

  test("with(), where no method of the batch could heed it", () => {
    expect(() => observed(1).with({ target: "for", workers: 2 })).toThrow(
      'with(): the option "workers" would do nothing: target "for" does not heed it; threads, nogil, async and mpc do.',
    );
    expect(() => observed(1).with({ workers: 1 }).with({ target: "nogil", grace: 5 })).toThrow('"grace"');
    expect(() => observed(1).with({ target: "for", scratch: 1 << 20, timeout: 5 })).not.toThrow();
  });

  test("an undefined one was not given", async () => {
    expect([...(await run(half, [2], { target: "for", workers: undefined }))]).toEqual([1]);
  });
});

describe("an option that a call inherits is advice", () => {
  test("from configure(), also beside a target there", async () => {
    configure({ target: "for", workers: 2, concurrency: 3, grace: 7 });
    expect([...(await run(half, [2]))]).toEqual([1]);
    expect([...(await run(half, [2], { workers: 1 }))]).toEqual([1]);
    expect([...(await run(kernels.weigh, rows(), { workers: 1 }))]).toEqual([1, 2]);
    await expect(run(half, [2], { target: "for", workers: 1 })).rejects.toThrow('"workers" would do nothing');
  });

  test("from a declaration, under another target of with()", async () => {
    const batch = observed(2) as any;
    batch.declared = inbatchParallel(
      { init: "indices", target: "async", options: { concurrency: 2, workers: 1 } },
      async (id: number) => id,
    );
    await expect(batch.with({ target: "for" }).declared()).resolves.toBe(batch);
    await expect(batch.with({ workers: 1 }).with({ target: "for" }).threads()).resolves.toBe(batch);
    await expect(batch.with({ target: "for" }).with({ workers: 1 }).threads()).resolves.toBe(batch);
  });

  test("from with() of a pipeline, whatever stands there together", async () => {
    const chain = new Dataset(4, ObservedBatch as any).pipeline() as any;
    const items: number[] = [];
    for await (const batch of chain.with({ target: "for", workers: 2 }).threads().batches({ batchSize: 2 })) {
      items.push(...batch.indices);
    }
    expect(items).toEqual([0, 1, 2, 3]);
  });

  test("and a call from within a worker is asked what it asked for, though it runs in a loop there", async () => {
    expect([...(await run(calls, [3], { args: [{ workers: 1, chunkSize: 1 }] }))]).toEqual([3]);
    const refused = await run(calls, [3], { args: [{ target: "mpc", concurrency: 1 }] });
    expect(refused.failures[0].error.message).toContain('"concurrency" would do nothing: target "mpc"');
  });
});

describe("explain lists what has no effect", () => {
  test("wherever it was set, with the reason", async () => {
    configure({ concurrency: 3, workers: 1 });
    const told = await explain(observed(2).with({ grace: 7 }), "nogil");
    expect(told.ignored).toEqual([
      {
        option: "concurrency",
        why: 'target "nogil" does not heed it; async does, though not for a kernel',
      },
      {
        option: "grace",
        why: 'target "nogil" does not heed it; threads, async, mpc and for do, though not for a kernel',
      },
    ]);
    expect(String(told)).toContain(
      '\n  ignored   concurrency: target "nogil" does not heed it; async does, though not for a kernel\n',
    );
  });

  test("nothing where every option has one", async () => {
    expect((await explain(observed(2).with({ workers: 1, timeout: 60_000 }), "nogil")).ignored).toEqual([]);
    expect((await explain.run(half, [1], { target: "for", timeout: 5, debug: true })).ignored).toEqual([]);
  });
});
