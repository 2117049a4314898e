/// <reference lib="es2021.promise" preserve="true" />

import { inspectKey } from "../base/console.js";
import { knownAcrossCopies } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { isError } from "../base/realms.js";
import { textOf } from "../base/text.js";
import { failuresForJson, failureText, inspectResults, otherFailures, printable } from "../call/failures.js";
import type { Outcome } from "../call/job.js";
import { ownError } from "../call/own-error.js";
import { jsonOf } from "../columns/as-values.js";
import type { Column } from "../columns/column.js";
import { columnFrom, denseIfEqual } from "../columns/from-values.js";
import type { Failure } from "../events/events.js";
import { putValues } from "./put-values.js";

export type { Failure };

const none: readonly Failure[] = [];

/**
 * Makes the results of an outcome, empty: posts that are ready-made take what they need of the outcome, without a value for
 * each item. An Error that an item returned is a failure there already.
 */
export let toResults: <T>(outcome: Outcome, label: string, ids?: ArrayLike<string | number>) => Results<T>;

/** What the engine left of the results, with zeros and empty rows, or nothing, where items failed. */
export let outcomeOf: (results: Results<any>) => Outcome;

/** Gives results their values: before a user sees them. */
export let readAll: <T>(results: Results<T>) => Results<T>;

/**
 * What the items returned, in the order of the invocations. It is an array; in the place of an item that failed is
 * an Error, whose `item` is the item's position. `map`, `filter` and the like return ordinary arrays.
 * @hideconstructor
 * @example
 * import { run } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const peaks = await run(peak, [Float64Array.of(1, 2, 9), new Float64Array(0)]);
 * for (const { item, error } of peaks.failures) console.error(item, error.message);
 * const texts = peaks.map((each) => (each instanceof Error ? each.message : each.toFixed(3)));
 */
export class Results<T> extends Array<T | Error> {
  #failures: readonly Failure[] = none;
  #outcome!: Outcome;
  #empty = true;
  #column: Column | undefined;
  #label = "";

  /** Makes `map`, `filter` and the like return ordinary arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static {
    outcomeOf = (results) => results.#outcome;
    readAll = (results) => {
      if (!results.#empty) return results;
      results.#empty = false;
      putValues(results, results.#outcome);
      for (const { item, error } of results.#failures) results[item] = error;
      return results;
    };
    toResults = (outcome, label, ids) => {
      const results = new Results<any>();
      results.#outcome = outcome;
      results.#label = label;
      if (outcome.failures.size > 0) results.#failures = failuresOf(outcome.failures, ids);
      return results;
    };
  }

  /** The items that failed, in order. */
  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** What returned the results: class and method, such as `EcgBatch.standardize`. */
  get action(): string {
    return this.#label;
  }

  /** Whether a kernel left the results in shared memory, so that `column` copies nothing. */
  get ofKernel(): boolean {
    return "column" in this.#outcome;
  }

  /** What `JSON.stringify` writes: values, typed arrays as arrays of their numbers, and `{ item, id, error }` in the place of each that failed. */
  toJSON(): unknown[] {
    const json = Array.from<unknown, unknown>(this, jsonOf);
    for (const { item, id, error } of this.#failures) json[item] = { item, id, error: textOf(error) };
    return json;
  }

  /**
   * The results as a column: numbers are dense `[N]` (f64, or what the kernel returns), typed arrays of one length dense
   * `[N, length]`, of several lengths ragged. Without a copy where a kernel made them.
   * @throws ParallelError if an item failed, TypeError if the results are neither numbers nor typed arrays of one class
   */
  column(): Column {
    if (this.#failures.length > 0) throw new ParallelError(this);
    if (!this.#column) {
      const left = this.#outcome.column;
      this.#column = left ? denseIfEqual(left) : columnFrom(readAll(this), `The results of ${this.#label}`);
    }
    return this.#column;
  }
}

knownAcrossCopies(Results, "Results", "any");

function failuresOf(
  errors: ReadonlyMap<number, Error>,
  ids?: ArrayLike<string | number>,
): readonly Failure[] {
  const seen = new Set<Error>();
  const items = Uint32Array.from(errors.keys()).sort();
  const failures = Array.from(items, (item) => {
    const error = ownError(errors.get(item)!, item, seen);
    const id = ids?.[item];
    return id === undefined ? { item, error } : { item, id, error };
  });
  return printable(failures);
}

/**
 * Whether an item failed: whether one of the results is an Error.
 * @param results what a post or `run` gets
 * @throws TypeError for what is not an array
 * @cost O(1) for `Results`, O(items) for any other array.
 * @example
 * import { anyActionFailed, run } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const peaks = await run(peak, [new Float64Array(0)]);
 * if (anyActionFailed(peaks)) console.error(peaks.failures);
 */
export function anyActionFailed(results: readonly unknown[]): boolean {
  if (results instanceof Results) return results.failures.length > 0;
  if (!Array.isArray(results)) {
    throw new TypeError(
      `anyActionFailed() takes the results that a post or run() gets, got ${kindOf(results)}.`,
    );
  }
  return results.some(isError);
}

// what Node's console prints
Object.defineProperty(Results.prototype, inspectKey, { value: inspectResults });

/**
 * Some items of a call failed, and no post was there to take them. `errors` has what each threw, `failures` the items, too.
 * Its `stack`, which is what an uncaught error prints, lists a few of them.
 * @hideconstructor
 * @example
 * import { ParallelError } from "nogil";
 *
 * try {
 *   await batch.standardize();
 * } catch (error) {
 *   if (!(error instanceof ParallelError)) throw error;
 *   for (const { id, error: reason } of error.failures) console.error(id, reason.message);
 * }
 */
export class ParallelError extends AggregateError {
  override readonly name = "ParallelError";
  /** The items that failed, in order, each with its error. */
  declare readonly failures: readonly Failure[];

  /** class and method, such as `EcgBatch.standardize` */
  readonly action: string;

  constructor(
    /** what the items returned; those that succeeded have their values */
    readonly results: Results<unknown>,
  ) {
    const { action, failures, length } = readAll(results);
    const errors = failures.map((failure) => failure.error);
    const [first] = failures;
    super(
      errors,
      `${action}: ${failures.length} of ${length} items failed. The first, ${failureText(first)}`,
      { cause: first.error },
    );
    this.action = action;
    const hidden = { enumerable: false, configurable: true, writable: true };
    Object.defineProperty(this, "results", hidden);
    Object.defineProperty(this, "failures", { ...hidden, value: failures });
    // Node prints a list in full, whatever its class says, but calls no accessors
    Object.defineProperty(this, "errors", { get: () => errors, enumerable: false, configurable: true });
    const { stack = "", message } = this;
    const frames = stack.slice(stack.indexOf(message) + message.length);
    const others = otherFailures(failures).map((line) => `\n    ${line}`);
    this.stack = `${this.name}: ${message}${others.join("")}${frames}`;
  }

  /** What `JSON.stringify` writes: name, message, action and the failures. */
  toJSON(): object {
    const { name, message, action, failures } = this;
    return { name, message, action, ...failuresForJson(failures) };
  }
}

knownAcrossCopies(ParallelError, "ParallelError", "any");
