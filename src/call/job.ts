import type { TypedArray } from "../abi/dtype.js";
import type { Kernel } from "../abi/kernel.js";
import type { Column } from "../columns/column.js";
import type { WorkerName } from "../events/events.js";
import type { Invocation, Invocations } from "./invocation.js";
import type { Plan } from "./plan.js";

export const targets = ["threads", "nogil", "async", "mpc", "for"] as const;

/** What runs the items: worker threads, WebAssembly kernels, the event loops of worker threads, processes, or a loop here. */
export type Target = (typeof targets)[number];

/**
 * What steers the execution of a call. `configure`, `batch.with`, pipelines' `with` and `run` take the same object. An option
 * that is `undefined` counts as not given.
 * @example
 * import type { RunOptions } from "nogil";
 *
 * const careful: RunOptions = { workers: 2, timeout: 1000, retry: 1 };
 * await batch.with(careful).findPeaks();
 */
export interface RunOptions {
  /**
   * Threads or processes to use at most. `0` keeps `async` items on the caller's own event loop.
   * @default the number of cores
   */
  workers?: number | undefined;
  /**
   * Items in one message to a worker.
   * @default chosen from how long items take
   */
  chunkSize?: number | undefined;
  /**
   * `async`: items in flight in one worker.
   * @default 64
   */
  concurrency?: number | undefined;
  /**
   * Milliseconds that one item may take, from its start. An item that takes longer fails with a `TimeoutError`, and nothing
   * else fails. Items that run in the calling thread (target `for`) cannot be interrupted.
   * @default none: items take as long as they take
   */
  timeout?: number | undefined;
  /**
   * Milliseconds that the whole call may take. Items unfinished then fail.
   * @default none
   */
  deadline?: number | undefined;
  /**
   * Cancels the call: items unfinished then fail with the signal's reason.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that items which run get to end by themselves when the call is cancelled or they are over their timeout,
   * as they hear from `this.signal` or `currentSignal()`; then their worker is ended.
   * @default 100
   */
  grace?: number | undefined;
  /**
   * How many times an item may be run again that failed or whose worker died. Without it an item runs at most once.
   * @default 0
   */
  retry?: number | undefined;
  /**
   * Throw the first error as it is, in place of carrying it in the results.
   * @default false
   */
  debug?: boolean | undefined;
  /**
   * `nogil`: bytes of scratch memory that a kernel may use for one item, 65536 or more, set when the engine starts.
   * @default 32 MiB
   */
  scratch?: number | undefined;
}

export const defaultGrace = 100;

/** A function in a module, by which the far side finds it. */
export interface Address {
  /** URL of the module, or the name of a package */
  readonly module: string;
  /** name among the module's exports, or of the function or class itself */
  readonly name: string;
}

/** What runs for each item. */
export type Work =
  | {
      readonly kind: "method";
      /** the undecorated method */
      readonly method: (...args: any[]) => unknown;
      /** `this` of the method: the batch */
      readonly self: object;
      /** name of the method in the class, by which the far side finds it */
      readonly name: string;
    }
  | {
      readonly kind: "function";
      readonly fn: (...args: any[]) => unknown;
      /** given with `exported`; else `self`'s class tells the module and `fn` its name */
      readonly address?: Address;
      /** the batch whose class's module exports the function, when a batch's method returned it */
      readonly self?: object;
    }
  | { readonly kind: "kernel"; readonly kernel: Kernel };

/** One call of a parallel method, ready to run. */
export interface Job {
  /** number of the call, in this thread */
  readonly id: number;
  /** what the user calls it, for errors and reports: `EcgBatch.standardize`, or the function's name */
  readonly label: string;
  readonly work: Work;
  readonly invocations: Invocations;
  /** arguments of `partial`: positional ones come before the item's; named ones give way to all others */
  readonly bound?: Invocation;
  /** the call's own arguments: positional ones follow the item's; named ones win over the item's */
  readonly call: Invocation;
  readonly options: RunOptions;
  /** cancels the call as `options.signal` does: of the pipeline that works on the batch */
  readonly within?: AbortSignal;
}

/**
 * What a job came to, item by item in the order of the invocations. An item that failed has an entry in `failures`, and
 * its value means nothing.
 */
export interface Outcome {
  readonly length: number;
  /**
   * results that a kernel left in shared memory, there if a kernel returned any; an item that failed has a zero or an
   * empty row there. Few results are copied to it only when it is first read.
   */
  readonly column?: Column;
  /** results, when they are not in a column, or are few or booleans; undefined when the items return nothing */
  readonly values?: readonly unknown[] | TypedArray;
  readonly failures: ReadonlyMap<number, Error>;
}

/** Runs jobs. One failing item never stops the others; `run` rejects only when the job as a whole cannot run. */
export interface Engine {
  readonly target: Target;
  run(job: Job): Promise<Outcome>;
  /** Ends every thread and process of the engine; a later `run` starts new ones. */
  close(): Promise<void>;
  /** What its workers do at this moment. */
  state(): PoolState;
  /** How it would run a job. Arguments are looked at and packed, no item runs. */
  plan(job: Omit<Job, "id">): Promise<Plan>;
}

/** What the workers of an engine do at a moment. */
export interface PoolState {
  /** the engine's target */
  readonly target: Target;
  /** of each worker that lives, what it does */
  readonly workers: readonly WorkerState[];
  /** items of the calls in flight that no worker has */
  readonly waiting: number;
}

/** What one worker of an engine does at a moment. */
export interface WorkerState {
  /** `main`, `thread 3`, `process 4711` */
  readonly worker: WorkerName;
  /** whether it works on a call */
  readonly busy: boolean;
  /** number of the call that it works on */
  readonly call?: number;
  /** what the user calls that */
  readonly action?: string;
  /** items that it runs, of those it was handed */
  readonly items: readonly number[];
}
