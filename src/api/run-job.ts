import type { PlaceInRun } from "../batch/pipeline-work.js";
import { CallView } from "../call/call-view.js";
import type { Job } from "../call/job.js";
import type { Engine } from "../engines/engine.js";
import { now } from "../events/clock.js";
import type { CallEnded } from "../events/events.js";
import { publish } from "../events/stream.js";
import { type Results, toResults } from "./results.js";

let calls = 0;

/**
 * Runs a job on an engine and tells the stream of events when it begins and ends. The results have no values before `readAll`.
 * @param place of the batch, if a pipeline works on it
 */
export async function runJob<T>(
  engine: Engine,
  job: Omit<Job, "id">,
  ids?: readonly (string | number)[],
  place?: PlaceInRun,
): Promise<Results<T>> {
  const id = ++calls;
  const { target } = engine;
  const { label, work, invocations, bound, call, options, pause, within, taker, first } = job;
  const items = invocations.length;
  const began = now();
  const kernel = work.kind === "kernel" ? { kernel: work.kernel.name } : undefined;
  publish({ type: "callStarted", time: began, call: id, action: label, target, items, ...kernel, ...place });
  const ended = (failures: Results<T>["failures"]): CallEnded => {
    const time = now();
    const milliseconds = time - began;
    return { type: "callEnded", time, call: id, action: label, target, items, milliseconds, failures };
  };
  const { bar } = options;
  const view = bar ? new CallView(bar, items) : undefined;
  let results: Results<T>;
  try {
    // field by field, since a spread takes as long as all else here
    const outcome = await engine.run({
      id,
      label,
      work,
      invocations,
      bound,
      call,
      options,
      pause,
      within,
      taker,
      first,
      view,
    });
    results = toResults<T>(outcome, label, ids);
    if (view) await view.finish(results.failures.length);
  } catch (error) {
    publish({ ...ended([]), error });
    throw error;
  } finally {
    if (view) await view.stop();
  }
  publish(ended(results.failures));
  return results;
}
