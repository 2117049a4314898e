import type { Job } from "../call/job.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";

// each name is warned of once for each method
const warned = new Set<string>();

/** Reports what the method of a call assigned to its batch in workers. */
export class LostWrites {
  constructor(private readonly job: Pick<Job, "id" | "label">) {}

  report(worker: WorkerName, item: number, names: readonly string[]): void {
    const { id: call, label: action } = this.job;
    publish({ type: "writeLost", time: now(), call, action, worker, item, names });
    const fresh = names.filter((name) => !warned.has(`${action} ${name}`));
    if (fresh.length === 0) return;
    for (const name of fresh) warned.add(`${action} ${name}`);
    process.emitWarning(
      `${action} assigns to ${fresh.join(", ")} in a worker (${worker}, item ${item}), where it is lost: ` +
        "return it, and let post keep it, or write into a column, which is shared.",
      { type: "NogilWarning", code: "NOGIL_WRITE_LOST" },
    );
  }
}
