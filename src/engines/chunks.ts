import { now, type WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { cancelledItem } from "../nogil/cancelled-item.js";
import { ErrorParcel, type Exports } from "../workers/errors.js";
import { entryBytes, Kind } from "../workers/ledger.js";
import { exportsHere, locate } from "../workers/locate.js";
import { type Packed, pack } from "../workers/packing.js";
import {
  type CallReference,
  type Chunk,
  type ChunkItems,
  countOf,
  itemAt,
  type Report,
} from "../workers/protocol.js";
import { Backlog } from "./backlog.js";
import { checkArguments, chunkArguments, hold, packState, weigh } from "./call-state.js";
import { Cancellation } from "./cancellation.js";
import { cores } from "./cores.js";
import type { Crew, Ending, Running, Slot } from "./crew.js";
import type { Job, Outcome } from "./engine.js";
import { keepAlive } from "./keep-alive.js";
import { Pace, slice } from "./pace.js";
import type { Waiting } from "./roster.js";
import { Tally } from "./tally.js";
import { watchProgress } from "./watchdog.js";

const live = new Set<number>();

// how long a worker has to end a chunk that was cancelled
const grace = 100;
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
  const reference = { id, label, work, concurrency, timeout: options.timeout };
  try {
    return await new ChunkedRun(job, crew, reference, crew.share(state)).finish();
  } finally {
    for (const end of ends) end();
  }
}

/** Who was handed a chunk, and when; nobody yet while a worker starts. */
interface Sent {
  readonly worker: WorkerName;
  readonly time: number;
}

/** The results of a chunk's items. */
interface Committed {
  readonly items: number;
  readonly bytes: number;
}

class ChunkedRun implements Waiting {
  readonly #backlog: Backlog;
  readonly #pace: Pace;
  readonly #tally: Tally;
  readonly #workers: number;
  readonly #cancellation: Cancellation;
  #impossible: Error | undefined;
  #deaths = 0;

  constructor(
    private readonly job: Job,
    private readonly crew: Crew,
    private readonly reference: Omit<CallReference, "oldest">,
    private readonly state: Packed,
  ) {
    const { invocations, options, label } = job;
    this.#workers = Math.min(options.workers || cores.total, invocations.length);
    this.#backlog = new Backlog(invocations.length);
    this.#pace = new Pace(
      `${crew.worker} ${label}`,
      invocations.length,
      this.#workers,
      reference.concurrency,
      options.chunkSize,
    );
    this.#pace.weighed(weigh(invocations, 0, crew.passing));
    this.#tally = new Tally(invocations.length, options.retry ?? 0);
    this.#cancellation = new Cancellation(
      { ...options, signal: anyOf(options.signal, crew.closing.signal) },
      label,
    );
  }

  get waiting(): number {
    return this.#backlog.remaining;
  }

  async finish(): Promise<Outcome> {
    this.crew.roster.calls.add(this);
    try {
      await Promise.all(Array.from({ length: this.#workers }, () => this.#lane()));
    } finally {
      this.#cancellation.ignore();
      this.crew.roster.calls.delete(this);
    }
    if (this.#impossible) throw this.#impossible;
    for (const item of this.#backlog.drain())
      this.#tally.fail(item, cancelledItem(this.#cancellation.error!, item));
    return this.#tally.outcome();
  }

  get #over(): boolean {
    return this.#cancellation.error !== undefined || this.#impossible !== undefined;
  }

  async #lane(): Promise<void> {
    while (!this.#over && this.#backlog.remaining > 0) {
      const slot = await this.#takeSlot();
      if (!slot) return;
      let reusable = true;
      try {
        const chunk = this.#nextChunk(slot);
        if (chunk) reusable = await this.#runChunk(chunk, slot);
      } finally {
        this.crew.slots.giveBack(slot, reusable);
      }
    }
  }

  async #takeSlot(): Promise<Slot | undefined> {
    const { slots } = this.crew;
    const taken = slots.take(this.#workers);
    const slot = await Promise.race([taken, this.#cancellation.happened]);
    // other calls may hold the slots for long
    if (!slot) void taken.then((late) => slots.giveBack(late, true));
    return slot ?? undefined;
  }

  /** The next items whose arguments can travel; those whose cannot fail here. */
  #nextChunk(slot: Slot): Chunk | undefined {
    const { invocations, label, options } = this.job;
    const { passing } = this.crew;
    while (this.#backlog.remaining > 0) {
      const items = this.#backlog.take(this.#pace.next(this.#backlog.remaining));
      let args: Packed;
      try {
        args = pack(chunkArguments(invocations, items, passing), passing, label);
      } catch (error) {
        this.#returnSendable(items, error as Error);
        continue;
      }
      this.#pace.weighed(args.bytes.length / countOf(items));
      const sliced = options.chunkSize === undefined && this.reference.concurrency === 1;
      const call = { ...this.reference, oldest: Math.min(...live), state: this.#stateToSend() };
      return { call, items, args, slice: sliced ? slice : undefined, ledger: slot.ledger.reference };
    }
    return undefined;
  }

  #stateToSend(): Packed | undefined {
    return this.crew.sendsState(this.state) ? this.state : undefined;
  }

  #returnSendable(items: ChunkItems, reason: Error): void {
    const { invocations, label } = this.job;
    const sendable: number[] = [];
    for (const item of itemsOf(items)) {
      try {
        checkArguments(invocations, item, this.crew.passing, label);
        sendable.push(item);
      } catch (error) {
        this.#tally.fail(item, error as Error);
      }
    }
    if (sendable.length < countOf(items)) this.#backlog.giveBack(sendable);
    // each can be sent, but not all in one message
    else if (sendable.length > 1) this.#backlog.giveBack(sendable, { apart: true });
    else this.#tally.fail(sendable[0], reason);
  }

  /** @returns whether the slot's ledger can be used again */
  async #runChunk(chunk: Chunk, slot: Slot): Promise<boolean> {
    slot.ledger.open(countOf(chunk.items));
    const release = hold(chunk.args);
    const assignment = { chunk: { ...chunk, ledger: slot.ledger.reference }, ledger: slot.ledger };
    const { id: call, label: action } = this.job;
    const sent = { worker: "", time: now() };
    const running = this.crew.run(assignment, (worker) => {
      Object.assign(sent, { worker, time: now() });
      publish({ type: "workSent", ...sent, call, action, items: countOf(chunk.items) });
    });
    let stuck = false;
    const { timeout } = this.job.options;
    const expired = () => {
      stuck = true;
      running.kill("an item was over its timeout");
    };
    const unwatch =
      timeout === undefined
        ? undefined
        : watchProgress(slot.ledger, timeout, this.reference.concurrency, expired);
    const ending = await this.#untilCancelled(running, slot);
    unwatch?.();
    release();
    if (ending.kind === "report" && ending.report.kind === "stateless") {
      return this.#runChunk({ ...chunk, call: { ...chunk.call, state: this.state } }, slot);
    }
    const results = await this.#settle(chunk.items, slot, ending, stuck);
    this.#tell(chunk, sent, ending, results);
    return ending.kind === "report";
  }

  #tell({ args, call }: Chunk, sent: Sent, ending: Ending, { items, bytes }: Committed): void {
    const own = { call: this.job.id, action: this.job.label };
    const bytesIn = args.bytes.length + (call.state?.bytes.length ?? 0);
    publish({ type: "copied", time: now(), ...own, bytesIn, bytesOut: bytes });
    const report = ending.kind === "report" && ending.report.kind === "done" ? ending.report : undefined;
    // a worker that ended took its clock with it
    const began = report?.began ?? sent.time;
    const busy = report?.busy ?? now() - began;
    publish({ type: "workDone", time: began + busy, ...own, worker: sent.worker, items, began, busy });
  }

  async #untilCancelled(running: Running, { ledger }: Slot): Promise<Ending> {
    const first = await Promise.race([running.ended, this.#cancellation.happened]);
    if (first) return first;
    ledger.close();
    const timer = setTimeout(() => running.kill("its call was cancelled"), grace);
    const ending = await running.ended;
    clearTimeout(timer);
    return ending;
  }

  async #settle(items: ChunkItems, { ledger }: Slot, ending: Ending, stuck: boolean): Promise<Committed> {
    const begun = ledger.close();
    const entries = [...ledger.entries()];
    const parcels = new Map(
      entries
        .filter(({ kind }) => kind === Kind.Failure)
        .map((entry) => [entry, new ErrorParcel({ bytes: entry.bytes, shared: [] })]),
    );
    const exports = [...parcels.values()].some((parcel) => parcel.needsExports)
      ? await this.#exports()
      : undefined;

    const unfinished = new Set(Array.from({ length: countOf(items) }, (_, position) => position));
    for (const entry of entries) {
      unfinished.delete(entry.position);
      const item = itemAt(items, entry.position);
      const parcel = parcels.get(entry);
      if (parcel) this.#fail(item, parcel.open(exports));
      else this.#tally.succeed(item, entry);
    }
    if (entries.length > 0) this.#deaths = 0;

    if (ending.kind === "report") this.#heed(ending.report, entries.length);
    else this.#bury(ending.reason, begun, stuck);
    for (const position of unfinished) {
      const item = itemAt(items, position);
      // what never began can run elsewhere; what began must not run twice
      if (ending.kind === "report" || position >= begun) this.#backlog.giveBack([item]);
      else this.#fail(item, this.#lost(item, ending.reason, stuck));
    }
    return {
      items: entries.length,
      bytes: entries.reduce((sum, entry) => sum + entryBytes + entry.bytes.length, 0),
    };
  }

  #heed(report: Report, finished: number): void {
    switch (report.kind) {
      case "done":
        this.#pace.ran(finished, report.busy);
        if (report.abandoned > 0) this.crew.retire(report.worker);
        return;
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

  #bury(reason: Error, begun: number, stuck: boolean): void {
    if (begun > 0 || stuck || this.#over) return;
    this.#deaths++;
    if (this.#deaths < deathsBeforeWork) return;
    this.#impossible ??= new Error(
      `${this.job.label}: ${this.#deaths} workers in a row ended before an item began, the last like this: ${reason.message}. ` +
        `Does importing ${this.reference.work.module} end the process, or an option of the command line keep workers from starting?`,
      { cause: reason },
    );
  }

  #lost(item: number, reason: Error, stuck: boolean): Error {
    const { timeout } = this.job.options;
    const { worker } = this.crew;
    if (stuck) {
      const text = `The item took longer than its timeout of ${timeout} ms, so its ${worker} was ended.`;
      return new DOMException(text, "TimeoutError");
    }
    if (this.#cancellation.error) return cancelledItem(this.#cancellation.error!, item);
    const error = new Error(`The ${worker} that ran this item ended: ${reason.message}.`, { cause: reason });
    return Object.assign(error, { code: "ERR_NOGIL_WORKER_ENDED" });
  }

  #fail(item: number, error: Error): void {
    if (!this.#over && this.#tally.retries(item)) this.#backlog.giveBack([item]);
    else this.#tally.fail(item, error);
  }

  async #exports(): Promise<Exports | undefined> {
    const { work } = this.job;
    if (work.kind !== "kernel" && work.self) return exportsHere(work.self);
    return import(this.reference.work.module).catch(() => undefined);
  }
}

function anyOf(given: AbortSignal | undefined, closing: AbortSignal): AbortSignal {
  return given ? AbortSignal.any([given, closing]) : closing;
}

function* itemsOf(items: ChunkItems): Iterable<number> {
  for (let position = 0; position < countOf(items); position++) yield itemAt(items, position);
}
