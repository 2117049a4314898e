import type { Cancellation } from "../call/cancellation.js";
import { type SharedMemory, sharedMemory } from "../columns/memory.js";
import { fromShared, now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import type { Ending } from "../workers/ending.js";
import { type Lane, Lanes, type Work } from "../workers/lane.js";
import type { CallInFlight } from "../workers/members.js";
import { countItems, type Range } from "../workers/ranges.js";
import { type ClaimSizes, cutClaims } from "./claims.js";
import type { KernelCall, Part } from "./kernel-call.js";
import { lostItem } from "./lost-items.js";
import { RoundJournal, type WorkerJournal } from "./round-journal.js";
import type { RoundReply } from "./round-protocol.js";
import { RoundSegments } from "./round-segments.js";
import type { Slot } from "./worker-slot.js";

/** Milliseconds that workers get to finish their claims when a call is cancelled, before they are ended. */
const grace = 10;

/** Deaths of one worker before it began an item, after which it is not started again; others may well kill a few. */
const deathsBeforeWork = 30;

let rounds = 0;

export interface RoundOptions {
  /** how many items in a claim, or how many at most */
  readonly claims: ClaimSizes;
  /** cores that may be in use, if more than there are */
  readonly cores?: number;
  /** bytes that returned arrays are likely to have */
  readonly resultBytes: number;
}

/**
 * Workers run the items of some ranges, each taking one claim after another. A worker that ends costs the item that it ran;
 * the rest of its claim is left over for another round.
 */
export class Round implements CallInFlight {
  readonly id = rounds++;
  /** milliseconds spent in kernels, of all workers */
  busy = 0;
  readonly journal: RoundJournal;
  readonly #memory: SharedMemory = sharedMemory();
  readonly #items: number;
  readonly #left: Range[] = [];
  readonly #slots: readonly Slot[];
  readonly #leftBehind: Promise<unknown>[] = [];
  readonly #segments: RoundSegments;

  /** @throws RangeError when shared memory is full */
  constructor(
    readonly part: Part,
    readonly call: KernelCall,
    readonly cancellation: Cancellation,
    slots: readonly Slot[],
    readonly options: RoundOptions,
  ) {
    const claims = cutClaims(part.ranges, slots.length, options.claims);
    this.#items = countItems(part.ranges);
    this.#slots = slots.slice(0, claims.length);
    this.journal = new RoundJournal(this.#memory, claims, this.#slots.length, call);
    this.#segments = new RoundSegments(this.#memory, call.results, options.resultBytes);
  }

  /** Runs the claims. @returns what no worker began */
  async run(): Promise<readonly Range[]> {
    const { timeout } = this.call.job.options;
    const lanes = new Lanes(this.cancellation, { limit: this.options.cores, grace, timeout });
    await lanes.run(this.#slots.map((slot, i) => this.#lane(slot, this.journal.workers[i])));
    this.#left.push(...this.journal.unclaimed());
    for (const worker of this.journal.workers) this.#settle(worker);
    this.#segments.keep();
    // a worker that was left behind still reads that there is nothing to do
    if (this.#leftBehind.length === 0) this.journal.free();
    else void Promise.allSettled(this.#leftBehind).then(() => this.journal.free());
    if (lanes.failure) throw lanes.failure;
    return this.#left;
  }

  progress(): string {
    return this.journal.workers.map((worker) => worker.progress()).join();
  }

  done(): number {
    return this.journal.done();
  }

  running(): { worker: WorkerName; items: readonly number[] }[] {
    return this.journal.workers
      .map((journal, i) => ({ worker: this.#slots[i].worker, items: journal.running() }))
      .filter(({ items }) => items.length > 0);
  }

  waiting(): number {
    return countItems(this.journal.unclaimed());
  }

  /** One worker's part in the round, and its successors' when it ends. */
  #lane(slot: Slot, journal: WorkerJournal): Lane<RoundReply> {
    let sent = 0;
    let deaths = 0;
    let closed = false;
    const hasWork = () => !closed && !this.journal.isOver;
    return {
      core: slot.core,
      hasWork,
      send: () => {
        sent = now();
        return this.#send(slot, journal, (time) => {
          sent = time;
        });
      },
      account: (ending) => {
        if (ending.kind === "replied") {
          const { began, ended, busy, segmentTop } = ending.reply;
          this.#publishDone(slot, journal, fromShared(began), fromShared(ended), busy);
          this.#settle(journal, segmentTop);
          return;
        }
        if (ending.kind === "left") {
          this.#leftBehind.push(ending.later);
          const time = now();
          this.#publishDone(slot, journal, sent, time, journal.begun() > 0 ? time - sent : 0);
          return;
        }
        const { why } = ending;
        const time = now();
        const begun = journal.begun();
        const { lost, left } = journal.account(true);
        for (const item of lost)
          this.call.fail(item, lostItem(item, why, journal, this.call, this.cancellation));
        this.#left.push(...left);
        // an item that had to be ended is no cheap one
        this.#publishDone(slot, journal, sent, time, time - sent);
        this.#settle(journal);
        closed = why.kind === "closed";
        if (begun > 0 || why.kind !== "crashed" || !hasWork() || ++deaths < deathsBeforeWork) return;
        const text = `A worker thread ended ${deaths} times before it began an item.`;
        throw new Error(text, { cause: why.error });
      },
    };
  }

  #send(slot: Slot, journal: WorkerJournal, onSent: (time: number) => void): Work<RoundReply> {
    const { kernel, frame } = this.part;
    const { job } = this.call;
    const call = {
      id: this.id,
      module: kernel.module.description.hash,
      kernel: kernel.name,
      frame,
      control: this.journal.control,
      index: journal.index,
      workers: this.#slots.length,
      claims: this.journal.claims.length,
      log: journal.log,
      pool: this.#segments.pool,
      memoryBytes: this.#memory.buffer.byteLength,
    };
    const later = slot.run(kernel.module, call, { job, journal }, () => {
      const time = now();
      onSent(time);
      const { label: action, id } = job;
      publish({ type: "workSent", time, call: id, action, worker: slot.worker, items: this.#items });
    });
    let leave!: () => void;
    const left = new Promise<Ending<RoundReply>>((resolve) => {
      leave = () => resolve({ kind: "left", later });
    });
    return {
      journal,
      ended: Promise.race([later, left]),
      stop: () => this.journal.stop(),
      end: (why) => {
        // workers that finish their claims at once need not be ended; those busy with other calls need not be waited for
        const owners = why.kind === "cancelled" ? this.journal.owners() : undefined;
        if (owners && journal.isReceived && !owners.includes(journal.index + 1)) leave();
        else if (why.kind === "timeout" || journal.running().length > 0) void slot.end(why);
      },
    };
  }

  #publishDone({ worker }: Slot, journal: WorkerJournal, began: number, time: number, busy: number): void {
    this.busy += busy;
    const { label: action, id: call } = this.call.job;
    const { name: kernel } = this.part.kernel;
    const items = journal.takeDone();
    publish({ type: "workDone", time, call, action, worker, kernel, items, began, busy });
  }

  /** Takes over the segments and the log of a worker. @param top up to where its last segment is filled, if that is known */
  #settle(journal: WorkerJournal, top?: number): void {
    this.#segments.note(journal.area, top);
    journal.readLog();
  }
}
