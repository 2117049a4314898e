import type { Engine, Job } from "./engines/engine.js";
import { now } from "./events/events.js";
import { publish } from "./events/stream.js";
import { type Results, toResults } from "./results.js";

let calls = 0;

/** Runs a job on an engine and tells the stream of events when it begins and ends. */
export async function runJob<T>(
  engine: Engine,
  job: Omit<Job, "id">,
  ids?: readonly (string | number)[],
): Promise<Results<T>> {
  const call = ++calls;
  const { target } = engine;
  const { label: action, work } = job;
  const items = job.invocations.length;
  const kernel = work.kind === "kernel" ? work.kernel.name : undefined;
  const began = now();
  publish({ type: "callStarted", time: began, call, action, target, items, kernel });
  const ended = (failures: Results<T>["failures"], error?: unknown) => {
    const time = now();
    const milliseconds = time - began;
    publish({ type: "callEnded", time, call, action, target, items, milliseconds, failures, error });
  };
  let results: Results<T>;
  try {
    results = toResults<T>(await engine.run({ ...job, id: call }), action, ids);
  } catch (error) {
    ended([], error);
    throw error;
  }
  ended(results.failures);
  return results;
}
