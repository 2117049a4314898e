import type { Cancellation } from "../call/cancellation.js";
import type { Job } from "../call/job.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import type { ChunkJournal, Content, Kind } from "../workers/chunk-journal.js";
import type { Ending, WorkerEnd } from "../workers/ending.js";
import type { Account, Journal } from "../workers/journal.js";
import type { Work } from "../workers/lane.js";
import type { Range } from "../workers/ranges.js";
import { retain } from "./call-state.js";
import { type Chunk, countOf, itemAt, type Report } from "./chunk-protocol.js";
import type { Packed } from "./codec/codec.js";
import { packError } from "./codec/errors.js";
import type { ChunkWork, Running, WorkerPool } from "./worker-pool.js";

/** Is called with each item that ended, in that order. @param unasked whether it had ended before it was asked to */
type VisitItem = (item: number, kind: Kind, content: Content, unasked: boolean) => void;

/** A chunk that a worker has, or is about to get, and its journal by items. */
export class ChunkInFlight implements Work<Report>, ChunkWork, Journal {
  /** items that it has, without those that were taken back */
  count: number;
  worker?: WorkerName;
  sent = now();
  readonly ended: Promise<Ending<Report>>;
  readonly #items;
  readonly #finished: Uint8Array;
  #running: Running | undefined;
  #withState = false;
  #stopped = false;
  #entries = 0;
  #endedBefore = Number.POSITIVE_INFINITY;

  constructor(
    readonly chunk: Omit<Chunk, "journal">,
    readonly storage: ChunkJournal,
    readonly job: Pick<Job, "id" | "label">,
    private readonly pool: WorkerPool,
    private readonly state: Packed,
    private readonly cancellation: Cancellation,
  ) {
    this.#items = chunk.items;
    this.count = countOf(chunk.items);
    this.#finished = new Uint8Array(this.count);
    storage.open(this.count);
    this.ended = this.#run();
  }

  get journal(): this {
    return this;
  }

  /** The chunk as it is sent. */
  get message(): Chunk {
    const call = { ...this.chunk.call, state: this.#withState ? this.state : undefined };
    return { ...this.chunk, call, journal: this.storage.reference };
  }

  /** Bytes of the call's state that were sent with it. */
  get stateBytes(): number {
    return this.#withState ? this.state.bytes.length : 0;
  }

  async #run(): Promise<Ending<Report>> {
    const release = retain(this.chunk.args);
    try {
      const ending = await this.#send(this.pool.sendsState(this.state));
      if (ending.kind !== "replied" || ending.reply.kind !== "stateless" || this.#stopped) return ending;
      return await this.#send(true);
    } finally {
      release();
    }
  }

  #send(withState: boolean): Promise<Ending<Report>> {
    this.#withState = withState;
    this.#running = this.pool.run(this, (worker) => {
      this.worker = worker;
      this.sent = now();
      const { id: call, label: action } = this.job;
      publish({ type: "workSent", time: this.sent, call, action, worker, items: countOf(this.#items) });
    });
    return this.#running.ended;
  }

  stop(): void {
    this.#stopped = true;
    this.storage.close();
    this.#endedBefore = this.storage.endedCount();
    this.storage.ask(packError(this.cancellation.error!).bytes);
  }

  end(why: WorkerEnd): void {
    // the journal does not say which of several items is over its timeout
    this.#running?.kill(why.kind === "timeout" ? { kind: "timeout" } : why);
  }

  progress(): number {
    return this.storage.progress();
  }

  /** How many items ended that nobody has read yet. */
  done(): number {
    return this.#entries > 0 ? 0 : this.storage.endedCount();
  }

  running(): number[] {
    return this.storage.running().map((position) => itemAt(this.#items, position));
  }

  begun(): number {
    return this.storage.begun();
  }

  /** Takes half of the items that the worker has not begun, if that can reach it. */
  reclaim(): Range[] {
    const { count } = this;
    this.count = this.storage.cut(count);
    return this.#rangesOf(this.count, count, () => true);
  }

  /** Ends the chunk, and takes what ended of it. @returns bytes that it took to write it down */
  read(visit: VisitItem): number {
    this.storage.close();
    return this.storage.read((position, kind, content) => {
      this.#finished[position] = 1;
      visit(itemAt(this.#items, position), kind, content, this.#entries++ < this.#endedBefore);
    });
  }

  // what never began can run elsewhere; what began must not run twice
  account(ended: boolean): Account {
    if (this.#entries === this.count) return { lost: [], left: [] };
    const begun = ended ? Math.min(this.storage.close(), this.count) : 0;
    const undone = (position: number) => this.#finished[position] === 0;
    const lost = this.#rangesOf(0, begun, undone).flatMap(({ begin, end }) =>
      Array.from({ length: end - begin }, (_, i) => begin + i),
    );
    return { lost, left: this.#rangesOf(begun, this.count, undone) };
  }

  /** The items at positions, in their order. */
  #rangesOf(from: number, to: number, isMeant: (position: number) => boolean): Range[] {
    const ranges: { begin: number; end: number }[] = [];
    for (let position = from; position < to; position++) {
      if (!isMeant(position)) continue;
      const item = itemAt(this.#items, position);
      const last = ranges.at(-1);
      if (last?.end === item) last.end++;
      else ranges.push({ begin: item, end: item + 1 });
    }
    return ranges;
  }
}
