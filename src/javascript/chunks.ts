import { keepAlive } from "#host/keep-alive";
import { Cancellation } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import { inFlightOf } from "../call/in-flight.js";
import type { Job, Outcome } from "../call/job.js";
import { callOptions } from "../call/options.js";
import { refuseIfAll } from "../call/refusals.js";
import { Retries } from "../call/retries.js";
import { settings } from "../call/settings.js";
import { fromShared, now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { isFailure } from "../workers/chunk-journal.js";
import { type Ending, itemTimeoutText, type WorkerEnd, workerEnded } from "../workers/ending.js";
import { type Lane, Lanes } from "../workers/lane.js";
import type { CallInFlight } from "../workers/members.js";
import { importLocally } from "./addressing/load.js";
import { localExports, locate } from "./addressing/locate.js";
import { packState, retain } from "./call-state.js";
import { ChunkInFlight } from "./chunk-in-flight.js";
import { type CallReference, itemAt, type Report } from "./chunk-protocol.js";
import { ChunkQueue } from "./chunk-queue.js";
import type { Packed } from "./codec/codec.js";
import type { Exports } from "./codec/error-class.js";
import { ErrorParcel } from "./codec/errors.js";
import { FailureReader } from "./codec/failures.js";
import { ErrorClasses } from "./error-classes.js";
import { LostWrites } from "./lost-write-warning.js";
import { ResultCollector } from "./result-collector.js";
import type { WorkerPool } from "./worker-pool.js";

const live = new Set<number>();

// a worker may die before it begins any item through no fault of the call; more often, it will not do for the next
const deathsBeforeWork = 3;
// a worker that is not stuck fails an item at its timeout by itself, if it gets to it in time
const graceOfMany = 1000;

/**
 * Runs a job on the workers of a pool, in chunks.
 * @param many whether a worker runs several items at once
 */
export async function runInChunks(job: Job, pool: WorkerPool, many: boolean): Promise<Outcome> {
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
  const exact = options.inFlight !== undefined;
  const reference = { id, label, work, exact, timeout, grace, strict };
  const atOnce = inFlightOf(options, length, many);
  try {
    return await new ChunkedRun(job, pool, reference, pool.share(state), atOnce).finish();
  } finally {
    for (const end of ends) end();
  }
}

class ChunkedRun implements CallInFlight {
  readonly cancellation: Cancellation;
  readonly #lanes: Lanes;
  readonly #queue: ChunkQueue;
  readonly #results: ResultCollector;
  readonly #retries: Retries | undefined;
  readonly #lost: LostWrites;
  readonly #classes: ErrorClasses;
  readonly #inFlight = new Set<ChunkInFlight>();
  #resume: (() => void) | undefined;
  #deaths = 0;
  #settled = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(
    private readonly job: Job,
    private readonly pool: WorkerPool,
    private readonly reference: Omit<CallReference, "oldest" | "concurrency">,
    private readonly state: Packed,
    /** how many items each worker runs at once */
    private readonly atOnce: readonly number[],
  ) {
    const { invocations } = job;
    const { timeout, grace } = reference;
    const workers = atOnce.length;
    const [most] = atOnce;
    this.#results = new ResultCollector(invocations.length, job.taker);
    this.#retries = Retries.of(job);
    this.#queue = new ChunkQueue(job, pool, workers, most);
    this.cancellation = new Cancellation(job);
    const patience = most > 1 ? Math.max(grace, graceOfMany) : grace;
    this.#lanes = new Lanes(this.cancellation, {
      limit: workers,
      grace,
      timeout: timeout === undefined ? undefined : timeout + patience,
    });
    this.#lost = new LostWrites(job);
    this.#classes = new ErrorClasses(job.label, () => this.#exports());
    if (pool.passing === "share") this.#bytesIn += state.bytes.length;
  }

  async finish(): Promise<Outcome> {
    const { id: call, label: action } = this.job;
    this.job.view?.follow(
      { done: () => this.#done(), failed: () => this.#results.failed },
      this.cancellation,
    );
    const lanes = this.atOnce.map((concurrency) => this.#lane(concurrency));
    await this.pool.members.follow(this, this.job, () => this.#lanes.run(lanes));
    this.#queue.requeueItems(this.#retries?.stop());
    this.cancellation.ignore();
    const bytesIn = this.#bytesIn + this.#queue.bytes;
    publish({ type: "copied", time: now(), call, action, bytesIn, bytesOut: this.#bytesOut });
    if (this.#lanes.failure) throw this.#lanes.failure;
    refuseIfAll(this.#queue.refused, this.job.invocations.length);
    for (const [item, error] of this.#queue.refused) this.#results.fail(item, error);
    for (const item of this.#queue.drain())
      this.#results.fail(item, cancelledItem(this.cancellation.error!, item));
    return this.#results.outcome();
  }

  progress(): number {
    return [...this.#inFlight].reduce((sum, chunk) => sum + chunk.progress(), this.#settled);
  }

  #done(): number {
    let done = this.#results.ended;
    for (const chunk of this.#inFlight) done += chunk.done();
    return done;
  }

  running(): { worker: WorkerName; items: number[] }[] {
    return [...this.#inFlight].map((chunk) => ({
      worker: chunk.worker ?? `a ${this.pool.worker} that is starting`,
      items: chunk.running(),
    }));
  }

  waiting(): number {
    return this.#queue.remaining + (this.#retries?.waiting ?? 0);
  }

  rests(): boolean {
    return this.#inFlight.size === 0 && this.#queue.remaining === 0;
  }

  #hasItems(): boolean {
    this.#queue.requeueItems(this.#retries?.take());
    if (this.#queue.remaining === 0) return false;
    this.#resume?.();
    this.#resume = undefined;
    return true;
  }

  /** Resolves when items may have come that failed, if any can come. */
  #comesLater(): Promise<void> | undefined {
    if (!this.#retries || this.#retries.waiting + this.#inFlight.size === 0) return undefined;
    if (this.rests()) this.#resume ??= this.job.pause?.();
    return this.#retries.next();
  }

  /** Takes back half of what the worker that has the most left has not begun, for one that is done. */
  #reclaim(): boolean {
    if (this.pool.passing !== "share") return false;
    let most: ChunkInFlight | undefined;
    let left = 0;
    for (const chunk of this.#inFlight) {
      const unbegun = chunk.count - chunk.begun();
      if (unbegun > left) [most, left] = [chunk, unbegun];
    }
    if (!most || !this.#queue.isWorth(left)) return false;
    const taken = most.reclaim();
    this.#queue.requeue(taken);
    return taken.length > 0;
  }

  /** One worker at a time of the call. @param concurrency items that it runs at once */
  #lane(concurrency: number): Lane<Report> {
    const { cores, journals } = this.pool;
    let chunk: ChunkInFlight;
    // a worker that is being ended, and may still run items of the call
    let leaving: Promise<void> | undefined;
    return {
      core: cores.core(),
      hasWork: () => !leaving && (this.#hasItems() || this.#reclaim()),
      later: () => (leaving && this.#hasItems() ? leaving : this.#comesLater()),
      send: () => {
        const call = { ...this.reference, concurrency, oldest: Math.min(...live) };
        const next = this.#lanes.over ? undefined : this.#queue.next(call);
        if (!next) return undefined;
        const journal = journals.acquire();
        chunk = new ChunkInFlight(next, journal, this.job, this.pool, this.state, this.cancellation);
        this.#inFlight.add(chunk);
        chunk.ended.catch(() => journals.release(journal, false));
        return chunk;
      },
      account: async (ending) => {
        let reusable = false;
        try {
          await this.#account(chunk, ending);
          reusable = ending.kind === "replied";
          if (this.reference.exact && isOver(ending))
            leaving = this.pool.gone(chunk.worker).then(() => {
              leaving = undefined;
            });
        } finally {
          this.#inFlight.delete(chunk);
          this.#retries?.wake();
          journals.release(chunk.storage, reusable);
        }
      },
    };
  }

  async #account(chunk: ChunkInFlight, ending: Ending<Report>): Promise<void> {
    const failures: [item: number, error: ErrorParcel][] = [];
    const reader = new FailureReader();
    let finished = 0;
    if (this.pool.passing === "copy") this.#bytesIn += chunk.stateBytes;
    this.#bytesOut += chunk.read((item, kind, content, unasked) => {
      finished++;
      if (!isFailure(kind)) this.#results.succeed(item, kind, content);
      else {
        const error = reader.read(content);
        // what it throws when it is asked to end is but the way it ends
        if (!unasked) this.#fail(item, cancelledItem(this.cancellation.error!, item));
        else if (error instanceof ErrorParcel) failures.push([item, error]);
        else this.#fail(item, error);
      }
    });
    this.#settled += finished;
    if (failures.length > 0) {
      const errors = await this.#classes.open(failures.map(([, parcel]) => parcel));
      failures.forEach(([item], i) => {
        this.#fail(item, errors[i]);
      });
    }
    if (finished > 0) this.#deaths = 0;

    if (ending.kind === "replied") this.#applyReport(ending.reply, finished, chunk);
    const { lost, left } = chunk.account(ending.kind === "ended");
    this.#queue.requeue(left);
    if (ending.kind !== "ended") return;
    this.#countDeath(ending.why, chunk);
    for (const item of lost) this.#fail(item, this.#lostWith(item, ending.why));
  }

  #applyReport(report: Report, finished: number, chunk: ChunkInFlight): void {
    switch (report.kind) {
      case "done": {
        const { began, busy, worker } = report;
        this.#queue.ran(finished, busy);
        this.#publishDone(chunk, finished, fromShared(began), busy);
        if (report.abandoned > 0) this.pool.retire(worker);
        for (const { position, names } of report.lost ?? [])
          this.#lost.report(worker, itemAt(chunk.chunk.items, position), names);
        return;
      }
      case "impossible": {
        const { message, cause } = new ErrorParcel(report.error).open();
        this.#lanes.failure ??= new Error(`${this.job.label}: ${message}`, { cause });
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

  #countDeath(why: WorkerEnd, chunk: ChunkInFlight): void {
    const begun = chunk.begun();
    this.#publishDone(chunk, begun, chunk.sent, now() - chunk.sent);
    if (begun > 0 || why.kind !== "crashed" || this.#lanes.over) return;
    this.#deaths++;
    if (this.#deaths < deathsBeforeWork) return;
    const cause = why.error!;
    this.#lanes.failure ??= new Error(
      `${this.job.label}: ${this.#deaths} workers in a row ended before an item began, the last like this: ${cause.message}. ` +
        `Does importing ${this.reference.work.module} end the process, or an option of the command line keep workers from starting?`,
      { cause },
    );
  }

  #lostWith(item: number, why: WorkerEnd): Error {
    const { worker } = this.pool;
    if (why.kind === "timeout")
      return new DOMException(itemTimeoutText(worker, this.job.options.timeout!), "TimeoutError");
    if (this.cancellation.error) return cancelledItem(this.cancellation.error, item);
    const error = why.kind === "crashed" ? why.error! : new Error("it was ended");
    return workerEnded(worker, error.message, error);
  }

  #fail(item: number, error: Error): void {
    const verdict = this.#lanes.over ? undefined : this.#retries?.judge(item, () => error);
    if (typeof verdict === "number") this.#retries!.hold(item, verdict);
    else this.#results.fail(item, verdict ?? error);
  }

  async #exports(): Promise<Exports | undefined> {
    const { work } = this.job;
    if (work.kind !== "kernel" && work.self) return localExports(work.self);
    return importLocally(this.reference.work.module);
  }
}

/** Whether a worker that had a chunk ends, or has ended. */
function isOver(ending: Ending<Report>): boolean {
  return ending.kind !== "replied" || (ending.reply.kind === "done" && ending.reply.abandoned > 0);
}
