import type { Target } from "../call/job.js";

/**
 * What the library does, as it does it. Logging, statistics, traces and progress all listen to this one stream; in Node it
 * is the `node:diagnostics_channel` named "nogil", so that tools which know nothing of the library can listen too.
 */
export type NogilEvent =
  | CallStarted
  | CallEnded
  | WorkSent
  | WorkDone
  | Copied
  | CallStalled
  | WriteLost
  | WorkerStarted
  | WorkerEnded
  | StepDone
  | BatchDone;

/** What became of one invocation that failed. */
export interface Failure {
  /** position in the order of the invocations */
  readonly item: number;
  /** the batch's id of the item, where each invocation stands for one item of the batch */
  readonly id?: string | number;
  /** what it threw; its `item` is the position, too */
  readonly error: Error;
}

/** Where work runs: `main`, `thread 3` or `process 4711`, by Node's thread id and the system's process id. */
export type WorkerName = string;

interface Timed {
  /** milliseconds since 1970, with fractions */
  readonly time: number;
}

interface OfCall extends Timed {
  /** number of the call, in this thread */
  readonly call: number;
  /** class and method, such as `EcgBatch.standardize`, or `run(median)` */
  readonly action: string;
}

/** A parallel call has its invocations, and its items are about to run. */
export interface CallStarted extends OfCall {
  readonly type: "callStarted";
  readonly target: Target;
  readonly items: number;
  /** name of the kernel, if one runs */
  readonly kernel?: string;
}

/** Every item of a call has a result or an error; post has not run yet. */
export interface CallEnded extends OfCall {
  readonly type: "callEnded";
  readonly target: Target;
  readonly items: number;
  /** since the call started */
  readonly milliseconds: number;
  readonly failures: readonly Failure[];
  /** why the call as a whole could not run; then `failures` is empty */
  readonly error?: unknown;
}

/** A worker was handed items of a call. */
export interface WorkSent extends OfCall {
  readonly type: "workSent";
  readonly worker: WorkerName;
  /** how many items; kernels share theirs out among all workers of a call while they run */
  readonly items: number;
}

/** A worker is done with what it was handed, or ended while it had it. */
export interface WorkDone extends OfCall {
  readonly type: "workDone";
  readonly worker: WorkerName;
  /** items that ran */
  readonly items: number;
  /** when its first item began; as `time`, which is when its last one ended */
  readonly began: number;
  /** milliseconds spent in items */
  readonly busy: number;
  readonly kernel?: string;
}

/** Arguments were copied for a call, or results copied back. */
export interface Copied extends OfCall {
  readonly type: "copied";
  /** bytes to where the items run */
  readonly bytesIn: number;
  /** bytes back from there */
  readonly bytesOut: number;
}

/** No item of a call has begun or ended for a while. */
export interface CallStalled extends OfCall {
  readonly type: "callStalled";
  /** since something last happened */
  readonly milliseconds: number;
  readonly running: readonly { readonly worker: WorkerName; readonly items: readonly number[] }[];
  /** items that no worker has begun */
  readonly waiting: number;
}

/** A method assigned to its batch in a worker, where the assignment is lost. Only with `configure({ strict: true })`. */
export interface WriteLost extends OfCall {
  readonly type: "writeLost";
  readonly worker: WorkerName;
  readonly item: number;
  /** names of what was assigned, such as `this.total` */
  readonly names: readonly string[];
}

export interface WorkerStarted extends Timed {
  readonly type: "workerStarted";
  readonly worker: WorkerName;
  /** what it was started for */
  readonly target: Target;
}

export interface WorkerEnded extends Timed {
  readonly type: "workerEnded";
  readonly worker: WorkerName;
  readonly target: Target;
  /** why; absent when it was idle and not needed any more */
  readonly reason?: string;
}

/** An action of a pipeline is done with a batch. */
export interface StepDone extends Timed {
  readonly type: "stepDone";
  /** number of the run, in this thread */
  readonly run: number;
  /** number of the batch in the run */
  readonly batch: number;
  readonly step: string;
  readonly items: number;
  readonly began: number;
  readonly error?: unknown;
}

/** A pipeline is done with a batch. */
export interface BatchDone extends Timed {
  readonly type: "batchDone";
  readonly run: number;
  readonly batch: number;
  readonly items: number;
  readonly began: number;
  readonly outcome: "ready" | "skipped" | "failed";
  readonly error?: unknown;
}
