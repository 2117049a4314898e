import { configure, exported, inbatchParallel, run, shutdown, subscribe } from "nogil";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { Place } from "../../dist/batch/pipeline-work.js";
import { Retries } from "../../dist/call/retries.js";

afterAll(shutdown);

afterEach(() => {
  vi.useRealTimers();
  configure({ retry: undefined, inFlight: undefined });
});

const error = () => new RangeError("no");
const retries = (retry: object | number) => Retries.of({ id: 1, label: "f", options: { retry } as any })!;
const waits = (retry: object, item = 0) => {
  const all = retries(retry);
  return Array.from({ length: 5 }, () => all.judge(item, error));
};

describe("an item waits", () => {
  test("longer each time, twice as long unless the backoff says otherwise", () => {
    expect(waits({ times: 4, delay: 100 })).toEqual([100, 200, 400, 800, undefined]);
    expect(waits({ times: 4, delay: 100, backoff: 1 })).toEqual([100, 100, 100, 100, undefined]);
    expect(waits({ times: 3, delay: 10, backoff: 10 })).toEqual([10, 100, 1000, undefined, undefined]);
    expect(waits({ times: 2, backoff: 1e300 })).toEqual([0, 0, undefined, undefined, undefined]);
  });

  test("no longer than a number counts milliseconds, however large the factor", () => {
    expect(waits({ times: 3, delay: 1e300, backoff: 1e300 }).slice(0, 3)).toEqual(Array(3).fill(2 ** 53 - 1));
  });

  test("for a random part of it, as large as the jitter", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect(waits({ times: 2, delay: 100, jitter: 0.2 }).slice(0, 2)).toEqual([90, 180]);
    expect(waits({ times: 2, delay: 100, jitter: 1 }).slice(0, 2)).toEqual([50, 100]);
    vi.restoreAllMocks();
  });

  test("longer than a timer can", () => {
    vi.useFakeTimers();
    const all = retries({ times: 1 });
    all.hold(3, 2 ** 32);
    vi.advanceTimersByTime(2 ** 32 - 1);
    expect([all.waiting, all.take()]).toEqual([1, []]);
    vi.advanceTimersByTime(1);
    expect(all.take()).toEqual([3]);
  });

  test("until the waits are ended, after which no timer is left", () => {
    vi.useFakeTimers();
    const all = retries({ times: 1 });
    all.hold(3, 1000);
    all.hold(4, 0);
    expect(all.stop()).toEqual([3, 4]);
    expect([vi.getTimerCount(), all.waiting]).toEqual([0, 0]);
  });
});

test("an error that several items threw is each one's own when `when` is asked", () => {
  const shared = new RangeError("the same");
  const asked: unknown[] = [];
  const all = retries({
    times: 1,
    when: (error: Error & { item?: number }, item: number) => asked.push([error.item, item]) > 0,
  });
  const verdicts = [0, 1, 0].map((item) => all.judge(item, () => shared));
  expect(asked).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(verdicts).toEqual([0, 0, expect.objectContaining({ item: 0, message: "the same" })]);
});

test("a call without retries holds nothing for them", () => {
  expect(Retries.of({ id: 1, label: "f", options: {} })).toBeUndefined();
  expect(Retries.of({ id: 1, label: "f", options: { retry: 0 } })).toBeUndefined();
  expect(Retries.of({ id: 1, label: "f", options: { retry: { times: 0 } } })).toBeUndefined();
});

describe("bad values are refused, wherever options are given", () => {
  const bad: [name: string, options: object, message: RegExp][] = [
    [
      "a negative number",
      { retry: -1 },
      /"retry" takes a whole number, 0 or more, or \{ times, delay, .*got -1/,
    ],
    ["NaN", { retry: Number.NaN }, /got NaN/],
    ["a string", { retry: "3" }, /got "3"/],
    ["a function", { retry: () => true }, /"retry" takes .* got a function/],
    ["an array", { retry: [3] }, /"retry" takes .* got Array/],
    ["no times", { retry: { delay: 5 } }, /"times" is missing/],
    ["undefined times", { retry: { times: undefined, delay: 5 } }, /"times" is missing/],
    ["half a time", { retry: { times: 1.5 } }, /"times" takes a whole number, 0 or more, got 1.5/],
    ["endless times", { retry: { times: Number.POSITIVE_INFINITY } }, /"times" takes .* got Infinity/],
    ["a name with a typo", { retry: { times: 1, dely: 5 } }, /no option "dely"; did you mean "delay"\?/],
    [
      "a name of nothing",
      { retry: { times: 1, wait: 5 } },
      /no option "wait".*times, delay, backoff, jitter, when/,
    ],
    ["a negative delay", { retry: { times: 1, delay: -5 } }, /"delay" takes milliseconds, 0 or more, got -5/],
    ["a delay that is NaN", { retry: { times: 1, delay: Number.NaN } }, /"delay" takes .* got NaN/],
    [
      "an endless delay",
      { retry: { times: 1, delay: Number.POSITIVE_INFINITY } },
      /"delay" takes .* got Infinity/,
    ],
    [
      "a backoff that shrinks",
      { retry: { times: 1, backoff: 0.5 } },
      /"backoff" takes a factor, 1 or more, got 0.5/,
    ],
    ["a jitter of 2", { retry: { times: 1, jitter: 2 } }, /"jitter" takes a number from 0 to 1, got 2/],
    [
      "a when that is no function",
      { retry: { times: 1, when: true } },
      /"when" takes a function .* got true/,
    ],
    ["inFlight of 0", { inFlight: 0 }, /"inFlight" takes a whole number, 1 or more, got 0/],
    ["inFlight of 1.5", { inFlight: 1.5 }, /"inFlight" takes .* got 1.5/],
    ["inFlight of NaN", { inFlight: Number.NaN }, /"inFlight" takes .* got NaN/],
    ["a near miss of inFlight", { inflight: 2 }, /did you mean "inFlight"\?/],
  ];

  test.each(bad)("%s", async (_, options, message) => {
    expect(() => configure(options)).toThrow(message);
    expect(() => inbatchParallel({ init: "indices", options } as any, () => 1)).toThrow(message);
    await expect(run(() => 1, [1], options as any)).rejects.toThrow(message);
  });

  test("and what is changed after it was given changes nothing", async () => {
    const retry = { times: 1 };
    configure({ retry });
    retry.times = Number.NaN;
    let tries = 0;
    const { failures } = await run(() => tries++ < 0 || Promise.reject(new Error("no")), [1], {
      target: "for",
    });
    expect([failures.length, tries]).toEqual([1, 2]);
  });

  test("undefined members count as not given", async () => {
    const retry = { times: 1, delay: undefined, backoff: undefined, jitter: undefined, when: undefined };
    let tries = 0;
    const once = () => tries++ || Promise.reject(new Error("no"));
    expect([...(await run(once, [1], { target: "for", retry }))]).toEqual([1]);
  });
});

test.each([
  ["on the caller's loop", { target: "async", workers: 0 }],
  ["in order", { target: "for" }],
  ["in workers", { target: "threads", workers: 1 }],
] as const)("a call of which all waits to run again is not told to have stalled, %s", async (_, options) => {
  configure({ stalledAfter: 400 });
  const told: string[] = [];
  const stop = subscribe(({ type }) => {
    if (type === "itemRetried") told.length = 0;
    if (type === "itemRetried" || type === "callStalled") told.push(type);
  });
  const throws = exported(new URL("../fixtures/heeding-batch.ts", import.meta.url), "act");
  const { failures } = await run(throws, [1], {
    ...options,
    retry: { times: 1, delay: 1500 },
    args: ["throws", ""],
  } as object);
  stop();
  configure({ stalledAfter: undefined });
  expect([failures.length, told]).toEqual([1, ["itemRetried"]]);
});

test("a call leaves its place among those that use the workers while it waits, and takes it again", async () => {
  const entered: number[] = [];
  const left: number[] = [];
  const turn = {
    enter: async (workers: number) => {
      entered.push(workers);
      return () => left.push(workers);
    },
  };
  const place = new Place(turn as any, 3);
  await place.enter();
  const resume = place.pause();
  expect([entered, left]).toEqual([[3], [3]]);
  resume();
  await Promise.resolve();
  place.leave();
  await Promise.resolve();
  expect([entered, left]).toEqual([
    [3, 3],
    [3, 3],
  ]);
  await place.enter();
  place.pause()();
  // the call ends before it has its turn again
  place.leave();
  await Promise.resolve();
  expect(left).toHaveLength(4);
});
