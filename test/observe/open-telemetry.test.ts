import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanStatusCode } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Dataset, openTelemetry, run, stream, subscribe } from "nogil";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { ObservedBatch, observed } from "../fixtures/observed-batch.js";

/** The active context follows what is awaited, as OpenTelemetry's own for Node does. */
class Following implements ContextManager {
  readonly #store = new AsyncLocalStorage<Context>();
  active = () => this.#store.getStore() ?? ROOT_CONTEXT;
  with = ((active: Context, fn: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
    this.#store.run(active, () => fn.apply(self, args))) as ContextManager["with"];
  bind = <T>(_: Context, target: T) => target;
  enable = () => this;
  disable = () => this;
}

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("tests");

let end: () => void;
beforeAll(() => void context.setGlobalContextManager(new Following()));
afterAll(() => context.disable());
beforeEach(() => {
  exporter.reset();
  end = openTelemetry(tracer);
});
afterEach(() => end());

const spans = () => exporter.getFinishedSpans();
const named = (name: string | RegExp) =>
  spans().filter((span) => (typeof name === "string" ? span.name === name : name.test(span.name)));
const childrenOf = (parent: ReadableSpan) =>
  spans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanContext().spanId);
const millisecondsOf = ([seconds, nanoseconds]: readonly [number, number]) =>
  seconds * 1000 + nanoseconds / 1e6;

function expectWithin(child: ReadableSpan, parent: ReadableSpan): void {
  expect(child.spanContext().traceId).toBe(parent.spanContext().traceId);
  // times of the events are doubles
  expect(millisecondsOf(child.startTime)).toBeGreaterThanOrEqual(millisecondsOf(parent.startTime) - 0.001);
  expect(millisecondsOf(child.endTime)).toBeLessThanOrEqual(millisecondsOf(parent.endTime) + 0.001);
}

describe.each([
  ["nogil", () => observed(40).nogil()],
  ["threads", () => observed(40).threads(1)],
  ["async", () => (observed(40) as any).async(1)],
  ["mpc", () => observed(40).mpc(1)],
  ["for", () => observed(40).with({ target: "for" }).nogil()],
] as const)("a call on %s", (target, call) => {
  test("is a span, with a child for each worker that had a part in it", async () => {
    const before = Date.now();
    await call();
    const after = Date.now();
    const [span, ...others] = named(/^ObservedBatch\./);
    expect(others).toEqual([]);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes).toMatchObject({
      "nogil.target": target,
      "nogil.items": 40,
      "nogil.failures": 0,
      "nogil.retries": 0,
    });
    expect(span.attributes["nogil.action"]).toBe(span.name);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes["nogil.cancelled"]).toBeUndefined();
    // the two clocks of a program agree to within some milliseconds
    expect(millisecondsOf(span.startTime)).toBeGreaterThan(before - 1000);
    expect(millisecondsOf(span.endTime)).toBeLessThan(after + 1000);
    const workers = childrenOf(span);
    expect(workers.length).toBeGreaterThan(0);
    expect(span.attributes["nogil.workers"]).toBe(workers.length);
    expect(new Set(workers.map(({ name }) => name)).size).toBe(workers.length);
    for (const worker of workers) {
      expect(worker.name).toMatch(/^(main|(thread|process) \d+)$/);
      expect(worker.attributes["nogil.worker"]).toBe(worker.name);
      expectWithin(worker, span);
    }
    const items = workers.map(({ attributes }) => attributes["nogil.items"] as number);
    expect(items.reduce((sum, each) => sum + each)).toBe(40);
    expect(spans()).toHaveLength(1 + workers.length);
  });
});

test("what is copied and retried is told", async () => {
  await run(kernels.weigh, [Float64Array.of(1), Float64Array.of(3)]);
  const [copied] = named("run(weigh)");
  expect(copied.attributes["nogil.bytes_in"]).toBeGreaterThanOrEqual(16);
  expect(copied.attributes["nogil.kernel"]).toBe("weigh");
  let tries = 0;
  const flaky = () => {
    if (++tries < 3) throw new Error("not yet");
  };
  await run(flaky, [[0]], { target: "for", retry: 5 });
  expect(named("run(flaky)")[0].attributes["nogil.retries"]).toBe(2);
});

test("a call within a user's span is its child, and those beside it are not", async () => {
  await tracer.startActiveSpan("outer", async (outer) => {
    await Promise.resolve();
    await observed(3).threads(0);
    outer.end();
  });
  await observed(2).threads(0);
  const [outer] = named("outer");
  const [inside, beside] = named("ObservedBatch.threads");
  expect(inside.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  for (const worker of childrenOf(inside)) expectWithin(worker, inside);
  expect(childrenOf(inside).length).toBeGreaterThan(0);
  expect(beside.parentSpanContext).toBeUndefined();
});

test("calls of a stream are children of the span that is active where it is read", async () => {
  const square = (x: number) => x * x;
  const results: unknown[] = [];
  await tracer.startActiveSpan("outer", async (outer) => {
    for await (const result of stream(square, [1, 2, 3, 4], { target: "for" })) results.push(result);
    outer.end();
  });
  expect(results).toEqual([1, 4, 9, 16]);
  const calls = childrenOf(named("outer")[0]);
  const items = calls.map(({ attributes }) => attributes["nogil.items"] as number);
  expect(items.reduce((sum, each) => sum + each)).toBe(4);
});

describe("a pipeline", () => {
  test("has a span for its run, in it those of steps, and in each those of its calls", async () => {
    const mine = async (batch: any) => {
      await batch.async(1);
    };
    await tracer.startActiveSpan("outer", async (outer) => {
      const job = new Dataset(9, ObservedBatch).pipeline().threads(1).do(mine);
      await job.run({ batchSize: 3, prefetch: 2 });
      outer.end();
    });
    const [outer] = named("outer");
    const [pipeline, ...more] = named("pipeline of ObservedBatch");
    expect(more).toEqual([]);
    expect(pipeline.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    // the times of outer are of a clock of its own
    expect(pipeline.spanContext().traceId).toBe(outer.spanContext().traceId);
    expect(pipeline.attributes).toMatchObject({ "nogil.batches": 3, "nogil.items": 9 });
    const steps = childrenOf(pipeline);
    expect(steps.map(({ name, attributes }) => [name, attributes["nogil.batch"]]).sort()).toEqual(
      ["ObservedBatch.threads", "mine"].flatMap((name) => [0, 1, 2].map((batch) => [name, batch])),
    );
    for (const step of steps) {
      expectWithin(step, pipeline);
      const [call, ...others] = childrenOf(step);
      expect(others).toEqual([]);
      expect(call.name).toBe(step.name === "mine" ? "ObservedBatch.async" : "ObservedBatch.threads");
      expect(call.attributes["nogil.items"]).toBe(3);
      expectWithin(call, step);
      for (const worker of childrenOf(call)) expectWithin(worker, call);
      expect(childrenOf(call).length).toBeGreaterThan(0);
    }
  });

  test("has its step's span as the active one while that runs, for the user's spans and for run()", async () => {
    const double = (x: number) => 2 * x;
    const mine = async () => {
      await Promise.resolve();
      tracer.startSpan("of the user").end();
      await run(double, [[1]], { target: "for" });
    };
    await new Dataset(2, ObservedBatch).pipeline().do(mine).run({ batchSize: 2 });
    const [step] = named("mine");
    expect(
      childrenOf(step)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["of the user", "run(double)"]);
    // and no longer
    tracer.startSpan("after").end();
    expect(named("after")[0].parentSpanContext).toBeUndefined();
  });

  test("that puts batches together has a span for that, too", async () => {
    await new Dataset(6, ObservedBatch).pipeline().rebatch(3).threads(0).run({ batchSize: 2 });
    const [pipeline] = named("pipeline of ObservedBatch");
    expect(
      childrenOf(pipeline)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["ObservedBatch.threads", "ObservedBatch.threads", "rebatch(3)", "rebatch(3)"]);
  });

  test("that fails has its error on the call, the step and the run", async () => {
    const job = new Dataset(4, ObservedBatch).pipeline().threads(0, 1).do(failing);
    await expect(job.run({ batchSize: 4 })).rejects.toThrow("too few");
    const [pipeline] = named("pipeline of ObservedBatch");
    const [step] = named("failing");
    for (const span of [pipeline, step]) {
      expect(span.status).toMatchObject({ code: SpanStatusCode.ERROR });
      expect(span.status.message).toContain("too few");
      expect(span.events.map(({ name }) => name)).toEqual(["exception"]);
    }
    expect(named("ObservedBatch.threads").map(({ status }) => status.code)).toContain(SpanStatusCode.ERROR);
  });

  test("that is left ends its span without an error", async () => {
    for await (const batch of new Dataset(9, ObservedBatch).pipeline().threads(0).batches({ batchSize: 3 })) {
      batch.dispose();
      break;
    }
    const [pipeline] = named("pipeline of ObservedBatch");
    expect(pipeline.status.code).toBe(SpanStatusCode.UNSET);
    expect(pipeline.attributes["nogil.batches"]).toBe(1);
  });

  test("that is cancelled says so on its run and on the call that it cancelled", async () => {
    const controller = new AbortController();
    const slow = async (batch: any) => {
      setTimeout(() => controller.abort(new Error("nobody waits any more")), 20);
      await batch.async(30_000);
    };
    const job = new Dataset(2, ObservedBatch).pipeline().do(slow);
    await expect(job.run({ batchSize: 2, signal: controller.signal })).rejects.toThrow("nobody waits");
    await vi.waitFor(() => expect(named("pipeline of ObservedBatch")).toHaveLength(1));
    await vi.waitFor(() => expect(named("slow")).toHaveLength(1));
    for (const span of [...named("pipeline of ObservedBatch"), ...named("ObservedBatch.async")]) {
      expect(span.attributes["nogil.cancelled"]).toBe(true);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    }
    expect(named("ObservedBatch.async")).toHaveLength(1);
  });
});

function failing(): void {
  throw new RangeError("too few");
}

test("a call with failed items has how many, the first one's error, and status ERROR", async () => {
  await observed(8).threads(0, 5);
  const [span] = named("ObservedBatch.threads");
  expect(span.attributes).toMatchObject({ "nogil.items": 8, "nogil.failures": 1 });
  expect(span.attributes["nogil.cancelled"]).toBeUndefined();
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "1 of 8 items failed" });
  expect(span.events.map(({ name, attributes }) => [name, attributes!["exception.message"]])).toEqual([
    ["exception", expect.stringContaining("item 5 is bad")],
  ]);
});

test("a call that could not run has its error and status ERROR", async () => {
  const local = (x: number) => x + observed(1).length;
  await expect(run(local, [[1]], { target: "threads" })).rejects.toThrow();
  const [span] = named("run(local)");
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.events).toHaveLength(1);
  expect(span.attributes["nogil.failures"]).toBe(0);
});

test("a call that is cancelled says so, and is an error only if it took too long", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await (observed(3) as any).with({ signal: controller.signal }).async(30_000);
  await (observed(3) as any).with({ deadline: 20 }).async(30_000);
  const [cancelled, late] = named("ObservedBatch.async");
  expect(cancelled.attributes).toMatchObject({ "nogil.cancelled": true, "nogil.failures": 3 });
  expect(cancelled.status.code).toBe(SpanStatusCode.UNSET);
  expect(late.attributes).toMatchObject({ "nogil.cancelled": true, "nogil.failures": 3 });
  expect(late.status.code).toBe(SpanStatusCode.ERROR);
});

test("an item that fails with an AbortError of its own is an error like any other", async () => {
  const own = () => {
    throw new DOMException("the server hung up", "AbortError");
  };
  await run(own, [[1]], { target: "for" });
  const [span] = named("run(own)");
  expect(span.attributes["nogil.cancelled"]).toBeUndefined();
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
});

test("what is stopped ends its open spans, and makes no more", async () => {
  const controller = new AbortController();
  const begun = new Promise<void>((resolve) => {
    const unsubscribe = subscribe(({ type }) => {
      if (type !== "callStarted") return;
      unsubscribe();
      resolve();
    });
  });
  const call = (observed(2) as any).with({ signal: controller.signal }).async(30_000);
  await begun;
  expect(spans()).toEqual([]);
  end();
  const [span, ...others] = spans();
  expect(others).toEqual([]);
  expect(span.name).toBe("ObservedBatch.async");
  expect(span.attributes["nogil.unfinished"]).toBe(true);
  controller.abort();
  await call;
  await observed(2).threads(0);
  end();
  expect(spans()).toHaveLength(1);
});

test("without anything that keeps track of the active span, steps have their calls all the same", async () => {
  context.disable();
  try {
    await new Dataset(2, ObservedBatch).pipeline().threads(0).run({ batchSize: 2 });
  } finally {
    context.setGlobalContextManager(new Following());
  }
  const [pipeline] = named("pipeline of ObservedBatch");
  const [step] = childrenOf(pipeline);
  expect(childrenOf(step).map(({ name }) => name)).toEqual(["ObservedBatch.threads"]);
});

test("a call that rejects with its first item's error has status ERROR", async () => {
  const rejecting = (observed(2) as any).with({ debug: true }).threads(0, 1);
  await expect(rejecting).rejects.toThrow("item 1 is bad");
  expect(named("ObservedBatch.threads")[0].status.code).toBe(SpanStatusCode.ERROR);
});
