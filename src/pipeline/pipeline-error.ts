import { knownAcrossCopies } from "../base/copies.js";
import type { Id } from "../batch/ids.js";
import { shortText } from "../call/failures.js";

const shown = 5;

/**
 * A batch of a pipeline failed. `cause` is what was thrown.
 * @hideconstructor
 * @example
 * import { PipelineError } from "nogil";
 *
 * try {
 *   await job.run({ batchSize: 64 });
 * } catch (error) {
 *   if (!(error instanceof PipelineError)) throw error;
 *   console.error(error.action, error.indices, error.cause);
 * }
 */
export class PipelineError extends Error {
  override readonly name = "PipelineError";

  constructor(
    /** class and method of the action, such as `EcgBatch.load` */
    readonly action: string,
    /** the items of the batch */
    readonly indices: readonly Id[],
    cause: unknown,
  ) {
    super(`${action} failed for ${itemsOf(indices)}: ${shortText(cause)}`, { cause });
    // hundreds of ids would hide what matters where an error is printed
    Object.defineProperty(this, "indices", { enumerable: false });
  }
}

knownAcrossCopies(PipelineError, "PipelineError", "any");

function itemsOf(indices: readonly Id[]): string {
  const first = indices.slice(0, shown).map((id) => JSON.stringify(id));
  const more = indices.length > shown ? `, … ${indices.length - shown} more` : "";
  return `the batch of ${indices.length === 1 ? "item" : "items"} ${first.join(", ") || "none"}${more}`;
}
