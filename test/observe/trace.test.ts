import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import { configure, Dataset, type NogilEvent, run, shutdown, type TraceEvent, trace } from "nogil";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Timeline } from "../../dist/observe/timeline.js";
import * as kernels from "../fixtures/build/kernels.js";
import { ObservedBatch, observed } from "../fixtures/observed-batch.js";
import { expectSound, rowNames } from "./trace-format.js";

const folder = mkdtempSync(join(tmpdir(), "nogil-trace-"));
beforeAll(() => configure({ workers: 2 }));
afterAll(async () => {
  await shutdown();
  rmSync(folder, { recursive: true });
});

describe.each(["nogil", "threads", "async", "mpc"] as const)("a timeline of calls on %s", (target) => {
  test("has every call, and every item in a span of the worker that ran it", async () => {
    const recording = trace();
    // a timeout keeps kernels out of this thread, however quick they were before
    const call = (items: number) => (observed(items).with({ timeout: 60_000 }) as any)[target]();
    await Promise.all([call(64), call(40)]);
    const { traceEvents } = recording.stop();
    expectSound(traceEvents);
    const rowOf = rowNames(traceEvents);
    const calls = traceEvents.filter(({ cat }) => cat === "call").sort((a, b) => a.ts - b.ts);
    expect(calls.map(({ name, args }) => [name, args!.target, args!.items])).toEqual([
      [`ObservedBatch.${target}`, target, 64],
      [`ObservedBatch.${target}`, target, 40],
    ]);
    // two calls at once need two rows
    expect(calls.map(rowOf)).toEqual(["calls", "calls (2)"]);
    for (const { args } of calls) {
      const work = traceEvents.filter((each) => each.cat === "work" && each.args!.call === args!.call);
      expect(work.reduce((sum, each) => sum + (each.args!.items as number), 0)).toBe(args!.items);
      for (const each of work) expect(rowOf(each)).toMatch(target === "mpc" ? /^process \d+/ : /^thread \d+/);
    }
  });

  test("leads from each call to what was sent, and nothing runs before that", async () => {
    const recording = trace();
    await (observed(64).with({ timeout: 60_000 }) as any)[target]();
    const { traceEvents } = recording.stop();
    const rowOf = rowNames(traceEvents);
    const arrows = traceEvents.filter(({ ph }) => ph === "s");
    expect(arrows.length).toBeGreaterThan(0);
    expect(arrows.length).toBe(traceEvents.filter(({ ph, cat }) => ph === "X" && cat === "work").length);
    for (const arrow of arrows) expect(rowOf(arrow)).toBe("calls");
    const call = traceEvents.find(({ cat }) => cat === "call")!;
    for (const { ts, dur } of traceEvents.filter(({ cat }) => cat === "work")) {
      expect(ts).toBeGreaterThanOrEqual(call.ts);
      expect(ts + dur!).toBeLessThanOrEqual(call.ts + call.dur! + 0.001);
    }
  });
});

test("a call tells how many items failed, what was copied, and how much memory was in use", async () => {
  const recording = trace();
  await run(kernels.weigh, [Float64Array.of(1), Float64Array.of(3)], { args: [{ bad: 3 }] });
  const { traceEvents } = recording.stop();
  const call = traceEvents.find(({ cat }) => cat === "call")!;
  expect(call.args).toMatchObject({ items: 2, failures: 1, bytesOut: 0 });
  expect(call.args!.bytesIn).toBeGreaterThanOrEqual(16);
  const counters = traceEvents.filter(({ ph }) => ph === "C");
  expect(counters.length).toBeGreaterThan(0);
  for (const { args } of counters) expect(args!.used).toBeGreaterThanOrEqual(0);
});

test("a pipeline's batches have rows of their own, with their steps inside them", async () => {
  const recording = trace();
  const job = new Dataset(12, ObservedBatch).pipeline().threads(1).async(1);
  await job.run({ batchSize: 3, prefetch: 2 });
  const { traceEvents } = recording.stop();
  expectSound(traceEvents);
  const rowOf = rowNames(traceEvents);
  const batches = traceEvents.filter(({ cat }) => cat === "batch");
  expect(batches.map(({ name, args }) => [name, args!.items, args!.outcome]).sort()).toEqual(
    [0, 1, 2, 3].map((n) => [`batch ${n}`, 3, "ready"]),
  );
  const steps = traceEvents.filter(({ cat }) => cat === "step");
  for (const { name, ts, dur, args, tid } of batches) {
    const own = steps.filter((step) => `batch ${step.args!.batch}` === name);
    expect(own.map((step) => step.name)).toEqual(["ObservedBatch.threads", "ObservedBatch.async"]);
    for (const step of own) {
      expect(step.tid).toBe(tid);
      expect(step.ts).toBeGreaterThanOrEqual(ts);
      expect(step.ts + step.dur!).toBeLessThanOrEqual(ts + dur! + 0.001);
    }
    expect(args!.run).toBeTypeOf("number");
  }
  // three at once, with what is prefetched
  expect(new Set(batches.map(rowOf)).size).toBeGreaterThan(1);
  expect(rowOf(batches[0])).toMatch(/^pipeline \d+/);
});

test("a file has the whole timeline as JSON, once it is stopped", async () => {
  const file = join(folder, "stopped.json");
  const recording = trace(file);
  await observed(30).nogil();
  const report = recording.stop();
  expect(recording.stop()).toBe(report);
  const events = JSON.parse(readFileSync(file, "utf8")) as TraceEvent[];
  expect(report).toEqual({ file, events: events.length, dropped: 0 });
  expectSound(events);
  expect(events.filter(({ cat }) => cat === "call").map(({ name }) => name)).toEqual(["ObservedBatch.nogil"]);
});

test("what happens after the end of `using` is not recorded", async () => {
  const file = pathToFileURL(join(folder, "using.json"));
  {
    using recording = trace(file);
    await observed(3).with({ target: "for" }).nogil();
    expect(recording.events).toBeGreaterThan(0);
  }
  await observed(5).with({ target: "for" }).nogil();
  const events = JSON.parse(readFileSync(file, "utf8")) as TraceEvent[];
  expect(events.filter(({ cat }) => cat === "call").map(({ args }) => args!.items)).toEqual([3]);
});

test("more events than there is room for are dropped and counted, and what is left is sound", async () => {
  const recording = trace({ maxEvents: 12 });
  for (let i = 0; i < 10; i++) await observed(3).with({ target: "for" }).nogil();
  const { traceEvents, otherData } = recording.stop();
  expectSound(traceEvents);
  expect(otherData.dropped).toBeGreaterThan(0);
  expect(otherData.dropped).toBe(recording.dropped);
  // only names of rows are let through
  expect(traceEvents.filter(({ ph }) => ph !== "M").length).toBeLessThanOrEqual(12);
});

test("a file that cannot be written fails at once", () => {
  expect(() => trace(join(folder, "no such folder", "trace.json"))).toThrow("ENOENT");
  expect(() => trace({ maxEvents: 0 })).toThrow("maxEvents takes a whole number, 1 or more, got 0");
});

test("an option that is refused leaves a file that is there as it was", () => {
  const file = join(folder, "there.json");
  writeFileSync(file, "kept");
  expect(() => trace(file, { maxEvents: 0 })).toThrow("maxEvents takes a whole number, 1 or more, got 0");
  expect(readFileSync(file, "utf8")).toBe("kept");
});

describe("a program that ends while it records", () => {
  const program = fileURLToPath(new URL("../fixtures/traced-program.mjs", import.meta.url));

  async function recordedBy(how: string): Promise<string> {
    const file = join(folder, `${how}.json`);
    const child = spawn(process.execPath, [program, how, file], { timeout: 30_000, killSignal: "SIGKILL" });
    await once(child, "close");
    return readFileSync(file, "utf8");
  }

  test.each(["ends", "exits", "throws"])("leaves the whole timeline when it %s", async (how) => {
    const events = JSON.parse(await recordedBy(how)) as TraceEvent[];
    expectSound(events);
    expect(events.some(({ cat, name }) => cat === "call" && name === "run(weigh)")).toBe(true);
  });

  test.skipIf(process.platform === "win32")("leaves the whole timeline in a pipe too", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const ends = { timeout: 30_000, killSignal: "SIGKILL" } as const;
    spawn(process.execPath, [program, "ends late", pipe], ends);
    const events = JSON.parse(await text(spawn("cat", [pipe], ends).stdout)) as TraceEvent[];
    expectSound(events);
    expect(events.some(({ cat, name }) => cat === "call" && name === "run(weigh)")).toBe(true);
  });

  test("leaves what there was a second before when it is killed, the call that was in flight too", async () => {
    const events = JSON.parse(await recordedBy("is killed")) as TraceEvent[];
    expectSound(events);
    expect(events.some(({ cat, name }) => cat === "call" && name === "run(weigh)")).toBe(true);
    const marks = events.filter(({ name }) => name.startsWith("in flight"));
    expect(marks.map(({ name, args }) => [name, args!.target, args!.items])).toEqual([
      ["in flight: run(spin)", "threads", 1],
    ]);
  });
});

test("a file can be read at any time, however much was written before and is written after", async () => {
  const file = join(folder, "read.json");
  const recording = trace(file);
  const counts: number[] = [];
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual([]);
  // some 64 KiB of events make it write
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 250; j++) await observed(1).with({ target: "for" }).nogil();
    const events = JSON.parse(readFileSync(file, "utf8")) as TraceEvent[];
    expectSound(events);
    counts.push(events.length);
  }
  const { events } = recording.stop();
  expect(JSON.parse(readFileSync(file, "utf8"))).toHaveLength(events);
  counts.push(events);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
});

test("a call in flight when the recording stops is drawn up to there", async () => {
  const recording = trace();
  const call = (observed(1) as any).async(200);
  while (recording.events === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const { traceEvents } = recording.stop();
  await call;
  expectSound(traceEvents);
  const calls = traceEvents.filter(({ cat }) => cat === "call");
  expect(calls.map(({ name, args }) => [name, args!.unfinished])).toEqual([["ObservedBatch.async", true]]);
});

// any interleaving of calls, work and pipelines, in the order in which it would be told
const anyEvents = fc
  .array(
    fc.record({
      kind: fc.constantFrom("call", "batch"),
      began: fc.integer({ min: 0, max: 1000 }),
      length: fc.integer({ min: 0, max: 300 }),
      workers: fc.array(
        fc.record({
          worker: fc.constantFrom("main", "thread 1", "process 9"),
          late: fc.integer({ min: 0, max: 50 }),
        }),
        { maxLength: 5 },
      ),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all
      .flatMap(({ kind, began, length, workers }, call): NogilEvent[] => {
        const end = began + length;
        const of = { call, action: `run(f${call})`, items: 1 };
        if (kind === "batch") {
          const own = { run: call % 2, batch: call, items: 1 };
          const middle = began + length / 2;
          return [
            { type: "stepDone", time: middle, ...own, step: "one", began },
            { type: "stepDone", time: end, ...own, step: "two", began: middle },
            { type: "batchDone", time: end, ...own, began, outcome: "ready" },
          ];
        }
        return [
          { type: "callStarted", time: began, ...of, target: "threads" },
          ...workers.flatMap(({ worker, late }): NogilEvent[] => [
            { type: "workSent", time: began, ...of, worker },
            { type: "workDone", time: end, ...of, worker, began: Math.min(end, began + late), busy: 1 },
          ]),
          { type: "callEnded", time: end, ...of, target: "threads", milliseconds: length, failures: [] },
        ];
      })
      .sort((a, b) => a.time - b.time),
  );

test("spans never cross, whatever runs at once", () => {
  fc.assert(
    fc.property(anyEvents, (all) => {
      const events: TraceEvent[] = [];
      const timeline = new Timeline(0, (event) => events.push(event) > 0);
      for (const event of all) timeline.take(event);
      timeline.finish(2000);
      expectSound(events);
      const done = all.filter(({ type }) =>
        ["callEnded", "workDone", "stepDone", "batchDone"].includes(type),
      );
      expect(events.filter(({ ph }) => ph === "X")).toHaveLength(done.length);
    }),
  );
});

test("work that began before it was sent, by its worker's clock, is drawn after it was sent", () => {
  const events: TraceEvent[] = [];
  const timeline = new Timeline(0, (event) => events.push(event) > 0);
  const of = { call: 1, action: "a", worker: "process 7", items: 1 };
  timeline.take({ type: "callStarted", time: 10, ...of, target: "mpc" });
  timeline.take({ type: "workSent", time: 11, ...of });
  timeline.take({ type: "workDone", time: 21.5, ...of, began: 10.5, busy: 11 });
  timeline.take({ type: "callEnded", time: 21, ...of, target: "mpc", milliseconds: 11, failures: [] });
  expect(events.find(({ ph }) => ph === "X")).toMatchObject({ ts: 11_000, dur: 10_500 });
  expectSound(events);
});

test("marks of a call leave its arrows on it", () => {
  const events: TraceEvent[] = [];
  const timeline = new Timeline(0, (event) => events.push(event) > 0);
  const of = { call: 1, action: "a", worker: "thread 1", items: 1 };
  timeline.take({ type: "callStarted", time: 10, ...of, target: "threads" });
  timeline.markCalls();
  timeline.markCalls();
  timeline.take({ type: "callStalled", time: 11, ...of, milliseconds: 1, running: [], waiting: 1 });
  timeline.take({ type: "workSent", time: 12, ...of });
  timeline.take({ type: "workDone", time: 14, ...of, began: 13, busy: 1 });
  timeline.finish(15);
  const rowOf = rowNames(events);
  expect(events.filter(({ ph }) => ph === "i").map((mark) => [mark.name, mark.ts, rowOf(mark)])).toEqual([
    ["in flight: a", 10_000, "marks"],
    ["stalled: a", 11_000, "marks"],
  ]);
  expect(events.filter(({ ph }) => ph === "s").map(rowOf)).toEqual(["calls"]);
  expectSound(events);
});

test("steps of which no batch comes to its end are drawn all the same, and do not pile up", () => {
  const events: TraceEvent[] = [];
  const timeline = new Timeline(0, (event) => events.push(event) > 0);
  const spans = () => events.filter(({ ph }) => ph === "X").length;
  for (let batch = 0; batch < 1000; batch++) {
    const own = { run: 1, batch, items: 8, step: "rebatch" };
    timeline.take({ type: "stepDone", time: batch + 0.5, ...own, began: batch });
  }
  expect(spans()).toBeGreaterThan(900);
  timeline.finish(1000);
  expect(spans()).toBe(1000);
  expectSound(events);
});
