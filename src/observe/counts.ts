import { now } from "../events/clock.js";
import type {
  CallEnded,
  CallStarted,
  Copied,
  NogilEvent,
  WorkDone,
  WorkerEnded,
  WorkSent,
} from "../events/events.js";
import { subscribe } from "../events/stream.js";
import type { Target } from "../events/target.js";
import { Quantiles } from "./quantiles.js";

// so many different actions, kernels and workers are told apart; what comes after them is counted together
const mostNames = 1000;
const mostWorkers = 256;
export const others = "(others)";

/** What all calls of one action on one target came to. Times are in milliseconds. */
export class ActionCounts {
  calls = 0;
  items = 0;
  failures = 0;
  errors = 0;
  bytesIn = 0;
  bytesOut = 0;
  busy = 0;
  latency = 0;
  /** of calls that more than one worker had a part in: what the busiest of each was busy, and what they were on average */
  busiest = 0;
  average = 0;
  readonly latencies = new Quantiles();
}

/** What ran, where. */
export class BusyCounts {
  /** how often it was handed work */
  runs = 0;
  items = 0;
  busy = 0;

  add(items: number, busy: number): void {
    this.runs++;
    this.items += items;
    this.busy += busy;
  }
}

export class WorkerCounts extends BusyCounts {
  ended: number | undefined;

  constructor(
    public since: number,
    public target?: Target,
  ) {
    super();
  }
}

interface OpenCall {
  readonly started: CallStarted;
  readonly counts: ActionCounts;
  /** when each worker was handed the work that it has */
  sent: Map<string, number> | undefined;
  readonly kernel: BusyCounts | undefined;
  /** milliseconds that each worker was busy with it */
  busy: Map<string, number> | undefined;
}

/** Counts what the stream of events tells. It keeps nothing for each item, and forgets a call when it ends. */
export class Counts {
  since = now();
  readonly actions: Partial<Record<Target, Map<string, ActionCounts>>> = {};
  readonly kernels = new Map<string, BusyCounts>();
  readonly workers = new Map<string, WorkerCounts>();
  readonly started = new Map<Target, number>();
  readonly ended = new Map<Target, number>();
  readonly deaths = new Map<Target, number>();
  readonly #open = new Map<number, OpenCall>();

  get running(): number {
    return this.#open.size;
  }

  /** The calls in flight, oldest first. */
  calls(): CallStarted[] {
    return [...this.#open.values()].map(({ started }) => started);
  }

  /** When a worker was handed what it has of a call. */
  sentAt(call: number, worker: string): number | undefined {
    return this.#open.get(call)?.sent?.get(worker);
  }

  take(event: NogilEvent): void {
    switch (event.type) {
      case "callStarted":
        this.#callStarted(event);
        break;
      case "workSent":
        this.#workSent(event);
        break;
      case "workDone":
        this.#workDone(event);
        break;
      case "copied":
        this.#copied(event);
        break;
      case "callEnded":
        this.#callEnded(event);
        break;
      case "workerStarted":
        this.#workerStarted(event.worker, event.time, event.target);
        break;
      case "workerEnded":
        this.#workerEnded(event);
    }
  }

  /** Begins anew. Calls that run are counted as if they began now, and workers that live are known. */
  reset(time: number): void {
    this.since = time;
    for (const target of Object.keys(this.actions) as Target[]) delete this.actions[target];
    this.kernels.clear();
    for (const [name, worker] of this.workers) {
      if (worker.ended === undefined) this.workers.set(name, new WorkerCounts(time, worker.target));
      else this.workers.delete(name);
    }
    for (const [target, started] of this.started) {
      this.started.set(target, started - (this.ended.get(target) ?? 0));
    }
    this.ended.clear();
    this.deaths.clear();
  }

  #callStarted(started: CallStarted): void {
    const { call, target, action, kernel } = started;
    this.#open.set(call, {
      started,
      sent: undefined,
      counts: this.#action(target, action),
      kernel: kernel === undefined ? undefined : named(this.kernels, kernel, () => new BusyCounts()),
      busy: undefined,
    });
  }

  #workSent({ call, worker, time }: WorkSent): void {
    const open = this.#open.get(call);
    if (!open) return;
    open.sent ??= new Map();
    open.sent.set(worker, time);
  }

  #workDone({ call, worker: name, items, began, time, busy }: WorkDone): void {
    const worker = this.workers.get(name) ?? this.#worker(name, name === "main" ? this.since : began);
    worker.add(items, busy);
    const open = this.#open.get(call);
    if (!open) return;
    open.counts.busy += busy;
    open.kernel?.add(items, busy);
    open.sent?.delete(name);
    // a call in this thread is even by itself
    if (name === "main") return;
    open.busy ??= new Map();
    open.busy.set(name, (open.busy.get(name) ?? 0) + Math.max(0, Math.min(busy, time - began)));
  }

  #copied({ call, bytesIn, bytesOut }: Copied): void {
    const counts = this.#open.get(call)?.counts;
    if (!counts) return;
    counts.bytesIn += bytesIn;
    counts.bytesOut += bytesOut;
  }

  #callEnded({ call, target, action, items, milliseconds, failures, error }: CallEnded): void {
    const open = this.#open.get(call);
    this.#open.delete(call);
    const counts = this.#action(target, action);
    counts.calls++;
    counts.items += items;
    counts.failures += failures.length;
    if (error !== undefined) counts.errors++;
    counts.latency += milliseconds;
    counts.latencies.add(milliseconds);
    if (!open?.busy || open.busy.size < 2) return;
    let busiest = 0;
    let all = 0;
    for (const busy of open.busy.values()) {
      busiest = Math.max(busiest, busy);
      all += busy;
    }
    counts.busiest += busiest;
    counts.average += all / open.busy.size;
  }

  #action(target: Target, action: string): ActionCounts {
    const ofTarget = this.actions[target] ?? new Map<string, ActionCounts>();
    this.actions[target] = ofTarget;
    return ofTarget.get(action) ?? named(ofTarget, action, () => new ActionCounts());
  }

  #workerStarted(name: string, time: number, target: Target): void {
    this.started.set(target, (this.started.get(target) ?? 0) + 1);
    this.#worker(name, time, target);
  }

  #workerEnded({ worker: name, target, time, reason }: WorkerEnded): void {
    this.ended.set(target, (this.ended.get(target) ?? 0) + 1);
    if (reason !== undefined) this.deaths.set(target, (this.deaths.get(target) ?? 0) + 1);
    const worker = this.workers.get(name);
    if (worker) worker.ended = time;
  }

  #worker(name: string, since: number, target?: Target): WorkerCounts {
    const full = this.workers.size >= mostWorkers;
    const gone =
      full && [...this.workers].find(([each, { ended }]) => each !== others && ended !== undefined);
    if (gone) {
      const [old, { runs, items, busy }] = gone;
      this.workers.delete(old);
      const together = named(this.workers, others, () => new WorkerCounts(this.since));
      together.runs += runs;
      together.items += items;
      together.busy += busy;
    }
    return named(this.workers, name, () => new WorkerCounts(since, target));
  }
}

function named<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name);
  if (known) return known;
  const key = map.size < mostNames ? name : others;
  const made = map.get(key) ?? make();
  map.set(key, made);
  return made;
}

/** What this thread did since the library was loaded. */
export const counts = new Counts();
subscribe((event) => counts.take(event));
