import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { CoreRequest } from "../../dist/call/cores.js";
import { Cores, cores, type Share } from "../../dist/call/cores.js";
import type { Outcome } from "../../dist/call/job.js";
import { fromShared } from "../../dist/events/clock.js";
import type { NogilEvent } from "../../dist/events/events.js";
import { subscribe } from "../../dist/events/stream.js";
import { fault, type faults, span } from "../fixtures/work-batch.js";
import { job, kernelsFrom, numbers, zipped } from "../kernels/kernels.js";
import { functionJob, indices } from "./jobs.js";
import { mpc, nogil, threads } from "./loaded.js";

const k = await kernelsFrom(
  "cores",
  `export function work(i: i32, rounds: i32): i32 {
  let x: u32 = <u32>i | 1;
  for (let r = 0; r < rounds; r++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  return x == 0 ? 0 : i + 1;
}
export function spin(i: i32, when: i32): i32 { if (i == when) for (;;) {} return i + 1; }`,
);

const events: NogilEvent[] = [];
const unsubscribe = subscribe((event) => events.push(event));
afterEach(() => {
  events.length = 0;
});
afterAll(async () => {
  unsubscribe();
  await Promise.all([nogil, threads, mpc].map((engine) => engine.close()));
});

// a worker that a cancelled call no longer waited for may be about to tell that it is done
const idle = () => expect.poll(() => [cores.used, cores.waiting]).toEqual([0, 0]);

describe("a budget of cores", () => {
  let requests: CoreRequest[] = [];
  afterEach(() => {
    requests = [];
  });

  /** The core that is given, if it is at once. */
  const take = (share: Share, limit?: number) => {
    const request = share.core().acquire(limit);
    requests.push(request);
    return { given: () => request.granted, withdraw: () => request.withdraw() };
  };

  /** Gives one of a share's cores back. */
  const release = (share: Share) => {
    const at = requests.findIndex(({ granted, core }) => granted && core.share === share);
    requests.splice(at, 1)[0].core.release();
  };

  test("gives every engine one core, and the rest in the order of asking", () => {
    const budget = new Cores(2);
    const [a, b] = [budget.join(), budget.join()];
    const first = [take(a), take(a), take(b)];
    expect(first.map(({ given }) => given())).toEqual([true, true, true]);
    const [fromB, fromA] = [take(b), take(a)];
    release(a);
    expect([fromB.given(), fromA.given()]).toEqual([false, false]);
    release(b);
    expect([fromB.given(), fromA.given()]).toEqual([true, false]);
    release(a);
    expect(fromA.given()).toBe(true);
    release(b);
    release(a);
    expect([budget.used, budget.waiting]).toEqual([0, 0]);
  });

  test("counts one core for all who use a worker, and lets nobody in to one that is being given up", async () => {
    const budget = new Cores(1);
    const [a, b] = [budget.join(), budget.join()];
    const other = b.core();
    other.acquire();
    const core = a.core();
    const [first, second] = [core.acquire(), core.acquire()];
    expect([first.granted, second.granted, a.used, budget.used]).toEqual([true, true, 1, 2]);
    core.yielding = true;
    const [late, later] = [core.acquire(), core.acquire()];
    expect([late.granted, budget.waiting]).toEqual([false, 0]);
    later.withdraw();
    core.release();
    expect(late.granted).toBe(false);
    core.release();
    expect([late.granted, core.users, core.yielding, budget.used]).toEqual([true, 1, false, 2]);
    expect(await Promise.all([late.settled, later.settled])).toEqual([true, false]);
    core.release();
    other.release();
    expect([budget.used, budget.waiting]).toEqual([0, 0]);
  });

  test("honours a call that asks for more workers than there are cores", () => {
    const budget = new Cores(1);
    const share = budget.join();
    const [one, two, three, four] = [take(share), take(share), take(share, 3), take(share, 3)];
    expect([one, two, three, four].map(({ given }) => given())).toEqual([true, false, true, true]);
    expect(share.available(5)).toBe(2);
  });

  test("tells an engine how many cores others wait for, but never to give up its last", () => {
    const budget = new Cores(3);
    const told: number[] = [];
    const long = budget.join((wanted) => told.push(wanted));
    const other = budget.join();
    for (let i = 0; i < 3; i++) take(long);
    const requests = numbers(5).map(() => take(other));
    expect(told.at(-1)).toBe(2);
    for (const { withdraw } of requests) withdraw();
    expect(told.at(-1)).toBe(0);
  });

  test("is never exceeded, and nobody waits for a core that is free, whatever happens", () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom("acquire", "acquire", "release", "withdraw"),
      which: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 200 }), (total, steps) => {
        const budget = new Cores(total);
        const shares = [budget.join(() => {}), budget.join(), budget.join()];
        const requests = shares.map(() => [] as ReturnType<typeof take>[]);
        const asked: ReturnType<typeof take>[] = [];
        for (const { who, what, which } of steps) {
          const waiting = requests[who].filter(({ given }) => !given());
          if (what === "acquire") {
            const request = take(shares[who]);
            requests[who].push(request);
            asked.push(request);
          } else if (what === "release" && shares[who].used > 0) {
            requests[who].splice(
              requests[who].findIndex(({ given }) => given()),
              1,
            );
            release(shares[who]);
          } else if (what === "withdraw" && waiting.length > 0) {
            const [request] = waiting.slice(which % waiting.length);
            request.withdraw();
            requests[who].splice(requests[who].indexOf(request), 1);
          }
          const used = requests.map((own) => own.filter(({ given }) => given()).length);
          const waits = requests.map((own, i) => own.length - used[i]);
          expect(shares.map((share) => share.used)).toEqual(used);
          const sum = used.reduce((a, b) => a + b);
          expect(sum).toBe(budget.used);
          expect(sum).toBeLessThanOrEqual(total + shares.length - 1);
          if (waits.some((n) => n > 0)) expect(sum).toBeGreaterThanOrEqual(total);
          waits.forEach((n, i) => {
            if (n > 0) expect(used[i]).toBeGreaterThan(0);
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** How many of the intervals there are at once, at most. */
function most(intervals: readonly (readonly number[])[]): number {
  const edges = intervals.flatMap(([began, ended]) => [
    { at: began, by: 1 },
    { at: ended, by: -1 },
  ]);
  let running = 0;
  return Math.max(0, ...edges.sort((a, b) => a.at - b.at || a.by - b.by).map(({ by }) => (running += by)));
}

const spansOf = ({ values }: Outcome) => (values as number[][]).map((span) => span.map(fromShared));

/** When each worker thread ran kernels; it may have run those of several calls in turns. */
function kernelSpans(): number[][] {
  const byWorker = new Map<string, number[][]>();
  for (const event of events) {
    if (event.type !== "workDone" || !event.kernel || event.busy === 0) continue;
    byWorker.set(event.worker, [...(byWorker.get(event.worker) ?? []), [event.began, event.time]]);
  }
  return [...byWorker.values()].flatMap((spans) => {
    const merged: number[][] = [];
    for (const [began, ended] of spans.sort(([a], [b]) => a - b)) {
      const last = merged.at(-1);
      if (last && began <= last[1]) last[1] = Math.max(last[1], ended);
      else merged.push([began, ended]);
    }
    return merged;
  });
}

test("all engines at once run no more workers than there are cores, and one for each further engine", async () => {
  const busy = (milliseconds: number) =>
    functionJob(span, indices(60), { call: [milliseconds], options: { workers: cores.total } });
  const kernels = numbers(3).map(() => nogil.run(job(k.work, zipped(numbers(400)), { call: [400_000] })));
  const spans = await Promise.all([
    threads.run(busy(8)),
    mpc.run(busy(8)),
    threads.run(busy(5)),
    mpc.run(busy(5)),
  ]);
  await Promise.all(kernels);
  const scripts = spans.flatMap(spansOf);
  expect(scripts).toHaveLength(240);
  expect(most(scripts)).toBeGreaterThan(1);
  expect(most(scripts)).toBeLessThanOrEqual(cores.total + 1);
  expect(kernelSpans().length).toBeGreaterThan(0);
  expect(most([...scripts, ...kernelSpans()])).toBeLessThanOrEqual(cores.total + 2);
  await idle();
});

test.runIf(cores.total > 1)(
  "a long call of kernels gives cores up for others and goes on later",
  async () => {
    const long = nogil.run(job(k.work, zipped(numbers(3000)), { call: [300_000] }));
    const ended: string[] = [];
    void long.then(() => ended.push("kernels"));
    await threads.run(functionJob(span, indices(40), { call: [10] })).then(() => ended.push("functions"));
    expect([...(await long).column!.values]).toEqual(numbers(3000).map((i) => i + 1));
    expect(ended).toEqual(["functions", "kernels"]);
    const sent = events.filter((event) => event.type === "workSent" && event.items === 3000);
    // workers that had left were sent to again
    expect(sent.length).toBeGreaterThan(cores.total);
    await idle();
  },
);

test("a call in threads keeps its workers while nobody waits for them, and shares them when another call does", async () => {
  const items = 60 * cores.total;
  const long = () => threads.run({ ...functionJob(span, indices(items), { call: [10] }), label: "long" });
  const longest = () =>
    Math.max(...events.flatMap((e) => (e.type === "workDone" && e.action === "long" ? [e.busy] : [])));
  await long();
  expect(longest()).toBeGreaterThan(250);
  events.length = 0;
  const ended: string[] = [];
  await Promise.all([
    long().then(() => ended.push("long")),
    threads.run(functionJob(span, indices(5), { call: [1] })).then(() => ended.push("short")),
  ]);
  expect(ended).toEqual(["short", "long"]);
  await idle();
});

test("an item that never ends holds up no other engine", async () => {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const hung = [
    threads.run(functionJob(span, indices(10), { call: [1e9], options })),
    nogil.run(job(k.spin, zipped(numbers(10).fill(7)), { call: [7], options })),
  ];
  expect(spansOf(await mpc.run(functionJob(span, indices(6), { call: [1] })))).toHaveLength(6);
  controller.abort();
  for (const { failures } of await Promise.all(hung)) expect(failures.size).toBe(10);
  await idle();
});

test("cores come back from workers that die, run over their time or are cancelled, on all engines at once", async () => {
  const n = 12;
  const call = fc.record({
    engine: fc.constantFrom("nogil", "threads", "mpc"),
    trouble: fc.constantFrom("none", "death", "timeout", "cancelled"),
    workers: fc.constantFrom(undefined, 1, cores.total + 2),
    wait: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 2, maxLength: 8 }), async (calls) => {
      const outcomes = calls.map(async ({ engine, trouble, workers, wait }) => {
        await new Promise((resolve) => setTimeout(resolve, wait));
        const options = {
          workers,
          timeout: trouble === "timeout" ? 60 : undefined,
          deadline: trouble === "cancelled" ? 40 : undefined,
        };
        const stuck = trouble === "timeout" || trouble === "cancelled";
        if (engine === "nogil") {
          return nogil.run(job(k.spin, zipped(numbers(n)), { call: [stuck ? 5 : -1], options }));
        }
        const on = engine === "threads" ? threads : mpc;
        if (trouble === "none") return on.run(functionJob(span, indices(n), { call: [1], options }));
        const kind: keyof typeof faults = stuck ? "spins for ever" : "calls process.exit";
        return on.run(functionJob(fault, indices(n), { call: [kind], options }));
      });
      const ended = await Promise.all(outcomes);
      ended.forEach(({ length, failures }, i) => {
        expect(length).toBe(n);
        const { trouble, engine } = calls[i];
        if (trouble === "none" || (trouble === "death" && engine === "nogil")) expect(failures.size).toBe(0);
        else if (trouble !== "cancelled") expect(failures.size).toBe(1);
      });
      await idle();
    }),
    { numRuns: 8 },
  );
});

test("a call that ended waits for no core", async () => {
  const spans = (milliseconds: number, options: object) =>
    threads.run(functionJob(span, indices(cores.total), { call: [milliseconds], options }));
  const holding = spans(1500, { chunkSize: 1 });
  await expect.poll(() => cores.used, { timeout: 20_000 }).toBe(cores.total);
  expect((await spans(0, { deadline: 20 })).failures.size).toBe(cores.total);
  expect([cores.used, cores.waiting]).toEqual([cores.total, 0]);
  await holding;
});

test("a call that cannot begin since there is no place for its results gives its cores back", async () => {
  await mpc.close();
  const call = () => mpc.run(functionJob(span, indices(4), { call: [0], options: { workers: 2 } }));
  vi.stubEnv("TMPDIR", "/there/is/none");
  for (let times = 0; times < 2; times++) await expect(call()).rejects.toThrow("ENOENT");
  vi.unstubAllEnvs();
  await idle();
  expect((await call()).failures.size).toBe(0);
});
