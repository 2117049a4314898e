import { isError } from "../base/realms.js";
import { textOf } from "../base/text.js";
import { cancellationOf } from "../call/cancellation.js";
import { now } from "../events/clock.js";
import type {
  CallEnded,
  CallStarted,
  NogilEvent,
  RunEnded,
  RunStarted,
  StepDone,
  StepStarted,
  WorkDone,
  WorkerName,
} from "../events/events.js";
import type { Surround } from "../events/surround.js";
import {
  activeContext,
  runWithin,
  type SpanAttributes,
  type SpanContextLike,
  type SpanLike,
  type TracerLike,
  within,
} from "./tracer.js";

// OpenTelemetry's SpanStatusCode.ERROR
const failed = 2;

// so many calls, steps and runs are awaited each: what never ends must not pile up
const mostOpen = 10_000;

/** A span that others may be children of. */
interface Open {
  readonly span: SpanLike;
  readonly context: SpanContextLike;
}

/** What a worker ran of a call. */
interface Share {
  began: number;
  ended: number;
  items: number;
  busy: number;
}

interface OpenCall extends Open {
  readonly began: number;
  readonly shares: Map<WorkerName, Share>;
  bytesIn: number;
  bytesOut: number;
  retries: number;
}

/** Makes spans of the stream of events: runs of pipelines, their steps, calls, and what each worker ran of them. */
export class Spans {
  readonly #runs = new Map<number, Open>();
  readonly #steps = new Map<string, Open>();
  readonly #calls = new Map<number, OpenCall>();

  constructor(private readonly tracer: TracerLike) {}

  take(event: NogilEvent): void {
    switch (event.type) {
      case "runStarted":
        this.#runStarted(event);
        break;
      case "runEnded":
        this.#runEnded(event);
        break;
      case "stepStarted":
        keep(this.#steps, batchKey(event), this.#startStep(event, event.time));
        break;
      case "stepDone":
        this.#stepDone(event);
        break;
      case "callStarted":
        this.#callStarted(event);
        break;
      case "workDone":
        this.#workDone(event);
        break;
      case "copied": {
        const open = this.#calls.get(event.call);
        if (!open) return;
        open.bytesIn += event.bytesIn;
        open.bytesOut += event.bytesOut;
        break;
      }
      case "itemRetried": {
        const open = this.#calls.get(event.call);
        if (open) open.retries++;
        break;
      }
      case "callStalled": {
        const { call, time, milliseconds, waiting } = event;
        const attributes = { "nogil.stalled_ms": milliseconds, "nogil.waiting": waiting };
        this.#calls.get(call)?.span.addEvent("stalled", attributes, time);
        break;
      }
      case "callEnded":
        this.#callEnded(event);
        break;
    }
  }

  /** Runs the work of a step while its span is the active one. */
  readonly surround: Surround = (step, work) => {
    const open = this.#steps.get(batchKey(step));
    return open ? runWithin(open.context, work) : work();
  };

  /** Ends what has not ended, as `unfinished`. @throws what the first span threw, once all have ended */
  finish(time: number): void {
    const errors: unknown[] = [];
    // children first
    for (const all of [this.#calls, this.#steps, this.#runs]) {
      for (const { span } of all.values()) {
        try {
          endUnfinished(span, time);
        } catch (error) {
          errors.push(error);
        }
      }
      all.clear();
    }
    if (errors.length > 0) throw errors[0];
  }

  #start(name: string, startTime: number, attributes: SpanAttributes, parent?: Open): Open {
    const outer = parent?.context ?? activeContext();
    // without a context the tracer takes the active one itself
    const span = this.tracer.startSpan(name, { startTime, attributes }, parent?.context);
    return { span, context: within(span, outer) };
  }

  #runStarted({ run, of, time }: RunStarted): void {
    keep(this.#runs, run, this.#start(`pipeline of ${of}`, time, { "nogil.run": run }));
  }

  #runEnded({ run, batches, items, skipped, failed: left, time, error }: RunEnded): void {
    const open = take(this.#runs, run);
    if (!open) return;
    const attributes = {
      "nogil.batches": batches,
      "nogil.items": items,
      "nogil.batches_skipped": skipped,
      "nogil.batches_failed": left,
    };
    end(open.span, time, attributes, () => {
      if (error !== undefined) tellError(open.span, time, error);
    });
  }

  #startStep({ run, batch, step, items }: StepStarted | StepDone, began: number): Open {
    const attributes = { "nogil.step": step, "nogil.items": items, "nogil.run": run, "nogil.batch": batch };
    return this.#start(step, began, attributes, this.#runs.get(run));
  }

  #stepDone(event: StepDone): void {
    const { time, error } = event;
    // putting batches together makes no calls, and is only told of when it is done
    const { span } = take(this.#steps, batchKey(event)) ?? this.#startStep(event, event.began);
    end(span, time, {}, () => {
      if (error !== undefined) tellError(span, time, error);
    });
  }

  #callStarted({ call, action, target, items, kernel, run, batch, time }: CallStarted): void {
    const attributes: SpanAttributes = {
      "nogil.call": call,
      "nogil.action": action,
      "nogil.target": target,
      "nogil.items": items,
    };
    if (kernel !== undefined) attributes["nogil.kernel"] = kernel;
    const step = run === undefined ? undefined : this.#steps.get(batchKey({ run, batch: batch! }));
    const open = this.#start(action, time, attributes, step);
    keep(this.#calls, call, {
      ...open,
      began: time,
      shares: new Map(),
      bytesIn: 0,
      bytesOut: 0,
      retries: 0,
    });
  }

  #workDone({ call, worker, items, began, time, busy }: WorkDone): void {
    const shares = this.#calls.get(call)?.shares;
    if (!shares || items === 0) return;
    const share = shares.get(worker);
    if (!share) {
      shares.set(worker, { began, ended: time, items, busy });
      return;
    }
    share.began = Math.min(share.began, began);
    share.ended = Math.max(share.ended, time);
    share.items += items;
    share.busy += busy;
  }

  #callEnded({ call, time, items, failures, error }: CallEnded): void {
    const open = take(this.#calls, call);
    if (!open) return;
    const { span, shares, bytesIn, bytesOut, retries } = open;
    const attributes: SpanAttributes = {
      "nogil.failures": failures.length,
      "nogil.workers": shares.size,
      "nogil.bytes_in": bytesIn,
      "nogil.bytes_out": bytesOut,
      "nogil.retries": retries,
    };
    end(span, time, attributes, () => {
      for (const [worker, share] of shares) this.#workerSpan(open, worker, share, time);
      if (error !== undefined) tellError(span, time, error);
      else if (failures.length > 0) {
        const own = failures.find(({ error: each }) => !cancellationOf(each));
        const cancelled = failures.find(({ error: each }) => cancellationOf(each));
        if (cancelled) tellError(span, time, cancelled.error);
        if (own) tellError(span, time, own.error, `${failures.length} of ${items} items failed`);
      }
    });
  }

  // one for each worker, however often it was sent items
  #workerSpan(call: OpenCall, worker: WorkerName, { began, ended, items, busy }: Share, most: number): void {
    const attributes = { "nogil.worker": worker, "nogil.items": items, "nogil.busy_ms": busy };
    // the clocks of threads agree to within microseconds
    const from = Math.min(most, Math.max(call.began, began));
    const to = Math.min(most, Math.max(from, ended));
    this.#start(worker, from, attributes, call).span.end(to);
  }
}

/** Ends a span, whatever else of it fails. */
function end(span: SpanLike, time: number, attributes: SpanAttributes, last: () => void): void {
  try {
    span.setAttributes(attributes);
    last();
  } finally {
    span.end(time);
  }
}

/** Says why something failed, or that it was cancelled, which is an error only if it took too long. */
function tellError(span: SpanLike, time: number, thrown: unknown, message = textOf(thrown)): void {
  const reason = cancellationOf(thrown);
  if (reason) span.setAttributes({ "nogil.cancelled": true });
  span.recordException(isError(thrown) ? thrown : new Error(textOf(thrown)), time);
  if (!reason || reason.name === "TimeoutError") span.setStatus({ code: failed, message });
}

function endUnfinished(span: SpanLike, time: number): void {
  end(span, time, { "nogil.unfinished": true }, () => {});
}

function keep<K, T extends Open>(all: Map<K, T>, key: K, open: T): void {
  all.set(key, open);
  if (all.size <= mostOpen) return;
  const [[oldest, { span }]] = all;
  all.delete(oldest);
  endUnfinished(span, now());
}

function take<K, T>(all: Map<K, T>, key: K): T | undefined {
  const found = all.get(key);
  all.delete(key);
  return found;
}

function batchKey({ run, batch }: { run: number; batch: number }): string {
  return `${run}:${batch}`;
}
