import { settings } from "../api/options.js";
import { Cancellation } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import { cores } from "../call/cores.js";
import { defaultGrace, type Job, type Outcome } from "../call/job.js";
import { refuseIfAll } from "../call/refusals.js";
import { watchStall } from "../call/stall.js";
import { fromShared, now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { keepAlive } from "../hosts/node/keep-alive.js";
import { Kind } from "../workers/journal.js";
import { runningItems, type Waiting } from "../workers/members.js";
import type { Crew, Ending, Slot } from "../workers/pool.js";
import { importHere } from "./addressing/load.js";
import { exportsHere, locate } from "./addressing/locate.js";
import { hold, packState } from "./call-state.js";
import { type Flight, fly } from "./chunk-in-flight.js";
import { type CallReference, type Chunk, countOf, itemAt, type Report } from "./chunk-protocol.js";
import { ChunkQueue } from "./chunk-queue.js";
import type { Packed } from "./codec/codec.js";
import type { Exports } from "./codec/error-class.js";
import { ErrorParcel } from "./codec/errors.js";
import { ErrorClasses } from "./error-classes.js";
import { LostWrites } from "./lost-write-warning.js";
import { Tally } from "./result-collector.js";

const live = new Set<number>();

// a worker may die before it begins any item through no fault of the call; more often, it will not do for the next
const deathsBeforeWork = 3;

/**
 * Runs a job on the workers of a crew, in chunks.
 * @param concurrency items in flight at once in one worker
 */
export async function runInChunks(job: Job, crew: Crew, concurrency: number): Promise<Outcome> {
  if (job.work.kind === "kernel") {
    throw new TypeError(`${job.label}: kernels run on nogil, or on for, not in a ${crew.worker}.`);
  }
  const { length } = job.invocations;
  if (length === 0) return { length, failures: new Map() };
  const work = await locate(job.work, job.label);
  const state = packState(job, crew.passing);
  const { id, label, options } = job;
  live.add(id);
  const ends = [hold(state), keepAlive(), () => live.delete(id)];
  const { timeout, grace = defaultGrace } = options;
  const { strict } = settings();
  const reference = { id, label, work, concurrency, timeout, grace, strict };
  try {
    return await new ChunkedRun(job, crew, reference, crew.share(state)).finish();
  } finally {
    for (const end of ends) end();
  }
}

class ChunkedRun implements Waiting {
  readonly #queue: ChunkQueue;
  readonly #tally: Tally;
  readonly #workers: number;
  readonly #cancellation: Cancellation;
  readonly #lost: LostWrites;
  readonly #classes: ErrorClasses;
  readonly #flights = new Set<Flight>();
  #impossible: Error | undefined;
  #deaths = 0;
  #settled = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(
    private readonly job: Job,
    private readonly crew: Crew,
    private readonly reference: Omit<CallReference, "oldest">,
    private readonly state: Packed,
  ) {
    const { invocations, options } = job;
    this.#workers = Math.min(options.workers || cores.total, invocations.length);
    this.#tally = new Tally(invocations.length, options.retry ?? 0);
    this.#queue = new ChunkQueue(job, crew, this.#workers, reference.concurrency);
    this.#cancellation = new Cancellation(job, crew.closing.signal);
    this.#lost = new LostWrites(job);
    this.#classes = new ErrorClasses(job.label, () => this.#exports());
    if (crew.passing === "share") this.#bytesIn += state.bytes.length;
  }

  get waiting(): number {
    return this.#queue.remaining;
  }

  async finish(): Promise<Outcome> {
    const { id: call, label: action } = this.job;
    this.crew.roster.calls.add(this);
    const unwatch = watchStall(this.job, {
      progress: () => this.#progress(),
      running: () => this.#running(),
      waiting: () => this.waiting,
    });
    try {
      const failed = (error: Error) => {
        this.#impossible ??= error;
      };
      await Promise.all(Array.from({ length: this.#workers }, () => this.#lane().catch(failed)));
    } finally {
      unwatch();
      this.#cancellation.ignore();
      this.crew.roster.calls.delete(this);
    }
    const bytesIn = this.#bytesIn + this.#queue.bytes;
    publish({ type: "copied", time: now(), call, action, bytesIn, bytesOut: this.#bytesOut });
    if (this.#impossible) throw this.#impossible;
    refuseIfAll(this.#queue.refused, this.job.invocations.length);
    for (const [item, error] of this.#queue.refused) this.#tally.fail(item, error);
    for (const item of this.#queue.drain())
      this.#tally.fail(item, cancelledItem(this.#cancellation.error!, item));
    return this.#tally.outcome();
  }

  get #over(): boolean {
    return this.#cancellation.error !== undefined || this.#impossible !== undefined;
  }

  #progress(): number {
    return [...this.#flights].reduce((sum, { ledger }) => sum + ledger.progress(), this.#settled);
  }

  #running(): { worker: WorkerName; items: number[] }[] {
    return [...this.#flights].map((flight) => ({
      worker: flight.worker ?? `a ${this.crew.worker} that is starting`,
      items: runningItems(flight),
    }));
  }

  async #lane(): Promise<void> {
    while (!this.#over && (this.#queue.remaining > 0 || this.#takeBack())) {
      const slot = await this.crew.slots.take(this.#workers, this.#cancellation.happened);
      if (!slot) return;
      let reusable = false;
      try {
        const call = { ...this.reference, oldest: Math.min(...live) };
        const chunk = this.#over ? undefined : this.#queue.next(call, slot);
        reusable = !chunk || (await this.#runChunk(chunk, slot, this.crew.sendsState(this.state)));
      } finally {
        this.crew.slots.giveBack(slot, reusable);
      }
    }
  }

  // a worker that is done takes half of what the one that has the most left has not begun
  #takeBack(): boolean {
    if (this.crew.passing !== "share") return false;
    let most: Flight | undefined;
    let left = 0;
    for (const flight of this.#flights) {
      const unbegun = flight.count - flight.ledger.begun();
      if (unbegun > left) [most, left] = [flight, unbegun];
    }
    if (!most || !this.#queue.isWorth(left)) return false;
    const { chunk, ledger, count } = most;
    most.count = ledger.cut(count);
    const taken = Array.from({ length: count - most.count }, (_, i) => itemAt(chunk.items, most.count + i));
    this.#queue.giveBack(taken);
    return taken.length > 0;
  }

  /** @returns whether the slot's ledger can be used again */
  async #runChunk(chunk: Chunk, slot: Slot, withState: boolean): Promise<boolean> {
    const { ledger } = slot;
    ledger.open(countOf(chunk.items));
    const call = { ...chunk.call, state: withState ? this.state : undefined };
    if (withState && this.crew.passing === "copy") this.#bytesIn += this.state.bytes.length;
    const flight: Flight = {
      chunk: { ...chunk, call, ledger: ledger.reference },
      ledger,
      count: countOf(chunk.items),
      sent: now(),
      stuck: false,
    };
    this.#flights.add(flight);
    const release = hold(chunk.args);
    const ending = await fly(flight, this.crew, this.job, this.#cancellation);
    release();
    if (ending.kind === "report" && ending.report.kind === "stateless") {
      this.#flights.delete(flight);
      return this.#runChunk(chunk, slot, true);
    }
    await this.#settle(flight, ending);
    this.#flights.delete(flight);
    return ending.kind === "report";
  }

  async #settle(flight: Flight, ending: Ending): Promise<void> {
    const { chunk, ledger, endedBefore = Number.POSITIVE_INFINITY } = flight;
    const { items } = chunk;
    const begun = ledger.close();
    const { count } = flight;
    const finished = new Uint8Array(count);
    const failures: [item: number, error: ErrorParcel][] = [];
    let entries = 0;
    this.#bytesOut += ledger.read((position, kind, number, bytes) => {
      finished[position] = 1;
      const item = itemAt(items, position);
      if (kind !== Kind.Failure) this.#tally.succeed(item, kind, number, bytes);
      // what it throws when it is asked to end is but the way it ends
      else if (entries >= endedBefore) this.#fail(item, cancelledItem(this.#cancellation.error!, item));
      else failures.push([item, new ErrorParcel({ bytes, shared: [] })]);
      entries++;
    });
    this.#settled += entries;
    if (failures.length > 0) {
      const errors = await this.#classes.open(failures.map(([, parcel]) => parcel));
      failures.forEach(([item], i) => {
        this.#fail(item, errors[i]);
      });
    }
    if (entries > 0) this.#deaths = 0;

    if (ending.kind === "report") this.#heed(ending.report, entries, flight);
    else this.#bury(ending.reason, begun, flight);
    if (entries === count) return;
    for (let position = 0; position < count; position++) {
      if (finished[position]) continue;
      const item = itemAt(items, position);
      // what never began can run elsewhere; what began must not run twice
      if (ending.kind === "report" || position >= begun) this.#queue.giveBack([item]);
      else this.#fail(item, this.#lostWith(item, ending.reason, flight));
    }
  }

  #heed(report: Report, finished: number, flight: Flight): void {
    switch (report.kind) {
      case "done": {
        const { began, busy, worker } = report;
        this.#queue.ran(finished, busy);
        this.#tellDone(flight, finished, fromShared(began), busy);
        if (report.abandoned > 0) this.crew.retire(worker);
        for (const { position, names } of report.lost ?? [])
          this.#lost.tell(worker, itemAt(flight.chunk.items, position), names);
        return;
      }
      case "impossible": {
        const { message, cause } = new ErrorParcel(report.error).open();
        this.#impossible ??= new Error(`${this.job.label}: ${message}`, { cause });
        return;
      }
      case "stateless":
      case "retired":
        return;
    }
  }

  #tellDone({ worker }: Flight, items: number, began: number, busy: number): void {
    if (worker === undefined) return;
    const { id: call, label: action } = this.job;
    publish({ type: "workDone", time: began + busy, call, action, worker, items, began, busy });
  }

  #bury(reason: Error, begun: number, flight: Flight): void {
    this.#tellDone(flight, begun, flight.sent, now() - flight.sent);
    if (begun > 0 || flight.stuck || this.#over) return;
    this.#deaths++;
    if (this.#deaths < deathsBeforeWork) return;
    this.#impossible ??= new Error(
      `${this.job.label}: ${this.#deaths} workers in a row ended before an item began, the last like this: ${reason.message}. ` +
        `Does importing ${this.reference.work.module} end the process, or an option of the command line keep workers from starting?`,
      { cause: reason },
    );
  }

  #lostWith(item: number, reason: Error, { stuck }: Flight): Error {
    const { timeout } = this.job.options;
    const { worker } = this.crew;
    if (stuck) {
      const text = `The item took longer than its timeout of ${timeout} ms, so its ${worker} was ended.`;
      return new DOMException(text, "TimeoutError");
    }
    if (this.#cancellation.error) return cancelledItem(this.#cancellation.error, item);
    const error = new Error(`The ${worker} that ran this item ended: ${reason.message}.`, { cause: reason });
    return Object.assign(error, { code: "ERR_NOGIL_WORKER_ENDED" });
  }

  #fail(item: number, error: Error): void {
    if (!this.#over && this.#tally.retries(item)) this.#queue.giveBack([item]);
    else this.#tally.fail(item, error);
  }

  async #exports(): Promise<Exports | undefined> {
    const { work } = this.job;
    if (work.kind !== "kernel" && work.self) return exportsHere(work.self);
    return importHere(this.reference.work.module);
  }
}
