import type { Range } from "./ranges.js";

/**
 * How far a worker got with its work, kept where it outlives the worker: so its sudden end costs the items that ran and no
 * other. A block of the shared memory has it for kernels; shared buffers or a file for chunks of JavaScript.
 */
export interface Journal {
  /** Changes whenever an item begins or ends; 0 while none has begun. */
  progress(): number;
  /** The items that have begun and not ended. */
  running(): readonly number[];
  /** How many items have begun. */
  begun(): number;
  /** Returns which items are undone, when nothing is written any more. @param ended whether the worker has ended */
  account(ended: boolean): Account;
}

/** Which of the items that a worker had are undone. */
export interface Account {
  /** items that had begun, and are lost with the worker */
  readonly lost: readonly number[];
  /** items that had not begun, and may run elsewhere */
  readonly left: readonly Range[];
}
