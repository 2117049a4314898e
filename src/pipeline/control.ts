import { knownAcrossCopies } from "../base/copies.js";

/** What an action throws to tell its pipeline something; no error. */
class Control extends Error {
  override readonly name = "PipelineControl";

  constructor(readonly request: "skip" | "stop") {
    const call = request === "skip" ? "skipBatch()" : "stop()";
    super(
      `${call} was not called by a pipeline's action: call it in a plain action, a post or a function step, ` +
        "while a pipeline runs. A method that runs for one item, in a worker or not, cannot: let it return a value, and its post decide.",
    );
  }
}

knownAcrossCopies(Control, "control", "any");

/**
 * Leaves out the batch that the calling action works on: its other actions do not run, its memory is freed, and the
 * pipeline goes on with the next. To be called by a plain action, a post or a function step; in a method that runs
 * for one item it is that item's error.
 * @throws always: that is how it leaves the action
 * @cost The error that it throws.
 * @example
 * import { skipBatch } from "nogil";
 *
 * const chain = job.do((batch) => {
 *   if (batch.length < 2) skipBatch();
 * });
 */
export function skipBatch(): never {
  throw new Control("skip");
}

/**
 * Ends the run: the batches before the one that the calling action works on come out, that one and all after it do
 * not. The run does not fail. To be called by a plain action, a post or a function step; in a method that runs for one item
 * it is that item's error.
 * @throws always: that is how it leaves the action
 * @cost The error that it throws.
 * @example
 * import { stop } from "nogil";
 *
 * const chain = job.do((_, { iteration }) => {
 *   if (iteration === 10) stop();
 * });
 */
export function stop(): never {
  throw new Control("stop");
}

/** What an action asked for by what it threw, if it asked for something. */
export function requestOf(thrown: unknown): "skip" | "stop" | undefined {
  // an item's error does not count in this thread, as it cannot in a worker
  return thrown instanceof Control && !Object.hasOwn(thrown, "item") ? thrown.request : undefined;
}
