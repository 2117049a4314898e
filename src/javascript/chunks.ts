import { keepAlive } from "#host/keep-alive";
import { Cancellation } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import { cores } from "../call/cores.js";
import type { Job, Outcome } from "../call/job.js";
import { callOptions } from "../call/options.js";
import { refuseIfAll } from "../call/refusals.js";
import { settings } from "../call/settings.js";
import { watchStall } from "../call/stall.js";
import { fromShared, now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { Kind } from "../workers/journal.js";
import { runningItems, type Waiting } from "../workers/members.js";
import { importLocally } from "./addressing/load.js";
import { localExports, locate } from "./addressing/locate.js";
import { packState, retain } from "./call-state.js";
import { type ChunkInFlight, sendChunk } from "./chunk-in-flight.js";
import { type CallReference, type Chunk, countOf, itemAt, type Report } from "./chunk-protocol.js";
import { ChunkQueue } from "./chunk-queue.js";
import type { Packed } from "./codec/codec.js";
import type { Exports } from "./codec/error-class.js";
import { ErrorParcel } from "./codec/errors.js";
import { ErrorClasses } from "./error-classes.js";
import { LostWrites } from "./lost-write-warning.js";
import { ResultCollector } from "./result-collector.js";
import type { Ending, Slot, WorkerPool } from "./worker-pool.js";

const live = new Set<number>();

// a worker may die before it begins any item through no fault of the call; more often, it will not do for the next
const deathsBeforeWork = 3;

/**
 * Runs a job on the workers of a pool, in chunks.
 * @param concurrency items in flight at once in one worker
 */
export async function runInChunks(job: Job, pool: WorkerPool, concurrency: number): Promise<Outcome> {
  if (job.work.kind === "kernel") {
    throw new TypeError(`${job.label}: kernels run on nogil, or on for, not in a ${pool.worker}.`);
  }
  const { length } = job.invocations;
  if (length === 0) return { length, failures: new Map() };
  const work = await locate(job.work, job.label);
  const state = packState(job, pool.passing);
  const { id, label, options } = job;
  live.add(id);
  const ends = [retain(state), keepAlive(), () => live.delete(id)];
  const { timeout, grace = callOptions.grace.default } = options;
  const { strict } = settings();
  const reference = { id, label, work, concurrency, timeout, grace, strict };
  try {
    return await new ChunkedRun(job, pool, reference, pool.share(state)).finish();
  } finally {
    for (const end of ends) end();
  }
}

class ChunkedRun implements Waiting {
  readonly #queue: ChunkQueue;
  readonly #results: ResultCollector;
  readonly #workers: number;
  readonly #cancellation: Cancellation;
  readonly #lost: LostWrites;
  readonly #classes: ErrorClasses;
  readonly #inFlight = new Set<ChunkInFlight>();
  #impossible: Error | undefined;
  #deaths = 0;
  #settled = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(
    private readonly job: Job,
    private readonly pool: WorkerPool,
    private readonly reference: Omit<CallReference, "oldest">,
    private readonly state: Packed,
  ) {
    const { invocations, options } = job;
    this.#workers = Math.min(options.workers || cores.total, invocations.length);
    this.#results = new ResultCollector(invocations.length, options.retry ?? callOptions.retry.default);
    this.#queue = new ChunkQueue(job, pool, this.#workers, reference.concurrency);
    this.#cancellation = new Cancellation(job, pool.closing.signal);
    this.#lost = new LostWrites(job);
    this.#classes = new ErrorClasses(job.label, () => this.#exports());
    if (pool.passing === "share") this.#bytesIn += state.bytes.length;
  }

  get waiting(): number {
    return this.#queue.remaining;
  }

  async finish(): Promise<Outcome> {
    const { id: call, label: action } = this.job;
    this.pool.members.calls.add(this);
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
      this.pool.members.calls.delete(this);
    }
    const bytesIn = this.#bytesIn + this.#queue.bytes;
    publish({ type: "copied", time: now(), call, action, bytesIn, bytesOut: this.#bytesOut });
    if (this.#impossible) throw this.#impossible;
    refuseIfAll(this.#queue.refused, this.job.invocations.length);
    for (const [item, error] of this.#queue.refused) this.#results.fail(item, error);
    for (const item of this.#queue.drain())
      this.#results.fail(item, cancelledItem(this.#cancellation.error!, item));
    return this.#results.outcome();
  }

  get #over(): boolean {
    return this.#cancellation.error !== undefined || this.#impossible !== undefined;
  }

  #progress(): number {
    return [...this.#inFlight].reduce((sum, { journal }) => sum + journal.progress(), this.#settled);
  }

  #running(): { worker: WorkerName; items: number[] }[] {
    return [...this.#inFlight].map((sent) => ({
      worker: sent.worker ?? `a ${this.pool.worker} that is starting`,
      items: runningItems(sent),
    }));
  }

  async #lane(): Promise<void> {
    while (!this.#over && (this.#queue.remaining > 0 || this.#reclaim())) {
      const slot = await this.pool.slots.acquire(this.#workers, this.#cancellation.happened);
      if (!slot) return;
      let reusable = false;
      try {
        const call = { ...this.reference, oldest: Math.min(...live) };
        const chunk = this.#over ? undefined : this.#queue.next(call, slot);
        reusable = !chunk || (await this.#runChunk(chunk, slot, this.pool.sendsState(this.state)));
      } finally {
        this.pool.slots.release(slot, reusable);
      }
    }
  }

  // a worker that is done takes half of what the one that has the most left has not begun
  #reclaim(): boolean {
    if (this.pool.passing !== "share") return false;
    let most: ChunkInFlight | undefined;
    let left = 0;
    for (const sent of this.#inFlight) {
      const unbegun = sent.count - sent.journal.begun();
      if (unbegun > left) [most, left] = [sent, unbegun];
    }
    if (!most || !this.#queue.isWorth(left)) return false;
    const { chunk, journal, count } = most;
    most.count = journal.cut(count);
    const taken = Array.from({ length: count - most.count }, (_, i) => itemAt(chunk.items, most.count + i));
    this.#queue.requeue(taken);
    return taken.length > 0;
  }

  /** @returns whether the slot's journal can be used again */
  async #runChunk(chunk: Chunk, slot: Slot, withState: boolean): Promise<boolean> {
    const { journal } = slot;
    journal.open(countOf(chunk.items));
    const call = { ...chunk.call, state: withState ? this.state : undefined };
    if (withState && this.pool.passing === "copy") this.#bytesIn += this.state.bytes.length;
    const sent: ChunkInFlight = {
      chunk: { ...chunk, call, journal: journal.reference },
      journal,
      count: countOf(chunk.items),
      sent: now(),
      stuck: false,
    };
    this.#inFlight.add(sent);
    const release = retain(chunk.args);
    const ending = await sendChunk(sent, this.pool, this.job, this.#cancellation);
    release();
    if (ending.kind === "report" && ending.report.kind === "stateless") {
      this.#inFlight.delete(sent);
      return this.#runChunk(chunk, slot, true);
    }
    await this.#settle(sent, ending);
    this.#inFlight.delete(sent);
    return ending.kind === "report";
  }

  async #settle(sent: ChunkInFlight, ending: Ending): Promise<void> {
    const { chunk, journal, endedBefore = Number.POSITIVE_INFINITY } = sent;
    const { items } = chunk;
    const begun = journal.close();
    const { count } = sent;
    const finished = new Uint8Array(count);
    const failures: [item: number, error: ErrorParcel][] = [];
    let entries = 0;
    this.#bytesOut += journal.read((position, kind, number, bytes) => {
      finished[position] = 1;
      const item = itemAt(items, position);
      if (kind !== Kind.Failure) this.#results.succeed(item, kind, number, bytes);
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

    if (ending.kind === "report") this.#applyReport(ending.report, entries, sent);
    else this.#countDeath(ending.reason, begun, sent);
    if (entries === count) return;
    for (let position = 0; position < count; position++) {
      if (finished[position]) continue;
      const item = itemAt(items, position);
      // what never began can run elsewhere; what began must not run twice
      if (ending.kind === "report" || position >= begun) this.#queue.requeue([item]);
      else this.#fail(item, this.#lostWith(item, ending.reason, sent));
    }
  }

  #applyReport(report: Report, finished: number, sent: ChunkInFlight): void {
    switch (report.kind) {
      case "done": {
        const { began, busy, worker } = report;
        this.#queue.ran(finished, busy);
        this.#publishDone(sent, finished, fromShared(began), busy);
        if (report.abandoned > 0) this.pool.retire(worker);
        for (const { position, names } of report.lost ?? [])
          this.#lost.report(worker, itemAt(sent.chunk.items, position), names);
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

  #publishDone({ worker }: ChunkInFlight, items: number, began: number, busy: number): void {
    if (worker === undefined) return;
    const { id: call, label: action } = this.job;
    publish({ type: "workDone", time: began + busy, call, action, worker, items, began, busy });
  }

  #countDeath(reason: Error, begun: number, sent: ChunkInFlight): void {
    this.#publishDone(sent, begun, sent.sent, now() - sent.sent);
    if (begun > 0 || sent.stuck || this.#over) return;
    this.#deaths++;
    if (this.#deaths < deathsBeforeWork) return;
    this.#impossible ??= new Error(
      `${this.job.label}: ${this.#deaths} workers in a row ended before an item began, the last like this: ${reason.message}. ` +
        `Does importing ${this.reference.work.module} end the process, or an option of the command line keep workers from starting?`,
      { cause: reason },
    );
  }

  #lostWith(item: number, reason: Error, { stuck }: ChunkInFlight): Error {
    const { timeout } = this.job.options;
    const { worker } = this.pool;
    if (stuck) {
      const text = `The item took longer than its timeout of ${timeout} ms, so its ${worker} was ended.`;
      return new DOMException(text, "TimeoutError");
    }
    if (this.#cancellation.error) return cancelledItem(this.#cancellation.error, item);
    const error = new Error(`The ${worker} that ran this item ended: ${reason.message}.`, { cause: reason });
    return Object.assign(error, { code: "ERR_NOGIL_WORKER_ENDED" });
  }

  #fail(item: number, error: Error): void {
    if (!this.#over && this.#results.retries(item)) this.#queue.requeue([item]);
    else this.#results.fail(item, error);
  }

  async #exports(): Promise<Exports | undefined> {
    const { work } = this.job;
    if (work.kind !== "kernel" && work.self) return localExports(work.self);
    return importLocally(this.reference.work.module);
  }
}
