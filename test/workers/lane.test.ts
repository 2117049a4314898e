import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cancellation } from "../../dist/call/cancellation.js";
import { type Core, Cores } from "../../dist/call/cores.js";
import type { Ending, WorkerEnd } from "../../dist/workers/ending.js";
import type { Journal } from "../../dist/workers/journal.js";
import { type Lane, Lanes, type Work } from "../../dist/workers/lane.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work whose end, and how far it is, the test decides. */
class FakeWork implements Work<string> {
  item = 0;
  stopped = 0;
  readonly ends: WorkerEnd[] = [];
  finish!: (ending: Ending<string>) => void;
  readonly ended = new Promise<Ending<string>>((resolve) => {
    this.finish = resolve;
  });
  readonly journal: Journal = {
    progress: () => this.item,
    running: () => (this.item === 0 ? [] : [this.item]),
    begun: () => this.item,
    account: () => ({ lost: [], left: [] }),
  };

  stop(): void {
    this.stopped++;
  }

  end(why: WorkerEnd): void {
    this.ends.push(why);
  }
}

/** Sends so many pieces of work, one after another. */
class FakeLane implements Lane<string> {
  readonly sent: FakeWork[] = [];
  readonly endings: Ending<string>[] = [];

  constructor(
    readonly core: Core,
    readonly left: { pieces: number },
  ) {}

  hasWork(): boolean {
    return this.left.pieces > 0;
  }

  send(): FakeWork | undefined {
    if (this.left.pieces-- === 0) return undefined;
    const work = new FakeWork();
    this.sent.push(work);
    return work;
  }

  account(ending: Ending<string>): void {
    this.endings.push(ending);
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const replied = (reply: string) => ({ kind: "replied", reply }) as const;

function setUp({ cores = 2, lanes = 2, pieces = 3, timeout }: Record<string, number | undefined> = {}) {
  const budget = new Cores(cores);
  const share = budget.join();
  const left = { pieces: pieces! };
  const cancellation = new Cancellation({ label: "test", options: {} });
  const all = Array.from({ length: lanes! }, () => new FakeLane(share.core(), left));
  const run = new Lanes(cancellation, { grace: 50, timeout });
  return { budget, left, cancellation, all, run, done: run.run(all) };
}

test("a lane sends work until none is left, and has a core only while it does", async () => {
  const { budget, all, done, run } = setUp({ lanes: 1 });
  const [lane] = all;
  for (const piece of [0, 1, 2]) {
    await settle();
    expect([lane.sent.length, budget.used]).toEqual([piece + 1, 1]);
    lane.sent[piece].finish(replied(`${piece}`));
  }
  await done;
  expect(lane.endings).toEqual(["0", "1", "2"].map(replied));
  expect([budget.used, budget.waiting, run.failure]).toEqual([0, 0, undefined]);
});

test("lanes that wait for a core when nothing is left wait no longer", async () => {
  const { budget, all, done } = setUp({ cores: 1, lanes: 3, pieces: 1 });
  await settle();
  expect([budget.used, budget.waiting]).toEqual([1, 2]);
  all[0].sent[0].finish(replied(""));
  await done;
  expect(all.map(({ sent }) => sent.length)).toEqual([1, 0, 0]);
  expect([budget.used, budget.waiting]).toEqual([0, 0]);
});

test("a cancelled call asks its work to stop, ends it after the grace again and again, and sends no more", async () => {
  const { budget, all, done, cancellation, left } = setUp({ cores: 1 });
  await settle();
  const [work] = all[0].sent;
  cancellation.cancel(new Error("enough"));
  await vi.advanceTimersByTimeAsync(49);
  expect([work.stopped, work.ends, budget.waiting]).toEqual([1, [], 0]);
  await vi.advanceTimersByTimeAsync(3);
  expect(work.ends.length).toBeGreaterThan(1);
  expect(work.ends[0]).toEqual({ kind: "cancelled" });
  work.finish({ kind: "ended", why: { kind: "cancelled" } });
  await done;
  const { length } = work.ends;
  await vi.advanceTimersByTimeAsync(100);
  expect(work.ends).toHaveLength(length);
  expect([all[0].sent.length + all[1].sent.length, left.pieces, budget.used]).toEqual([1, 2, 0]);
});

test("a call that is cancelled before it begins waits for no core", async () => {
  const { budget, all, done, cancellation } = setUp();
  cancellation.cancel(new Error("at once"));
  await settle();
  for (const { sent } of all) for (const work of sent) work.finish(replied(""));
  await done;
  expect([budget.used, budget.waiting]).toEqual([0, 0]);
});

test("a worker that a cancelled call leaves keeps its core until it replies", async () => {
  const { budget, all, done, cancellation } = setUp({ lanes: 1 });
  await settle();
  cancellation.cancel(new Error("enough"));
  let reply!: () => void;
  const later = new Promise<void>((resolve) => {
    reply = resolve;
  });
  all[0].sent[0].finish({ kind: "left", later });
  await done;
  expect(budget.used).toBe(1);
  reply();
  await settle();
  expect(budget.used).toBe(0);
});

test("a lane that cannot send fails the call, and the others send no more", async () => {
  const { budget, all, done, run, left } = setUp();
  const failure = new Error("no place for a journal");
  all[0].send = () => {
    throw failure;
  };
  await settle();
  all[1].sent[0].finish(replied(""));
  await done;
  expect([run.failure, all[1].sent.length, left.pieces, budget.used]).toEqual([failure, 1, 2, 0]);
});

test("an item that runs for longer than its timeout has its worker ended, once, and no other item", async () => {
  const { all, done } = setUp({ lanes: 1, pieces: 1, timeout: 80 });
  await settle();
  const [work] = all[0].sent;
  await vi.advanceTimersByTimeAsync(500);
  expect(work.ends).toEqual([]);
  for (const item of [1, 2, 3]) {
    work.item = item;
    await vi.advanceTimersByTimeAsync(70);
    expect(work.ends).toEqual([]);
  }
  await vi.advanceTimersByTimeAsync(300);
  expect(work.ends).toEqual([{ kind: "timeout", item: 3, journal: work.journal }]);
  work.finish({ kind: "ended", why: work.ends[0] });
  await done;
});
