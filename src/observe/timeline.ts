import { processId } from "#host/program";
import { textOf } from "../base/text.js";
import { usedMemory } from "../columns/memory.js";
import type {
  BatchDone,
  CallEnded,
  CallStarted,
  NogilEvent,
  StepDone,
  WorkDone,
  WorkerName,
} from "../events/events.js";
import type { Lane } from "./lanes.js";
import { Rows } from "./rows.js";
import type { TraceEvent } from "./trace-event.js";

interface OpenCall {
  readonly start: CallStarted;
  readonly lane: Lane;
  /** when each worker was handed work that it is not done with, oldest first */
  readonly sent: Map<WorkerName, number[]>;
  /** from when work was sent to where it ran; drawn once the call is */
  readonly arrows: { readonly sent: number; readonly began: number; readonly to: Lane }[];
  bytesIn: number;
  bytesOut: number;
  marked: boolean;
}

// batches whose steps wait for their end
const mostOpenBatches = 64;

/**
 * Draws the stream of events: pipelines' batches with their steps, calls, and what each worker runs of them, each on a row of
 * its own. Calls that overlap, and work that a worker does in turns, get further rows, so that spans never cross.
 */
export class Timeline {
  readonly #rows: Rows;
  readonly #openCalls = new Map<number, OpenCall>();
  readonly #openBatches = new Map<string, StepDone[]>();
  #arrows = 0;
  #memory = -1;

  /**
   * @param zero when the trace began, in milliseconds since 1970
   * @param emit takes each event, and tells whether there was room for it
   */
  constructor(
    private readonly zero: number,
    private readonly emit: (event: TraceEvent) => boolean,
  ) {
    this.#rows = new Rows(zero, emit);
  }

  take(event: NogilEvent): void {
    switch (event.type) {
      case "callStarted":
        this.#callStarted(event);
        break;
      case "workSent": {
        const { sent } = this.#openCalls.get(event.call) ?? {};
        if (!sent) return;
        const queue = sent.get(event.worker);
        if (queue) queue.push(event.time);
        else sent.set(event.worker, [event.time]);
        break;
      }
      case "workDone":
        this.#workDone(event);
        break;
      case "copied": {
        const open = this.#openCalls.get(event.call);
        if (!open) return;
        open.bytesIn += event.bytesIn;
        open.bytesOut += event.bytesOut;
        break;
      }
      case "callEnded":
        this.#callEnded(event);
        break;
      case "callStalled": {
        const { call, milliseconds, running, waiting } = event;
        this.#mark(event.time, `stalled: ${event.action}`, { call, milliseconds, running, waiting });
        break;
      }
      case "writeLost": {
        const { call, worker, item, names } = event;
        this.#mark(event.time, `write lost: ${event.action}`, { call, worker, item, names });
        break;
      }
      case "workerStarted":
        this.#instant(this.#rows.worker(event.worker).first, event.time, `${event.worker} started`, {
          target: event.target,
        });
        break;
      case "workerEnded":
        this.#instant(this.#rows.worker(event.worker).first, event.time, `${event.worker} ended`, {
          reason: event.reason,
        });
        break;
      case "stepDone":
        this.#stepDone(event);
        break;
      case "batchDone":
        this.#batchDone(event);
        break;
    }
  }

  /** Marks where calls in flight began, so that they are known though nothing may come after this. */
  markCalls(): void {
    for (const open of this.#openCalls.values()) {
      if (open.marked) continue;
      open.marked = true;
      const { start } = open;
      this.#mark(start.time, `in flight: ${start.action}`, callArgs(start));
    }
  }

  /** Draws what waits for its end. */
  finish(time: number): void {
    for (const open of this.#openCalls.values()) this.#drawCall(open, time, { unfinished: true });
    this.#openCalls.clear();
    for (const steps of this.#openBatches.values()) this.#drawSteps(steps);
    this.#openBatches.clear();
  }

  #callStarted(start: CallStarted): void {
    this.#openCalls.set(start.call, {
      start,
      lane: this.#rows.calls.take(start.time),
      sent: new Map(),
      arrows: [],
      bytesIn: 0,
      bytesOut: 0,
      marked: false,
    });
    this.#countMemory(start.time);
  }

  #callEnded({ call, time, failures, error }: CallEnded): void {
    const open = this.#openCalls.get(call);
    if (!open) return;
    this.#openCalls.delete(call);
    this.#drawCall(open, time, { failures: failures.length, ...errorOf(error) });
    this.#countMemory(time);
  }

  // one event and not a begin and an end, which Chrome's DevTools pairs without regard to rows
  #drawCall(open: OpenCall, to: number, outcome: Record<string, unknown>): void {
    const { start, lane, bytesIn, bytesOut } = open;
    const args = { ...callArgs(start), bytesIn, bytesOut, ...outcome };
    if (!this.#drawSpan(lane, start.action, "call", { from: start.time, to }, args)) return;
    for (const { sent, began, to } of open.arrows) {
      const arrow = { name: "sent", cat: "sent", id: ++this.#arrows };
      this.emit({ ...arrow, ph: "s", ts: this.#ts(sent), ...at(lane) });
      this.emit({ ...arrow, ph: "f", bp: "e", ts: this.#ts(began), ...at(to) });
    }
  }

  #workDone({ call, action, worker, items, began, time, busy, kernel }: WorkDone): void {
    const open = this.#openCalls.get(call);
    const sent = open?.sent.get(worker)?.shift();
    // the clocks of threads agree to within microseconds
    const from = Math.max(sent ?? 0, began);
    const to = Math.max(from, time);
    const lane = this.#rows.worker(worker).take(from);
    const args = { call, items, busy: Math.round(busy * 1000) / 1000, kernel };
    this.#drawSpan(lane, action, "work", { from, to }, args);
    if (sent !== undefined) open?.arrows.push({ sent, began: from, to: lane });
  }

  #stepDone(event: StepDone): void {
    const key = batchKey(event);
    const steps = this.#openBatches.get(key);
    if (steps) steps.push(event);
    else this.#openBatches.set(key, [event]);
    if (this.#openBatches.size <= mostOpenBatches) return;
    // what cuts batches anew, or a run that is stopped, leaves steps of which no batch comes to its end
    const [[oldest, left]] = this.#openBatches;
    this.#openBatches.delete(oldest);
    this.#drawSteps(left);
  }

  #batchDone(event: BatchDone): void {
    const steps = this.#openBatches.get(batchKey(event)) ?? [];
    this.#openBatches.delete(batchKey(event));
    const { run, batch, items, began, time, outcome, error } = event;
    const lane = this.#rows.pipeline(run).take(began);
    const args = { run, items, outcome, ...errorOf(error) };
    this.#drawSpan(lane, `batch ${batch}`, "batch", { from: began, to: time }, args);
    // clocks are read one after the other, so that a step may seem to begin before its batch
    let from = began;
    for (const step of steps) {
      from = Math.min(time, Math.max(from, step.began));
      const to = Math.min(time, Math.max(from, step.time));
      this.#drawSpan(lane, step.step, "step", { from, to }, stepArgs(step));
      from = to;
    }
    lane.freeAt = time;
  }

  #drawSteps(steps: readonly StepDone[]): void {
    for (const step of steps) {
      const lane = this.#rows.pipeline(step.run).take(step.began);
      this.#drawSpan(lane, step.step, "step", { from: step.began, to: step.time }, stepArgs(step));
    }
  }

  #drawSpan(
    lane: Lane,
    name: string,
    cat: string,
    { from, to }: { from: number; to: number },
    args: Record<string, unknown>,
  ): boolean {
    lane.freeAt = to;
    return this.emit({ name, cat, ph: "X", ...this.#span(from, to), ...at(lane), args });
  }

  #countMemory(time: number): void {
    const used = usedMemory()?.heap.usedBytes ?? 0;
    if (used === this.#memory) return;
    this.#memory = used;
    this.emit({
      name: "shared memory",
      ph: "C",
      ts: this.#ts(time),
      pid: processId,
      tid: 0,
      args: { used },
    });
  }

  #instant(lane: Lane, time: number, name: string, args: Record<string, unknown>): void {
    this.emit({ name, ph: "i", s: "t", ts: this.#ts(time), ...at(lane), args });
  }

  // not on the call's own row, where Perfetto would let arrows begin at the mark
  #mark(time: number, name: string, args: Record<string, unknown>): void {
    this.#instant(this.#rows.marks.first, time, name, args);
  }

  #span(from: number, to: number): { ts: number; dur: number } {
    const ts = this.#ts(from);
    return { ts, dur: Math.round((this.#ts(to) - ts) * 1000) / 1000 };
  }

  // in whole nanoseconds, so that spans which follow one another do not overlap by rounding
  #ts(time: number): number {
    return Math.max(0, Math.round((time - this.zero) * 1e6)) / 1000;
  }
}

function callArgs({ call, target, items, kernel }: CallStarted): Record<string, unknown> {
  return { call, target, items, kernel };
}

function stepArgs({ batch, items, error }: StepDone): Record<string, unknown> {
  return { batch, items, ...errorOf(error) };
}

function errorOf(error: unknown): { error?: string } {
  return error === undefined ? {} : { error: textOf(error) };
}

function at({ pid, tid }: Lane): { pid: number; tid: number } {
  return { pid, tid };
}

function batchKey({ run, batch }: { run: number; batch: number }): string {
  return `${run}:${batch}`;
}
