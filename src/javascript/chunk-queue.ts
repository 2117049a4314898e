import type { Job } from "../call/job.js";
import { ChunkSizer, slice } from "../workers/chunk-sizer.js";
import type { Range } from "../workers/ranges.js";
import { Backlog } from "./backlog.js";
import { checkArguments, chunkArguments, commonArguments } from "./call-state.js";
import {
  type CallReference,
  type Chunk,
  type ChunkItems,
  type CommonArguments,
  countOf,
  itemAt,
} from "./chunk-protocol.js";
import { type Packed, pack } from "./codec/codec.js";
import { overlapsCall, weigh } from "./item-views.js";
import type { WorkerPool } from "./worker-pool.js";

// milliseconds of work that a message pays for
const worthSending = 0.5;

/** The items of a call that no worker has, and the chunks made of them. */
export class ChunkQueue {
  /** bytes of arguments in the chunks so far */
  bytes = 0;
  /** items whose arguments cannot travel */
  readonly refused = new Map<number, Error>();
  readonly #backlog: Backlog;
  readonly #sizer: ChunkSizer;
  readonly #sliced: boolean;
  readonly #common: CommonArguments | undefined;

  constructor(
    private readonly job: Job,
    private readonly pool: WorkerPool,
    workers: number,
    concurrency: number,
  ) {
    const { invocations, options, label } = job;
    const { length } = invocations;
    this.#common = overlapsCall(job, pool.passing) ? commonArguments(job) : undefined;
    this.#backlog = new Backlog(length);
    const { chunkSize } = options;
    const divisible = pool.passing === "share";
    const many = concurrency > 1;
    this.#sizer = new ChunkSizer(`${pool.worker} ${label}`, length, workers, chunkSize, divisible, many);
    this.#sizer.weighed(weigh(invocations, pool.passing));
    this.#sliced = chunkSize === undefined;
  }

  get remaining(): number {
    return this.#backlog.remaining;
  }

  /** The next items whose arguments can travel; those whose cannot are refused. */
  next(call: CallReference): Omit<Chunk, "journal"> | undefined {
    const { invocations, label } = this.job;
    const { passing } = this.pool;
    while (this.#backlog.remaining > 0) {
      const items = this.#backlog.take(this.#sizer.next(this.#backlog.remaining));
      let args: Packed;
      try {
        args = pack(chunkArguments(invocations, items, passing, this.#common), passing, label);
      } catch (error) {
        this.#returnSendable(items, error as Error);
        continue;
      }
      this.bytes += args.bytes.length;
      this.#sizer.weighed(args.bytes.length / countOf(items));
      return { call, items, args, slice: this.#sliced ? slice : undefined };
    }
    return undefined;
  }

  /** Learns how long items took in a worker. */
  ran(items: number, milliseconds: number): void {
    this.#sizer.ran(items, milliseconds);
  }

  /** Whether so many items are worth a message. */
  isWorth(items: number): boolean {
    return this.job.options.chunkSize === undefined && this.#sizer.estimate(items) > worthSending;
  }

  requeue(items: readonly Range[]): void {
    for (const { begin, end } of items)
      this.#backlog.requeue(Array.from({ length: end - begin }, (_, i) => begin + i));
  }

  requeueItems(items: readonly number[] = []): void {
    if (items.length > 0) this.#backlog.requeue(items);
  }

  /** Takes every item, since none is to run any more. */
  drain(): Iterable<number> {
    return this.#backlog.drain();
  }

  #returnSendable(items: ChunkItems, reason: Error): void {
    const sendable: number[] = [];
    for (let position = 0; position < countOf(items); position++) {
      const item = itemAt(items, position);
      try {
        checkArguments(this.job, item, this.pool.passing);
        sendable.push(item);
      } catch (error) {
        this.refused.set(item, error as Error);
      }
    }
    if (sendable.length < countOf(items)) this.#backlog.requeue(sendable);
    // each can be sent, but not all in one message
    else if (sendable.length > 1) this.#backlog.requeue(sendable, { apart: true });
    else this.refused.set(sendable[0], reason);
  }
}
