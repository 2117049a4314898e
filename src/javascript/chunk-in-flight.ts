import type { Cancellation } from "../call/cancellation.js";
import type { Job } from "../call/job.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { watchProgress } from "../workers/item-timeouts.js";
import type { Assignment } from "../workers/members.js";
import { countOf } from "./chunk-protocol.js";
import { packError } from "./codec/errors.js";
import type { Ending, WorkerPool } from "./worker-pool.js";

/** A chunk that a worker has, or is about to get. */
export interface ChunkInFlight extends Assignment {
  /** items that it has, without those that were taken back */
  count: number;
  worker?: WorkerName;
  sent: number;
  /** an item was over its timeout, so that the worker was ended */
  stuck: boolean;
  /** how many items had ended when they were asked to */
  endedBefore?: number;
}

/** Has a worker run a chunk. When the call is cancelled the items are asked to end, and after their grace the worker is ended. */
export async function sendChunk(
  sent: ChunkInFlight,
  pool: WorkerPool,
  { id, label }: Pick<Job, "id" | "label">,
  cancellation: Cancellation,
): Promise<Ending> {
  const { journal, chunk } = sent;
  const { timeout, concurrency, grace } = chunk.call;
  const running = pool.run(sent, (worker) => {
    sent.worker = worker;
    sent.sent = now();
    const items = countOf(chunk.items);
    publish({ type: "workSent", time: sent.sent, call: id, action: label, worker, items });
  });
  const expired = () => {
    sent.stuck = true;
    running.kill("an item was over its timeout");
  };
  const unwatch =
    timeout === undefined ? undefined : watchProgress(journal, timeout, concurrency, grace, expired);
  let ending = await Promise.race([running.ended, cancellation.happened]);
  if (!ending) {
    journal.close();
    sent.endedBefore = ended(sent);
    journal.ask(packError(cancellation.error!).bytes);
    const timer = setTimeout(() => running.kill("its call was cancelled"), grace);
    ending = await running.ended;
    clearTimeout(timer);
  }
  unwatch?.();
  return ending;
}

function ended({ journal }: Assignment): number {
  let count = 0;
  journal.read(() => void count++);
  return count;
}
