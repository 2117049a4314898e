import type { TypedArray } from "../abi/dtype.js";
import type { Kernel } from "../abi/kernel.js";
import type { Column } from "../columns/column.js";
import type { WorkerName } from "../events/events.js";
import type { Target } from "../events/target.js";
import type { CallView } from "./call-view.js";
import type { Invocation, Invocations } from "./invocation.js";
import type { RunOptions } from "./options.js";
import type { Taker } from "./taker.js";

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
  /** the kernel itself was called, as a function: its arguments are those of the only item */
  readonly direct?: true;
  /** Says that no worker runs the call for a while, since all that is left waits. @returns what says that it goes on */
  readonly pause?: () => () => void;
  /** cancels the call as `options.signal` does: of the pipeline that works on the batch */
  readonly within?: AbortSignal;
  /** number of its first item among those that the user counts, where a call is one part of a stream */
  readonly first?: number;
  /** shows how far the call is, as its engine tells it */
  readonly view?: CallView;
  /** takes what items return as it comes: an engine that passes it on keeps no values */
  readonly taker?: Taker;
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
