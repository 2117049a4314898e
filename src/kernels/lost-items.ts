import type { Cancellation } from "../call/cancellation.js";
import { cancelledItem, named } from "../call/cancelled-item.js";
import { itemTimeoutText, type WorkerEnd, workerEnded } from "../workers/ending.js";
import type { Journal } from "../workers/journal.js";
import type { KernelCall } from "./kernel-call.js";

/** What an item fails with whose worker ended while it ran. */
export function lostItem(
  item: number,
  why: WorkerEnd,
  journal: Journal,
  { kernel, job }: KernelCall,
  { error }: Cancellation,
): Error {
  const own = { kernel: kernel.name, item };
  // a worker has items of several calls, of which only one was over its time
  if (why.kind === "timeout" && why.journal === journal && why.item === item) {
    const text = itemTimeoutText("worker thread", job.options.timeout!);
    return Object.assign(named("TimeoutError", text, { item }), own);
  }
  if (error && why.kind !== "crashed") return cancelledItem(error, item);
  const place = ` (${kernel.name}, item ${item + (job.first ?? 0)})`;
  if (why.kind !== "crashed")
    return Object.assign(workerEnded("worker thread", `another item ran too long${place}`), own);
  const reason = why.error?.message ?? "for no known reason";
  return Object.assign(workerEnded("worker thread", reason + place, why.error), own);
}
