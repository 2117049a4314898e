import { isMainThread, threadId } from "node:worker_threads";
import type { WorkerName } from "../../events/events.js";

/** What the engine calls this worker. */
export function ownName(): WorkerName {
  return isMainThread ? `process ${process.pid}` : `thread ${threadId}`;
}
