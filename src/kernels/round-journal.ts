import type { SharedMemory } from "../columns/memory.js";
import type { Account, Journal } from "../workers/journal.js";
import type { Range } from "../workers/ranges.js";
import { FaultReader, logBytes } from "./faults/fault-log.js";
import type { KernelCall } from "./kernel-call.js";
import {
  areaWord,
  type Block,
  cell,
  claimWord,
  controlWords,
  type FaultMessage,
  finished,
  idle,
  itemsDone,
  logLength,
  logsSent,
  nextClaim,
  stop,
} from "./round-protocol.js";

const nobody = 0;
/** the claim of a worker that ended, after its items were accounted for */
const settled = 0xffff_fffe;

/** What the workers of a round took and how far they are: its control block, and their logs of faults. */
export class RoundJournal {
  /** address of the control block */
  readonly control: number;
  readonly workers: readonly WorkerJournal[];
  readonly words: Uint32Array;
  readonly #logs: number;
  #taken: number | undefined;

  /** @throws RangeError when shared memory is full */
  constructor(
    readonly memory: SharedMemory,
    readonly claims: readonly Range[],
    count: number,
    call: KernelCall,
  ) {
    const words = controlWords(count, claims.length);
    const bytesOfLogs = logBytes * count;
    this.control = memory.allocate(4 * words, { zeroed: true, purpose: "a call" });
    try {
      this.#logs = memory.allocate(bytesOfLogs, { purpose: "a call" });
    } catch (error) {
      memory.free(this.control);
      throw error;
    }
    // both may lie where a worker made the memory grow
    const buffer = memory.bufferTo(Math.max(this.control + 4 * words, this.#logs + bytesOfLogs));
    this.words = new Uint32Array(buffer, this.control, words);
    claims.forEach(({ begin, end }, i) => {
      this.words.set([begin, end, nobody], claimWord(count, i));
    });
    this.workers = Array.from(
      { length: count },
      (_, i) => new WorkerJournal(this, i, { address: this.#logs + logBytes * i, bytes: logBytes }, call),
    );
  }

  /** Whether no claim is left to take. */
  get isOver(): boolean {
    return Atomics.load(this.words, stop) === 1 || Atomics.load(this.words, nextClaim) >= this.claims.length;
  }

  /** Lets no worker take another claim. */
  stop(): void {
    // what was taken before is known from its claim's word; workers read this before they take one
    Atomics.store(this.words, stop, 1);
  }

  /** Who has each claim that was taken before `stop`; undefined as long as one that was taken a moment ago is not signed. */
  owners(): readonly number[] | undefined {
    // from here on nobody gets a claim, so that those who have none never will
    const taken = Atomics.exchange(this.words, nextClaim, this.claims.length);
    this.#taken ??= Math.min(taken, this.claims.length);
    const owners = Array.from({ length: this.#taken }, (_, i) => Atomics.load(this.words, this.ownerWord(i)));
    return owners.includes(nobody) ? undefined : owners;
  }

  /** The claims that nobody took. */
  unclaimed(): readonly Range[] {
    return this.claims.filter((_, i) => this.words[this.ownerWord(i)] === nobody);
  }

  /** How many items ended, as far as workers have told: what a worker that ended had is not in it. */
  done(): number {
    let done = 0;
    for (const [i, { begin, end }] of this.claims.entries()) {
      const owner = this.words[this.ownerWord(i)];
      if (owner === finished) done += end - begin;
      else if (owner !== nobody && owner !== settled) {
        const [item = begin] = this.workers[owner - 1].running();
        if (item >= begin && item < end) done += item - begin;
      }
    }
    return done;
  }

  ownerWord(claim: number): number {
    return claimWord(this.workers.length, claim) + 2;
  }

  free(): void {
    this.memory.free(this.control);
    this.memory.free(this.#logs);
  }
}

/** What one worker of a round writes down. */
export class WorkerJournal implements Journal {
  readonly #area: number;
  readonly #reader: FaultReader;
  // messages of faults that came from it
  #received = 0;

  constructor(
    private readonly round: RoundJournal,
    readonly index: number,
    /** where it writes what items threw */
    readonly log: Block,
    call: KernelCall,
  ) {
    this.#area = areaWord(index);
    this.#reader = new FaultReader((item, fault) => call.fault(item, fault));
    round.words[this.#area + cell] = idle;
  }

  /** The worker's words of the control block. */
  get area(): Uint32Array {
    return this.round.words.subarray(this.#area, areaWord(this.index + 1));
  }

  // an item runs only once in a round
  progress(): number {
    const item = Atomics.load(this.round.words, this.#area + cell);
    return item === idle ? 0 : item + 1;
  }

  running(): readonly number[] {
    const item = Atomics.load(this.round.words, this.#area + cell);
    return item === idle ? [] : [item];
  }

  begun(): number {
    const done = this.round.words[this.#area + itemsDone];
    const [item] = this.running();
    const claim = item === undefined ? undefined : this.#claim();
    return claim ? done + item! + 1 - claim.begin : done;
  }

  account(ended: boolean): Account {
    if (!ended) return { lost: [], left: [] };
    const { words } = this.round;
    const [item] = this.running();
    words[this.#area + cell] = idle;
    // all that it sent came before it ended
    this.#received = words[this.#area + logsSent] = 0;
    const claim = this.#claim();
    if (!claim) return { lost: [], left: [] };
    const { begin, end, owner } = claim;
    words[owner] = settled;
    if (item === undefined) return { lost: [], left: [{ begin, end }] };
    return { lost: [item], left: item + 1 < end ? [{ begin: Math.max(begin, item + 1), end }] : [] };
  }

  /** How many items it ran since this was last asked, in claims that it finished. */
  takeDone(): number {
    const at = this.#area + itemsDone;
    const items = this.round.words[at];
    this.round.words[at] = 0;
    return items;
  }

  /** Takes what the worker sent of its log. */
  receive({ entries }: FaultMessage): void {
    this.#received++;
    this.#reader.read(entries);
  }

  /** Whether all that it sent of its log has arrived. */
  get isReceived(): boolean {
    return this.#received === this.round.words[this.#area + logsSent];
  }

  /** Reads what is in the worker's log, and empties it. */
  readLog(): void {
    const at = this.#area + logLength;
    const { words, memory } = this.round;
    const length = Atomics.load(words, at);
    if (length === 0) return;
    this.#reader.read(new Uint8Array(memory.buffer, this.log.address, length).slice());
    words[at] = 0;
  }

  /** The claim that it signed and did not finish. */
  #claim(): (Range & { readonly owner: number }) | undefined {
    for (let i = 0; i < this.round.claims.length; i++) {
      const owner = this.round.ownerWord(i);
      if (this.round.words[owner] === this.index + 1) return { ...this.round.claims[i], owner };
    }
    return undefined;
  }
}
