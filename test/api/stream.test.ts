import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { type CallEnded, partial, run, stream, subscribe } from "nogil";
import { describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { double, failsAlike, inThreads, odd } from "../fixtures/streamed.js";

const here = { target: "for" } as const;

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of results) list.push(each);
  return list;
}

async function* asyncly<T>(list: Iterable<T>) {
  for (const each of list) {
    await null;
    yield each;
  }
}

/** A source without an end that counts what is read of it. */
function counted() {
  const source = {
    read: 0,
    returned: 0,
    [Symbol.iterator]() {
      return this;
    },
    next: () => ({ done: false as const, value: source.read++ }),
    return() {
      source.returned++;
      return { done: true as const, value: undefined };
    },
  };
  return source as Iterable<number> & { readonly read: number; readonly returned: number };
}

function silentAfter(...values: number[]) {
  const source = {
    returned: 0,
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      values.length > 0
        ? Promise.resolve({ done: false, value: values.shift() })
        : new Promise<never>(() => {}),
    async return() {
      source.returned++;
      return { done: true, value: undefined };
    },
  };
  return source as AsyncIterable<number> & { readonly returned: number };
}

describe("results", () => {
  test.each([
    { inFlight: 6, workers: 2 },
    { inFlight: 6, workers: 1 },
    { concurrency: 3, workers: 2 },
    { inFlight: 6, workers: 0 },
  ])("come of as many items at once as may run on async: %o", async (options) => {
    const running = new Int32Array(new SharedArrayBuffer(8));
    const items = Array.from({ length: 30 }, () => [running, 6] as const);
    const met = await all(stream(inThreads.meets, items as any, { target: "async", ...options }));
    expect(met).toEqual(items.map(() => true));
  });

  const numbers = Array.from({ length: 5000 }, (_, i) => i);

  test("are those of run, in order, of kernels, functions and partials", async () => {
    expect(await all(stream(kernels.affine, numbers, { args: [{ k: 3 }] }))).toEqual([
      ...(await run(kernels.affine, numbers, { args: [{ k: 3 }] })),
    ]);
    expect(await all(stream(partial(kernels.affine, { k: 3 }), asyncly(numbers)))).toEqual([
      ...(await run(kernels.affine, numbers, { args: [{ k: 3 }] })),
    ]);
    expect(await all(stream(inThreads.double, asyncly(numbers)))).toEqual(numbers.map(double));
  });

  test("come with their item's number where they are not ordered, each once", async () => {
    const results = await all(stream(inThreads.double, numbers, { ordered: false }));
    expect(results.sort(([a], [b]) => a - b)).toEqual(numbers.map((n) => [n, 2 * n]));
  });

  test("pass by a slow item where they are not ordered", async () => {
    const order: number[] = [];
    const source = [300, 1, 1, 1, 1, 1];
    for await (const [index] of stream(inThreads.waits, source, { ordered: false, workers: 2 }))
      order.push(index);
    expect(order.at(-1)).toBe(0);
    expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("of async items come one by one, so that none waits for a slow one", async () => {
    const waits = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const came: number[] = [];
    for await (const [item] of stream(waits, [1, 60_000, 2, 3], { target: "async", ordered: false })) {
      came.push(item);
      if (came.length === 3) break;
    }
    expect(came).toEqual([0, 2, 3]);
  });

  test("wait for a slow item in order, and those behind it run meanwhile", async () => {
    expect(await all(stream(inThreads.waits, [100, 1, 2, 3], { workers: 2 }))).toEqual([100, 1, 2, 3]);
  });

  test.each([
    ["nothing", []],
    ["a set", new Set([1, 2])],
    ["a typed array", Float64Array.of(1, 2)],
    ["a Node stream", () => Readable.from([1, 2])],
    ["a web stream", () => Readable.toWeb(Readable.from([1, 2]))],
  ])("are of the items of %s", async (_, given) => {
    const source = typeof given === "function" ? given() : given;
    const expected = Array.isArray(given) ? [] : [2, 4];
    expect(await all(stream(double, source as Iterable<number>, here))).toEqual(expected);
  });

  test("are of every line that readline reads, though it begins before anybody listens", async () => {
    const lines = createInterface({ input: Readable.from(["1\n2\n", "3\n"]) });
    expect(await all(stream(inThreads.double, lines as AsyncIterable<any>))).toEqual([2, 4, 6]);
  });

  test("come one after another to calls of next that do not wait for one another", async () => {
    const results = stream(double, [1, 2, 3], here);
    const four = await Promise.all([results.next(), results.next(), results.next(), results.next()]);
    expect(four.map(({ value }) => value)).toEqual([2, 4, 6, undefined]);
    expect(four.map(({ done }) => done)).toEqual([false, false, false, true]);
  });

  test("of an item come before the source has another, so that it may depend on them", async () => {
    let answer: (value: number) => void = () => {};
    async function* dialogue() {
      for (let next = 1; next < 50; ) {
        const answered = new Promise<number>((resolve) => {
          answer = resolve;
        });
        yield next;
        next = await answered;
      }
    }
    const seen: number[] = [];
    for await (const each of stream(inThreads.double, dialogue())) {
      seen.push(each as number);
      answer(each as number);
    }
    expect(seen).toEqual([2, 4, 8, 16, 32, 64]);
  });
});

describe("what is read", () => {
  test("is nothing before the first result is asked for", async () => {
    const source = counted();
    const results = stream(double, source, here);
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.read).toBe(0);
    await results.return(undefined);
    expect(source.read + source.returned).toBe(0);
  });

  test.each([1, 2, 7, 100])(
    "is at most %i items ahead of what is taken, with an endless source",
    async (highWaterMark) => {
      for (const ordered of [true, false]) {
        const source = counted();
        let taken = 0;
        for await (const _ of stream(inThreads.double, source, { highWaterMark, ordered } as {
          ordered: true;
        })) {
          taken++;
          expect(source.read - taken).toBeLessThanOrEqual(highWaterMark);
          if (taken % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
          if (taken === 300) break;
        }
        expect(source.returned).toBe(1);
      }
    },
  );

  test("stays bounded by itself, however little is taken", async () => {
    const source = counted();
    const results = stream(kernels.affine, source);
    for (let taken = 0; taken < 20_000; taken++) await results.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(source.read).toBeLessThanOrEqual(20_000 + 32_768);
    await results.return(undefined);
  });

  test("lets timers fire, though neither source nor items nor consumer ever wait", async () => {
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 1);
    for await (const _ of stream(double, counted(), here)) if (fired) break;
    expect(fired).toBe(true);
  });

  test("is no more at once than concurrency says, in this thread", async () => {
    let running = 0;
    let most = 0;
    const task = async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return n;
    };
    const options = { target: "async", workers: 0, concurrency: 5 } as const;
    expect(
      await all(
        stream(
          task,
          Array.from({ length: 40 }, (_, i) => i),
          options,
        ),
      ),
    ).toHaveLength(40);
    expect(most).toBe(5);
  });
});

describe("an item that fails", () => {
  test("has its Error in its place, with its number in the stream", async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const results = await all(stream(inThreads.odd, asyncly(numbers)));
    const expected = await run(inThreads.odd, numbers);
    for (const [i, each] of results.entries()) {
      if (i % 2 === 1) expect(each).toBe(i);
      else
        expect(each).toMatchObject({ item: i, message: (expected[i] as Error).message, name: "RangeError" });
    }
  });

  test("has an Error of its own where many throw the same", async () => {
    const errors = await all(stream(failsAlike, [1, 2, 3, 4, 5, 6, 7, 8], here));
    expect(errors.map(({ item }: any) => item)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("makes the iteration throw its error with debug, after what was before", async () => {
    const seen: unknown[] = [];
    const source = counted();
    const iterated = (async () => {
      for await (const each of stream(odd, [1, 3, 4, 5], { ...here, debug: true })) seen.push(each);
    })();
    await expect(iterated).rejects.toMatchObject({ message: "4 is even", item: 2 });
    expect(seen).toEqual([1, 3]);
    await expect(all(stream(odd, source, { ...here, debug: true, ordered: false }))).rejects.toThrow("even");
    expect(source.returned).toBe(1);
  });

  test.each(["threads", "mpc"] as const)(
    "on %s names an item that cannot be sent by its number in the stream",
    async (target) => {
      const entries = Array.from({ length: 2000 }, (_, i) => (i % 500 === 499 ? Symbol("no") : i));
      const results = await all(stream(inThreads.double, entries as number[], { target }));
      for (const item of [499, 999, 1499, 1999]) {
        const message = `stream(double), item ${item}: argument 0 is a symbol, which cannot be sent to a worker.`;
        expect(results[item]).toMatchObject({ item, message });
      }
      expect(results[1998]).toBe(3996);
    },
  );

  test("is one among others where its arguments are refused, and all of them at the end", async () => {
    const mixed = await all(stream(kernels.affine, [1, "two", 3] as any));
    expect(mixed).toEqual(
      [1, expect.any(TypeError), 3].map((each, i) => (i === 1 ? each : expect.any(Number))),
    );
    expect(mixed[1]).toMatchObject({ item: 1 });
    const seen: unknown[] = [];
    const refused = (async () => {
      for await (const each of stream(kernels.affine, ["one", "two"] as any)) seen.push(each);
    })();
    const reason: Error = await run(kernels.affine, ["one", "two"] as any).catch((error) => error);
    await expect(refused).rejects.toThrow(reason.message.replace("run(", "stream("));
    expect(seen).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });

  test("is run again as retry says", async () => {
    const tried = new Map<number, number>();
    const task = (n: number) => {
      tried.set(n, (tried.get(n) ?? 0) + 1);
      if (tried.get(n) === 1) throw new Error("once");
      return n;
    };
    expect(await all(stream(task, [1, 2, 3], { ...here, retry: 1 }))).toEqual([1, 2, 3]);
  });
});

describe("a stream ends", () => {
  test("with what its source throws, after the results of the items before", async () => {
    const broken = new Error("the line is dead");
    function* source() {
      yield 1;
      yield 2;
      throw broken;
    }
    for (const each of [source(), asyncly(source())]) {
      const seen: unknown[] = [];
      const iterated = (async () => {
        for await (const value of stream(inThreads.double, each)) seen.push(value);
      })();
      await expect(iterated).rejects.toBe(broken);
      expect(seen).toEqual([2, 4]);
    }
  });

  test("by break, also while the source is silent, which is told so", async () => {
    const source = silentAfter(1, 2);
    for await (const _ of stream(double, source, here)) break;
    expect(source.returned).toBe(1);
  });

  test("by return while next waits, which then returns nothing", async () => {
    const results = stream(double, silentAfter(), here);
    const waiting = results.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await results.return(undefined);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("by break with what its source throws when it is closed", async () => {
    function* source() {
      try {
        for (;;) yield 1;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what a source may do
        throw new Error("cannot close");
      }
    }
    const iterated = (async () => {
      for await (const _ of stream(double, source(), here)) break;
    })();
    await expect(iterated).rejects.toThrow("cannot close");
  });

  test("by break with a Node stream and a web stream that are silent, which are destroyed and cancelled", async () => {
    const node = new Readable({ objectMode: true, read() {} });
    node.push(1);
    for await (const _ of stream(double, node, here)) break;
    expect(node.destroyed).toBe(true);
    let cancelled = false;
    const web = new ReadableStream({
      start: (controller) => controller.enqueue(1),
      cancel() {
        cancelled = true;
      },
    });
    for await (const _ of stream(double, web as any, here)) break;
    expect(cancelled).toBe(true);
  });

  test("by its signal: what has ended is yielded, then it throws the reason", async () => {
    for (const ordered of [true, false]) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const source = silentAfter(1, 2, 3);
      const seen: unknown[] = [];
      const iterated = (async () => {
        const options = { ...here, signal: controller.signal, ordered };
        for await (const each of stream(double, source, options)) {
          seen.push(each);
          if (seen.length === 3) controller.abort(reason);
        }
      })();
      await expect(iterated).rejects.toBe(reason);
      expect(seen).toHaveLength(3);
      expect(source.returned).toBe(1);
    }
  });

  test("by its signal while an item runs, whose worker ends", async () => {
    const controller = new AbortController();
    const results = stream(inThreads.spins, [1, 3_600_000, 1], {
      signal: controller.signal,
      ordered: false,
      grace: 10,
    });
    const first = await results.next();
    expect(first.value?.[1]).toBe(1);
    const rest = all(results);
    controller.abort(new Error("enough"));
    await expect(rest).rejects.toThrow("enough");
  });

  test("by its deadline, which is that of the whole stream", async () => {
    const results = all(stream(double, silentAfter(1), { ...here, deadline: 30 }));
    await expect(results).rejects.toMatchObject({
      name: "TimeoutError",
      message: "stream(double) took longer than its deadline of 30 ms.",
    });
  });

  test("at once when its signal was aborted before, and nothing is read", async () => {
    const source = counted();
    const results = all(stream(double, source, { ...here, signal: AbortSignal.abort() }));
    await expect(results).rejects.toMatchObject({ name: "AbortError" });
    expect(source.read).toBe(0);
  });

  test("with what no item can run for, also where nobody waits", async () => {
    const results = stream(double, [1], { target: "mpc" as "threads" });
    await expect(results.next()).rejects.toThrow("stream(double)");
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test("and cannot be iterated again", async () => {
    const results = stream(double, [1], here);
    await all(results);
    expect(() => results[Symbol.asyncIterator]()).toThrow(
      "stream(double): a stream is read once, and this one has ended: call stream() again.",
    );
  });
});

test.each([
  [
    () => stream(double, 5 as any),
    "stream(double): its source is a number, expected an iterable or async iterable",
  ],
  [() => stream(double, "lines" as any), "node:readline"],
  [() => stream(double, (() => []) as any), "Call it, if it makes them."],
  [() => stream(double, Promise.resolve([]) as any), "Await it first."],
  [() => stream(5 as any, []), "stream() takes a kernel, a function, or exported(module, name) first"],
  [() => stream(double, [], 5 as any), "stream() takes an object of options third"],
  [() => stream(double, [], { ordered: "no" as any }), 'stream(): the option "ordered" takes true or false'],
  [
    () => stream(double, [], { highWaterMark: 0 }),
    'stream(): the option "highWaterMark" takes a whole number, 1 or more, got 0.',
  ],
  [() => stream(double, [], { bar: 3 as any }), 'stream(): the option "bar" takes true, false or a function'],
  [() => stream(double, [], { worker: 2 } as any), 'there is no option "worker"'],
  [
    () => stream(double, [], { highWatermark: 2 } as any),
    'there is no option "highWatermark"; did you mean "highWaterMark"? The options are args, ordered, highWaterMark, target',
  ],
])("a call that cannot be meant is refused at once: %s", (call, message) => {
  expect(call).toThrow(message);
});

test("progress is told, and what the function throws ends the stream", async () => {
  const told: number[] = [];
  await all(
    stream(odd, [1, 2, 3], { ...here, bar: ({ items, failed, total }) => told.push(items, failed, total) }),
  );
  expect(told.slice(-3)).toEqual([3, 1, Number.POSITIVE_INFINITY]);
  const bar = () => {
    throw new Error("no terminal");
  };
  await expect(all(stream(double, [1, 2, 3], { ...here, bar }))).rejects.toThrow("no terminal");
});

test("events are labelled as the stream's", async () => {
  const ended: CallEnded[] = [];
  const unsubscribe = subscribe((event) => {
    if (event.type === "callEnded") ended.push(event);
  });
  await all(stream(double, [1, 2, 3], here));
  unsubscribe();
  expect(new Set(ended.map(({ action }) => action))).toEqual(new Set(["stream(double)"]));
  expect(ended.reduce((sum, { items }) => sum + items, 0)).toBe(3);
});
