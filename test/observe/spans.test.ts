import { openTelemetry, type TracerLike } from "nogil";
import { expect, test, vi } from "vitest";
import type { NogilEvent } from "../../src/events/events.js";
import { Spans } from "../../src/observe/spans.js";
import { observed } from "../fixtures/observed-batch.js";

test("calls, steps and runs that never end do not pile up", () => {
  let open = 0;
  const counting: TracerLike = {
    startSpan: () => {
      open++;
      const span = { setAttributes: () => span, setStatus: () => span, addEvent: () => span };
      return { ...span, recordException: () => {}, end: () => void open-- };
    },
  };
  const all = new Spans(counting);
  const events = (n: number): NogilEvent[] => [
    { type: "callStarted", time: n, call: n, action: "a", target: "for", items: 1 },
    { type: "stepStarted", time: n, run: n, batch: 0, step: "b", items: 1 },
    { type: "runStarted", time: n, run: n, of: "c" },
  ];
  for (let n = 0; n < 30_000; n++) for (const event of events(n)) all.take(event);
  expect(open).toBe(30_000);
  all.finish(1);
  expect(open).toBe(0);
});

test("a tracer that throws harms no call, and is complained of once", async () => {
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  const stop = openTelemetry({
    startSpan: () => {
      throw new Error("no more spans");
    },
  });
  const batch = observed(3);
  expect(await batch.threads(0)).toBe(batch);
  await batch.threads(0);
  stop();
  expect(complaints).toHaveBeenCalledTimes(1);
  complaints.mockRestore();
});

test("spans end even where one cannot be given its attributes", async () => {
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  const ended: string[] = [];
  const stop = openTelemetry({
    startSpan: (name) => ({
      setAttributes: () => {
        throw new Error("no attributes");
      },
      setStatus: () => {},
      recordException: () => {},
      addEvent: () => {},
      end: () => void ended.push(name),
    }),
  });
  await observed(3).threads(0);
  stop();
  complaints.mockRestore();
  expect(ended).toContain("ObservedBatch.threads");
});

test.each([
  [undefined, "got undefined"],
  [null, "got null"],
  [{}, "got Object"],
  ["tracer", "got a string"],
  [{ startSpan: 1 }, "got Object"],
  [{ getTracer: () => {} }, "got what has getTracer(): call that, and give its result"],
])("what is not a tracer is refused: %o", (given, why) => {
  expect(() => openTelemetry(given as any)).toThrow(TypeError);
  expect(() => openTelemetry(given as any)).toThrow(
    `openTelemetry() takes a tracer of OpenTelemetry, which has startSpan(), such as trace.getTracer("my-service"); ${why}`,
  );
});

test("a span never ends before it began, nor outside of its call, whatever the clocks of threads say", () => {
  const spans: { name: string; from: number; to?: number }[] = [];
  const all = new Spans({
    startSpan: (name, { startTime = 0 } = {}) => {
      const own: (typeof spans)[number] = { name, from: startTime };
      spans.push(own);
      const nothing = () => {};
      return {
        ...{ setAttributes: nothing, setStatus: nothing, recordException: nothing, addEvent: nothing },
        end: (time) => {
          own.to = time;
        },
      };
    },
  });
  const of = { call: 1, action: "a", items: 2 };
  all.take({ type: "callStarted", time: 10, ...of, target: "mpc" });
  all.take({ type: "workDone", time: 12, ...of, worker: "process 7", began: 9.5, busy: 2 });
  all.take({ type: "workDone", time: 21.5, ...of, worker: "process 7", began: 13, busy: 8 });
  all.take({ type: "workDone", time: 22, ...of, worker: "process 8", began: 21.5, busy: 1 });
  all.take({ type: "callEnded", time: 21, ...of, target: "mpc", milliseconds: 11, failures: [] });
  expect(spans).toEqual([
    { name: "a", from: 10, to: 21 },
    { name: "process 7", from: 10, to: 21 },
    { name: "process 8", from: 21, to: 21 },
  ]);
});
