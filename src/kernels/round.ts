import { type SharedMemory, sharedMemory } from "../columns/memory.js";
import { fromShared, now } from "../events/clock.js";
import { publish } from "../events/stream.js";
import { type ClaimSizes, countItems, cutClaims, type Range } from "./claims.js";
import { FaultReader, logBytes } from "./faults/fault-log.js";
import type { KernelCall, Part } from "./kernel-call.js";
import {
  areaWord,
  cell,
  claimWord,
  controlWords,
  type FaultMessage,
  idle,
  itemsDone,
  logLength,
  logsSent,
  nextClaim,
  type RoundReply,
  stop,
} from "./round-protocol.js";
import { RoundSegments } from "./round-segments.js";
import type { Ending, Entry, Slot } from "./worker-slot.js";
import { WorkerEnded } from "./worker-slot.js";

const nobody = 0;
/** the claim of a worker that ended, after its items were accounted for */
const settled = 0xffff_fffe;

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
  /** What becomes of the item that a worker ran when it ended. */
  readonly errorOf: (ending: Ending, item: number) => Error;
}

/**
 * Workers run the items of some ranges, each taking one claim after another. A worker that ends costs the item that it ran;
 * the rest of its claim is left over for another round.
 */
export class Round {
  readonly id = rounds++;
  /** milliseconds spent in kernels, of all workers */
  busy = 0;
  readonly #memory: SharedMemory = sharedMemory();
  readonly #claims: readonly Range[];
  readonly #workers: number;
  readonly #items: number;
  readonly #control: number;
  readonly #words: Uint32Array;
  readonly #left: Range[] = [];
  readonly #slots: readonly Slot[];
  // the workers in the round, and what lets each go that has nothing of it left to do
  readonly #active = new Map<number, () => void>();
  // messages of faults that came from each
  readonly #received: number[];
  readonly #lingering = new Set<Promise<unknown>>();
  // wishes for workers that have no core yet
  readonly #entries = new Set<Entry>();
  #taken: number | undefined;
  readonly #segments: RoundSegments;
  readonly #logs: number;
  readonly #readers: readonly FaultReader[];

  /** @throws RangeError when shared memory is full */
  constructor(
    readonly part: Part,
    readonly call: KernelCall,
    slots: readonly Slot[],
    readonly options: RoundOptions,
  ) {
    this.#claims = cutClaims(part.ranges, slots.length, options.claims);
    this.#items = countItems(part.ranges);
    this.#slots = slots.slice(0, this.#claims.length);
    this.#workers = this.#slots.length;
    this.#received = this.#slots.map(() => 0);
    const words = controlWords(this.#workers, this.#claims.length);
    this.#control = this.#memory.allocate(4 * words, { zeroed: true, purpose: "a call" });
    const bytesOfLogs = logBytes * this.#workers;
    try {
      this.#logs = this.#memory.allocate(bytesOfLogs, { purpose: "a call" });
    } catch (error) {
      this.#memory.free(this.#control);
      throw error;
    }
    this.#readers = this.#slots.map(() => new FaultReader((item, fault) => call.fault(item, fault)));
    this.#segments = new RoundSegments(this.#memory, call.results, options.resultBytes);
    // both may lie where a worker made the memory grow
    const buffer = this.#memory.bufferTo(Math.max(this.#control + 4 * words, this.#logs + bytesOfLogs));
    this.#words = new Uint32Array(buffer, this.#control, words);
    this.#claims.forEach(({ begin, end }, i) => {
      this.#words.set([begin, end, nobody], claimWord(this.#workers, i));
    });
    for (let i = 0; i < this.#workers; i++) this.#words[areaWord(i) + cell] = idle;
  }

  /** Runs the claims. @returns what no worker began */
  async run(): Promise<readonly Range[]> {
    const outcomes = await Promise.allSettled(this.#slots.map((slot, i) => this.#drive(slot, i)));
    for (let i = 0; i < this.#claims.length; i++) {
      if (this.#words[this.#ownerWord(i)] === nobody) this.#left.push(this.#claims[i]);
    }
    this.#segments.keep();
    // a worker that was let go still reads that there is nothing to do
    if (this.#lingering.size === 0) this.#free();
    else void Promise.allSettled(this.#lingering).then(() => this.#free());
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return this.#left;
  }

  #free(): void {
    this.#memory.free(this.#control);
    this.#memory.free(this.#logs);
  }

  /** Takes what a worker sent of its log. */
  faults({ index, entries }: FaultMessage): void {
    this.#received[index]++;
    this.#readers[index].read(entries);
  }

  /** Lets no worker take another claim. */
  stop(): void {
    // what was taken before is known from its claim's word; workers read this before they take one
    Atomics.store(this.#words, stop, 1);
    this.#withdraw();
  }

  /** After `stop`: goes on without the workers that are busy with other calls. */
  leaveBusyWorkers(): void {
    // from here on nobody gets a claim, so that those who have none never will
    const taken = Atomics.exchange(this.#words, nextClaim, this.#claims.length);
    this.#taken ??= Math.min(taken, this.#claims.length);
    const owners = Array.from({ length: this.#taken }, (_, i) =>
      Atomics.load(this.#words, this.#ownerWord(i)),
    );
    // taken a moment ago, and not signed yet
    if (owners.includes(nobody)) return;
    for (const [index, leave] of this.#active) {
      const isReceived = this.#received[index] === this.#words[areaWord(index) + logsSent];
      if (isReceived && !owners.includes(index + 1)) leave();
    }
  }

  /** The items that run now, and the workers that run them. */
  running(): { slot: Slot; index: number; item: number }[] {
    return [...this.#active.keys()].flatMap((index) => {
      const item = Atomics.load(this.#words, areaWord(index) + cell);
      return item === idle ? [] : [{ slot: this.#slots[index], index, item }];
    });
  }

  /** How many items no worker has claimed. */
  unclaimed(): number {
    return this.#claims.reduce(
      (sum, { begin, end }, i) => (this.#words[this.#ownerWord(i)] === nobody ? sum + end - begin : sum),
      0,
    );
  }

  async #drive(slot: Slot, index: number): Promise<void> {
    for (let deaths = 0; await this.#enter(slot); ) {
      let top: number | undefined;
      let sent = now();
      try {
        const call = {
          id: this.id,
          module: this.part.kernel.module.description.hash,
          kernel: this.part.kernel.name,
          frame: this.part.frame,
          control: this.#control,
          index,
          workers: this.#workers,
          claims: this.#claims.length,
          log: { address: this.#logs + logBytes * index, bytes: logBytes },
          pool: this.#segments.pool,
          memoryBytes: this.#memory.buffer.byteLength,
        };
        const reply = slot.runRound(this.part.kernel.module, call, () => {
          sent = now();
          publish({ type: "workSent", time: sent, ...this.#own(slot), items: this.#items });
        });
        const leave = new Promise<undefined>((resolve) => this.#active.set(index, () => resolve(undefined)));
        const done = await Promise.race([reply, leave]);
        if (done) {
          const [began, ended] = [fromShared(done.began), fromShared(done.ended)];
          this.#publishDone(slot, index, { began, ended, busy: done.busy });
        } else this.#lingering.add(reply);
        this.busy += done?.busy ?? 0;
        top = done?.segmentTop;
        if (!done?.yielded || this.#isOver()) return;
      } catch (reason) {
        if (!(reason instanceof WorkerEnded)) throw reason;
        const began = this.#account(index, reason.ending);
        const ended = now();
        // an item that had to be ended is no cheap one
        this.busy += ended - sent;
        this.#publishDone(slot, index, { began: sent, ended, busy: ended - sent });
        if (reason.ending.kind === "closed" || this.#isOver()) return;
        if (!began && reason.ending.kind === "crashed" && ++deaths >= deathsBeforeWork) {
          throw new Error(`A worker thread ended ${deaths} times before it began an item.`, {
            cause: reason.ending.error,
          });
        }
      } finally {
        this.#active.delete(index);
        this.#segments.note(this.#words.subarray(areaWord(index), areaWord(index + 1)), top);
        this.#readLog(index);
        if (this.#isOver()) this.#withdraw();
      }
    }
  }

  /** @returns false when nothing is left to do before the worker has a core */
  async #enter(slot: Slot): Promise<boolean> {
    if (this.#isOver()) return false;
    const entry = slot.enter(this.options.cores);
    this.#entries.add(entry);
    const entered = await entry.entered;
    this.#entries.delete(entry);
    return entered;
  }

  #withdraw(): void {
    for (const entry of this.#entries) entry.withdraw();
  }

  #publishDone(
    slot: Slot,
    index: number,
    { began, ended, busy }: Pick<RoundReply, "began" | "ended" | "busy">,
  ): void {
    const at = areaWord(index) + itemsDone;
    const items = this.#words[at];
    this.#words[at] = 0;
    const { name: kernel } = this.part.kernel;
    publish({ type: "workDone", time: ended, ...this.#own(slot), kernel, items, began, busy });
  }

  #own({ worker }: Slot) {
    const { label, id } = this.call.job;
    return { call: id, action: label, worker };
  }

  #ownerWord(claim: number): number {
    return claimWord(this.#workers, claim) + 2;
  }

  #isOver(): boolean {
    return (
      Atomics.load(this.#words, stop) === 1 || Atomics.load(this.#words, nextClaim) >= this.#claims.length
    );
  }

  // the worker has ended, so nothing of its area and its claims changes any more
  #account(index: number, ending: Ending): boolean {
    const running = this.#words[areaWord(index) + cell];
    this.#words[areaWord(index) + cell] = idle;
    // all that it sent came before it ended
    this.#received[index] = this.#words[areaWord(index) + logsSent] = 0;
    for (let i = 0; i < this.#claims.length; i++) {
      const at = this.#ownerWord(i);
      if (this.#words[at] !== index + 1) continue;
      this.#words[at] = settled;
      const { begin, end } = this.#claims[i];
      if (running === idle) {
        this.#left.push(this.#claims[i]);
        return false;
      }
      this.call.fail(running, this.options.errorOf(ending, running));
      if (running + 1 < end) this.#left.push({ begin: Math.max(begin, running + 1), end });
      return true;
    }
    return false;
  }

  #readLog(index: number): void {
    const at = areaWord(index) + logLength;
    const length = Atomics.load(this.#words, at);
    if (length === 0) return;
    this.#readers[index].read(
      new Uint8Array(this.#memory.buffer, this.#logs + logBytes * index, length).slice(),
    );
    this.#words[at] = 0;
  }
}
