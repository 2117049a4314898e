import type { PoolState, WorkerState } from "../call/job.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import type { Target } from "../events/target.js";
import { type Chunk, itemAt } from "../javascript/chunk-protocol.js";
import type { ChunkJournal } from "./journal.js";

/** A chunk that a worker has, and how far it is with it. */
export interface Assignment {
  readonly chunk: Chunk;
  readonly journal: ChunkJournal;
}

/** A call in flight. */
export interface Waiting {
  /** its items that no worker has */
  readonly waiting: number;
}

/** The workers of an engine, and what each of them has. Tells the stream of events when one starts or ends. */
export class PoolMembers {
  readonly calls = new Set<Waiting>();
  readonly #workers = new Map<WorkerName, Assignment | undefined>();
  readonly #reasons = new Map<WorkerName, string>();

  constructor(readonly target: Target) {}

  started(worker: WorkerName): void {
    this.#workers.set(worker, undefined);
    publish({ type: "workerStarted", time: now(), worker, target: this.target });
  }

  assign(worker: WorkerName, assignment: Assignment): void {
    this.#workers.set(worker, assignment);
  }

  /** The worker is done with what it had. */
  release(worker: WorkerName): void {
    if (this.#workers.has(worker)) this.#workers.set(worker, undefined);
  }

  /** Tells why a worker is about to end, before it does. */
  explain(worker: WorkerName, reason: string): void {
    if (this.#workers.has(worker)) this.#reasons.set(worker, reason);
  }

  /** @param reason unless it was explained before */
  ended(worker: WorkerName, reason?: string): void {
    const why = this.#reasons.get(worker) ?? (this.#workers.get(worker) ? reason : undefined);
    this.#workers.delete(worker);
    this.#reasons.delete(worker);
    const given = why === undefined ? undefined : { reason: why };
    publish({ type: "workerEnded", time: now(), worker, target: this.target, ...given });
  }

  state(): PoolState {
    const workers = [...this.#workers].map(([worker, assignment]) => stateOf(worker, assignment));
    const waiting = [...this.calls].reduce((sum, call) => sum + call.waiting, 0);
    return { target: this.target, workers, waiting };
  }
}

function stateOf(worker: WorkerName, assignment: Assignment | undefined): WorkerState {
  if (!assignment) return { worker, busy: false, items: [] };
  const { call } = assignment.chunk;
  return { worker, busy: true, call: call.id, action: call.label, items: runningItems(assignment) };
}

/** The items of a chunk that have begun and not ended. */
export function runningItems({ chunk, journal }: Assignment): number[] {
  return journal.running().map((position) => itemAt(chunk.items, position));
}
