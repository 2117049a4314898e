import type { Cancellation } from "../call/cancellation.js";
import type { Job, PoolState, WorkerState } from "../call/job.js";
import { type Progress, watchStall } from "../call/stall.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import type { Target } from "../events/target.js";
import { textOfEnd, type WorkerEnd } from "./ending.js";
import type { Journal } from "./journal.js";

/** Work that a worker has. */
export interface Assignment {
  readonly job: Pick<Job, "id" | "label">;
  readonly journal: Pick<Journal, "running">;
}

/** A call in flight. */
export interface CallInFlight extends Progress {
  readonly cancellation: Cancellation;
}

/** The workers of an engine and what each of them has, and its calls. Publishes when a worker starts or ends. */
export class PoolMembers {
  readonly #calls = new Set<CallInFlight>();
  readonly #workers = new Map<WorkerName, Set<Assignment>>();
  readonly #ends = new Map<WorkerName, WorkerEnd>();

  constructor(readonly target: Target) {}

  started(worker: WorkerName): void {
    this.#workers.set(worker, new Set());
    publish({ type: "workerStarted", time: now(), worker, target: this.target });
  }

  assign(worker: WorkerName, work: Assignment): void {
    this.#workers.get(worker)?.add(work);
  }

  /** The worker is done with what it had. */
  release(worker: WorkerName, work: Assignment): void {
    this.#workers.get(worker)?.delete(work);
  }

  /** Says why a worker is about to end, before it does. What was said first counts. */
  explain(worker: WorkerName, why: WorkerEnd): void {
    if (this.#workers.has(worker) && !this.#ends.has(worker)) this.#ends.set(worker, why);
  }

  /** Whether it was said why the worker is about to end. */
  isEnding(worker: WorkerName): boolean {
    return this.#ends.has(worker);
  }

  /** A worker ended that may have had nothing to do, and then was not needed any more. @param text what the system says of its end */
  exited(worker: WorkerName, text: string): void {
    const busy = (this.#workers.get(worker)?.size ?? 0) > 0;
    if (busy) this.explain(worker, { kind: "crashed", error: new Error(text) });
    this.ended(worker);
  }

  /** @returns why the worker ended, if that was said */
  ended(worker: WorkerName): WorkerEnd | undefined {
    const why = this.#ends.get(worker);
    this.#workers.delete(worker);
    this.#ends.delete(worker);
    const reason = textOfEnd(why);
    const given = reason === undefined ? undefined : { reason };
    publish({ type: "workerEnded", time: now(), worker, target: this.target, ...given });
    return why;
  }

  /** Has a call in flight for as long as it runs, and publishes when it stalls. */
  async follow<T>(call: CallInFlight, job: Pick<Job, "id" | "label">, run: () => Promise<T>): Promise<T> {
    this.#calls.add(call);
    const unwatch = watchStall(job, call);
    try {
      return await run();
    } finally {
      unwatch();
      this.#calls.delete(call);
    }
  }

  /** Cancels the calls in flight, since the workers are about to be ended. Later calls are not meant. */
  cancelCalls(error: Error): void {
    for (const { cancellation } of this.#calls) cancellation.cancel(error);
  }

  state(): PoolState {
    const workers = [...this.#workers].map(([worker, work]) => stateOf(worker, [...work]));
    const waiting = [...this.#calls].reduce((sum, call) => sum + call.waiting(), 0);
    return { target: this.target, workers, waiting };
  }
}

function stateOf(worker: WorkerName, work: readonly Assignment[]): WorkerState {
  const running = work.map(({ job, journal }) => ({ job, items: journal.running() }));
  const { job } = running.find(({ items }) => items.length > 0) ?? running[0] ?? {};
  const items = running.flatMap((each) => each.items);
  return { worker, busy: work.length > 0, call: job?.id, action: job?.label, items };
}
