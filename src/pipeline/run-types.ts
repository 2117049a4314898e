import type { Bar } from "../call/progress.js";
import type { OrderOptions } from "./order.js";
import type { PipelineError } from "./pipeline-error.js";
import type { StepTime } from "./times.js";

/** What a step's function can know of its run. */
export interface StepRun<V = unknown> {
  /** The variables as the batches that have come out so far left them. */
  readonly variables: Readonly<V>;
  /** Number of the batch in the run, from 0; after `rebatch`, of the new batches. */
  readonly iteration: number;
  /** Aborted when the run ends before the batch is done. */
  readonly signal: AbortSignal;
}

/**
 * How a pipeline hands its batches out.
 * @example
 * import type { BatchesOptions } from "nogil";
 *
 * const options: BatchesOptions = { batchSize: 64, prefetch: 1, onError: "skip", signal: AbortSignal.timeout(60_000) };
 * const report = await job.run(options);
 * console.table(report.times);
 */
export interface BatchesOptions extends OrderOptions {
  /** Batches that are worked on while the caller has one; they come in order all the same. @default 0 */
  prefetch?: number | undefined;
  /**
   * Ends the iteration: what runs is cancelled, and the signal's reason thrown.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * What a batch that fails does: `"throw"` ends the iteration with its error, `"skip"` leaves it out; then
   * `report.failures` has the error. @default "throw"
   */
  onError?: "throw" | "skip" | undefined;
  /**
   * `true` for a progress bar in the terminal (on standard error; nothing where that is no terminal), or a function
   * that is called for each batch with how far the run is. @default false
   */
  bar?: Bar | undefined;
}

/** What a run did. */
export interface RunReport<V = unknown> {
  /** batches that came out */
  readonly batches: number;
  /** items in these batches */
  readonly items: number;
  /** batches that an action left out by `skipBatch` */
  readonly skipped: number;
  /** errors of the batches that failed, in order: `action`, `indices` and `cause` of each */
  readonly failures: readonly PipelineError[];
  /** whether an action ended the run by `stop` */
  readonly stopped: boolean;
  /** what `append` and `update` collected */
  readonly variables: Readonly<V>;
  /** what each step took, in the order of the chain: for `console.table` */
  readonly times: readonly StepTime[];
}
