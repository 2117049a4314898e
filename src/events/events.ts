import type { Target } from "./target.js";

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
  | ItemRetried
  | WriteLost
  | WorkerStarted
  | WorkerEnded
  | RunStarted
  | RunEnded
  | StepStarted
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
  /** what runs the items */
  readonly target: Target;
  /** how many there are */
  readonly items: number;
  /** name of the kernel, if one runs */
  readonly kernel?: string;
  /** number of the pipeline's run, where one of its steps calls its batch */
  readonly run?: number;
  /** number of that batch in the run */
  readonly batch?: number;
}

/** Every item of a call has a result or an error; post has not run yet. */
export interface CallEnded extends OfCall {
  readonly type: "callEnded";
  /** what ran the items */
  readonly target: Target;
  /** how many there were */
  readonly items: number;
  /** since the call started */
  readonly milliseconds: number;
  /** the items that failed, in order */
  readonly failures: readonly Failure[];
  /** why the call as a whole could not run; then `failures` is empty */
  readonly error?: unknown;
}

/** A worker was handed items of a call. */
export interface WorkSent extends OfCall {
  readonly type: "workSent";
  /** which worker */
  readonly worker: WorkerName;
  /** how many items; kernels share theirs out among all workers of a call while they run */
  readonly items: number;
}

/** A worker is done with what it was handed, or ended while it had it. */
export interface WorkDone extends OfCall {
  readonly type: "workDone";
  /** which worker */
  readonly worker: WorkerName;
  /** items that ran */
  readonly items: number;
  /** when its first item began; as `time`, which is when its last one ended */
  readonly began: number;
  /** milliseconds spent in items */
  readonly busy: number;
  /** name of the kernel, if one ran */
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
  /** of each worker that has items of the call */
  readonly running: readonly {
    /** which worker */
    readonly worker: WorkerName;
    /** positions of the items that it runs */
    readonly items: readonly number[];
  }[];
  /** items that no worker has begun */
  readonly waiting: number;
}

/** An item failed, and runs again once it has waited. */
export interface ItemRetried extends OfCall {
  readonly type: "itemRetried";
  /** position of the item */
  readonly item: number;
  /** 1 the first time that it runs again */
  readonly retry: number;
  /** milliseconds that it waits before */
  readonly wait: number;
  /** what it failed with */
  readonly error: Error;
}

/** A method assigned to its batch in a worker, where the assignment is lost. Only with `configure({ strict: true })`. */
export interface WriteLost extends OfCall {
  readonly type: "writeLost";
  /** which worker */
  readonly worker: WorkerName;
  /** position of the item */
  readonly item: number;
  /** names of what was assigned, such as `this.total` */
  readonly names: readonly string[];
}

/** A thread or process of an engine started. */
export interface WorkerStarted extends Timed {
  readonly type: "workerStarted";
  /** which worker */
  readonly worker: WorkerName;
  /** what it was started for */
  readonly target: Target;
}

/** A thread or process of an engine ended. */
export interface WorkerEnded extends Timed {
  readonly type: "workerEnded";
  /** which worker */
  readonly worker: WorkerName;
  /** what it was started for */
  readonly target: Target;
  /** why; absent when it was idle and not needed any more */
  readonly reason?: string;
}

/** Somebody asked for the first batch of a pipeline. */
export interface RunStarted extends Timed {
  readonly type: "runStarted";
  /** number of the run, in this thread */
  readonly run: number;
  /** class of the batches */
  readonly of: string;
}

/** A run of a pipeline is over: it has no more batches, was left, was cancelled, or failed. */
export interface RunEnded extends Timed {
  readonly type: "runEnded";
  /** number of the run, in this thread */
  readonly run: number;
  /** batches that came out */
  readonly batches: number;
  /** their items */
  readonly items: number;
  /** batches that an action left out */
  readonly skipped: number;
  /** batches that failed, and that the run went on without */
  readonly failed: number;
  /** what ended it before its end: the error of a batch, or the reason of a signal */
  readonly error?: unknown;
}

/** An action of a pipeline begins its work on a batch. */
export interface StepStarted extends Timed {
  readonly type: "stepStarted";
  /** number of the run, in this thread */
  readonly run: number;
  /** number of the batch in the run */
  readonly batch: number;
  /** class and method, such as `EcgBatch.load`; the function of a `do` */
  readonly step: string;
  /** items of the batch */
  readonly items: number;
}

/** An action of a pipeline is done with a batch. */
export interface StepDone extends Timed {
  readonly type: "stepDone";
  /** number of the run, in this thread */
  readonly run: number;
  /** number of the batch in the run */
  readonly batch: number;
  /** class and method, such as `EcgBatch.load`; the function of a `do` */
  readonly step: string;
  /** items of the batch */
  readonly items: number;
  /** when the step began; as `time`, which is when it ended */
  readonly began: number;
  /** what it threw, if it did */
  readonly error?: unknown;
}

/** A pipeline is done with a batch. */
export interface BatchDone extends Timed {
  readonly type: "batchDone";
  /** number of the run, in this thread */
  readonly run: number;
  /** number of the batch in the run */
  readonly batch: number;
  /** items of the batch */
  readonly items: number;
  /** when its first step began; as `time`, which is when it was done */
  readonly began: number;
  /** whether it came out, an action left it out, or an action failed */
  readonly outcome: "ready" | "skipped" | "failed";
  /** what an action threw, if the batch failed */
  readonly error?: unknown;
}
