import { configure, type NogilEvent, shutdown, subscribe } from "nogil";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import * as work from "../fixtures/work-batch.js";
import { engines, functionJob, indices, list, makeLog, type Name, values } from "./jobs.js";

afterAll(() => shutdown());
afterEach(() => configure({ stalledAfter: undefined }));

const names = Object.keys(engines) as Name[];
const workerName = (engine: Name) => new RegExp(engine === "mpc" ? "^process \\d+$" : "^thread \\d+$");

async function watch<T>(act: () => Promise<T>): Promise<{ events: any[]; value: T }> {
  const events: NogilEvent[] = [];
  const end = subscribe((event) => events.push(event));
  try {
    return { value: await act(), events };
  } finally {
    end();
  }
}

const ofType = (events: any[], type: NogilEvent["type"]) => events.filter((event) => event.type === type);

describe.each(names)("%s", (name) => {
  const engine = engines[name];
  afterAll(() => engine.close());

  test("tells who started, what was sent where, what ran, for how long, and who ended", async () => {
    const job = functionJob(work.scale, indices(40), { call: [2], options: { workers: 1, chunkSize: 10 } });
    const { events } = await watch(async () => {
      await engine.close();
      await engine.run(job);
      await engine.close();
    });
    const [started] = ofType(events, "workerStarted");
    expect(started).toMatchObject({ worker: expect.stringMatching(workerName(name)), target: name });
    const own = { call: job.id, action: "scale", worker: started.worker };
    const sent = ofType(events, "workSent");
    const done = ofType(events, "workDone");
    expect(sent).toEqual(new Array(4).fill({ ...sent[0], ...own, items: 10, time: expect.any(Number) }));
    expect(done.map(({ items }) => items)).toEqual([10, 10, 10, 10]);
    for (const [i, { time, began, busy, worker }] of done.entries()) {
      expect(worker).toBe(started.worker);
      expect(busy).toBeGreaterThan(0);
      expect(time - began).toBeCloseTo(busy, 3);
      expect(time).toBeLessThanOrEqual(sent[i + 1]?.time ?? Number.POSITIVE_INFINITY);
    }
    const [copied] = ofType(events, "copied");
    expect(copied).toMatchObject({ call: job.id, action: "scale", bytesIn: expect.any(Number) });
    // an entry for each result
    expect(copied.bytesOut).toBeGreaterThanOrEqual(40 * 16);
    expect(ofType(events, "workerEnded").filter(({ worker }) => worker === started.worker)).toEqual([
      {
        type: "workerEnded",
        time: expect.any(Number),
        worker: started.worker,
        target: name,
        reason: undefined,
      },
    ]);
  });

  test("counts the bytes of arguments and results", async () => {
    const rows = list(Array.from({ length: 8 }, () => new Float64Array(1000)));
    const { events } = await watch(() => engine.run(functionJob(work.echo, rows)));
    const [{ bytesIn, bytesOut }] = ofType(events, "copied");
    expect(bytesIn).toBeGreaterThan(64_000);
    expect(bytesIn).toBeLessThan(100_000);
    expect(bytesOut).toBeGreaterThan(64_000);
    expect(bytesOut).toBeLessThan(100_000);
  });

  test("tells why a worker ended, and what it had done", async () => {
    const job = functionJob(work.fault, indices(10), {
      call: ["calls process.exit"],
      options: { workers: 1, chunkSize: 10, concurrency: 1 },
    });
    const { events } = await watch(() => engine.run(job));
    const [{ worker }] = ofType(events, "workSent");
    const ended = ofType(events, "workerEnded").find((event) => event.worker === worker);
    expect(ended.reason).toMatch(/7/);
    expect(ofType(events, "workDone")[0]).toMatchObject({ worker, items: 4 });
  });

  test("shows what its workers do, and that they do nothing afterwards", async () => {
    using log = makeLog();
    const controller = new AbortController();
    const job = functionJob(work.fault, indices(10), {
      call: ["never settles", log.path],
      options: { workers: 1, chunkSize: 5, concurrency: 1, signal: controller.signal, grace: 0 },
    });
    const running = engine.run(job);
    await vi.waitUntil(() => log.runs().includes(3), 20_000);
    const state = engine.state();
    expect(state).toMatchObject({ target: name, waiting: 5 });
    expect(state.workers.filter(({ busy }) => busy)).toEqual([
      {
        worker: expect.stringMatching(workerName(name)),
        busy: true,
        call: job.id,
        action: "fault",
        items: [3],
      },
    ]);
    controller.abort();
    await running;
    expect(engine.state()).toMatchObject({ waiting: 0 });
    expect(engine.state().workers.filter(({ busy }) => busy)).toEqual([]);
  });

  test("tells which items are where when a call makes no progress, again and again", async () => {
    configure({ stalledAfter: 60 });
    const controller = new AbortController();
    const job = functionJob(work.fault, indices(10), {
      call: ["never settles"],
      options: { workers: 1, chunkSize: 5, concurrency: 1, signal: controller.signal, grace: 0 },
    });
    const stalls: any[] = [];
    const end = subscribe((event) => {
      if (event.type === "callStalled" && event.running.some(({ items }) => items.includes(3)))
        stalls.push(event);
      if (stalls.length === 2) controller.abort();
    });
    const outcome = await engine.run(job);
    end();
    expect(values(outcome).slice(0, 3)).toEqual([0, 1, 2]);
    expect(stalls[0]).toMatchObject({
      call: job.id,
      action: "fault",
      running: [{ worker: expect.stringMatching(workerName(name)), items: [3] }],
      waiting: 5,
    });
    expect(stalls[0].milliseconds).toBeGreaterThanOrEqual(60);
    expect(stalls[1].milliseconds).toBeGreaterThan(stalls[0].milliseconds);
  });
});

test("a call on the caller's own loop tells of its stall, and shows in the state", async () => {
  configure({ stalledAfter: 60 });
  const controller = new AbortController();
  const job = functionJob(work.fault, indices(10), {
    call: ["never settles"],
    options: { workers: 0, concurrency: 2, signal: controller.signal, grace: 0 },
  });
  let stall: any;
  let state: any;
  const end = subscribe((event) => {
    if (event.type !== "callStalled") return;
    stall = event;
    state = engines.async.state();
    controller.abort();
  });
  await engines.async.run(job);
  end();
  expect(stall).toMatchObject({ action: "fault", running: [{ worker: "main", items: [3] }], waiting: 0 });
  expect(state.workers).toContainEqual({
    worker: "main",
    busy: true,
    call: job.id,
    action: "fault",
    items: [3],
  });
});
