import { processId } from "#host/program";
import type { WorkerName } from "../events/events.js";
import { type Lane, Lanes } from "./lanes.js";
import type { TraceEvent } from "./trace-event.js";

const order = { pipelines: 0, calls: 1000, marks: 2000, workers: 3000 };

/** The rows of a timeline: for calls, marks, each pipeline and each worker. A row is named when it is first needed. */
export class Rows {
  readonly calls = new Lanes((nth) => this.#open("calls", nth, order.calls));
  readonly marks = new Lanes((nth) => this.#open("marks", nth, order.marks));
  readonly #pipelines = new Map<number, Lanes>();
  readonly #workers = new Map<WorkerName, Lanes>();
  readonly #processes = new Set<number>();
  #lanes = 0;

  /** @param zero when the trace began, in milliseconds since 1970 */
  constructor(
    private readonly zero: number,
    private readonly emit: (event: TraceEvent) => void,
  ) {}

  pipeline(run: number): Lanes {
    const known = this.#pipelines.get(run);
    if (known) return known;
    const lanes = new Lanes((nth) => this.#open(`pipeline ${run}`, nth, order.pipelines));
    this.#pipelines.set(run, lanes);
    return lanes;
  }

  worker(name: WorkerName): Lanes {
    const known = this.#workers.get(name);
    if (known) return known;
    // processes have a number of their own, threads are this one's
    const pid = name.startsWith("process ") ? Number(name.slice("process ".length)) : processId;
    const lanes = new Lanes((nth) => this.#open(name, nth, order.workers, pid));
    this.#workers.set(name, lanes);
    return lanes;
  }

  #open(name: string, nth: number, sort: number, pid = processId): Lane {
    const tid = ++this.#lanes;
    const describe = (what: string, args: Record<string, unknown>) =>
      this.emit({ name: what, ph: "M", ts: 0, pid, tid, args });
    if (!this.#processes.has(pid)) {
      this.#processes.add(pid);
      describe("process_name", { name: pid === processId ? "nogil" : `nogil ${name}` });
      describe("process_labels", { labels: `since ${new Date(this.zero).toISOString()}` });
    }
    describe("thread_name", { name: nth === 0 ? name : `${name} (${nth + 1})` });
    describe("thread_sort_index", { sort_index: sort + tid });
    return { pid, tid, freeAt: Number.NEGATIVE_INFINITY };
  }
}
