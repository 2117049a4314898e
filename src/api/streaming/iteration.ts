import { later } from "#host/timing";
import { controllerOfMany } from "../../base/controller.js";
import { Cancellation } from "../../call/cancellation.js";
import { listInvocations } from "../../call/invocation.js";
import type { Job } from "../../call/job.js";
import type { RunOptions } from "../../call/options.js";
import { copyError } from "../../call/own-error.js";
import { type CallProgress, type ProgressView, progressAt, progressView } from "../../call/progress.js";
import { reasonOf, refusedBy } from "../../call/refusals.js";
import type { Engine } from "../../engines/engine.js";
import { type Results, readAll, toResults } from "../results.js";
import type { CheckedRun } from "../run.js";
import { runJob } from "../run-job.js";
import { Sizes } from "./sizes.js";
import { checkNext, type Source } from "./source.js";

/** How a stream is read. */
export interface Reading {
  readonly ordered: boolean;
  readonly highWaterMark?: number;
}

/** Items that run together, in the order in which they were read. */
interface Chunk {
  /** number of the first item */
  readonly from: number;
  /** once they have run */
  results?: Results<unknown>;
  /** how many were yielded */
  taken: number;
  /** of items that were left undone when the stream was cancelled */
  unfinished?: ReadonlySet<number>;
}

interface Waiting {
  resolve(next: IteratorResult<any, undefined>): void;
  reject(error: unknown): void;
}

// how long items may keep timers, signals and other tasks from being heard
const turn = 16;
// how long a source may be read for one chunk
const readingTime = 4;

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** One way through a source: reads entries, runs them in chunks, several at once, and yields what they return. */
export class StreamIteration implements AsyncGenerator<any, undefined, undefined> {
  readonly #controller = controllerOfMany();
  readonly #label: string;
  readonly #options: RunOptions;
  readonly #waiting: Waiting[] = [];
  /** chunks that have not been yielded to their end: all in order, else those that have run */
  readonly #chunks: Chunk[] = [];
  readonly #seen = new WeakSet<Error>();
  #cancellation?: Cancellation;
  #engine?: Engine;
  #job!: Omit<Job, "id" | "invocations">;
  #sizes!: Sizes;
  #source?: Source;
  #view?: ProgressView;
  #begun = false;
  #began = 0;
  /** nothing is yielded any more */
  #over = false;
  /** nothing is read any more */
  #ended = false;
  /** what is thrown after what was read before is yielded */
  #error?: { readonly thrown: unknown };
  /** what the next call throws */
  #thrown?: { readonly error: unknown };
  #entries: unknown[] = [];
  #reading = false;
  #flushing = false;
  #pausing = false;
  #pumping = false;
  #turned = performance.now();
  #read = 0;
  #sent = 0;
  #yielded = 0;
  #freed = 0;
  #jobs = 0;
  #running = 0;
  #finished = 0;
  #failed = 0;
  /** why every item so far was refused; null once one was not, or for another reason */
  #refused?: Error | null;

  /** @internal */
  constructor(
    private readonly checked: CheckedRun,
    private readonly open: () => Source,
    private readonly how: Reading,
  ) {
    this.#label = checked.label;
    this.#options = checked.options;
  }

  /** The iteration itself, for `for await`. */
  [Symbol.asyncIterator](): this {
    if (this.#over)
      throw new TypeError(
        `${this.#label}: a stream is read once, and this one has ended: call stream() again.`,
      );
    return this;
  }

  /** Calls that do not wait for one another get results one after another. */
  next(): Promise<IteratorResult<any, undefined>> {
    if (this.#over) return this.#afterwards();
    if (this.#waiting.length === 0) {
      const next = this.#take();
      if (next) {
        if (this.#isDue) this.#pump();
        return Promise.resolve(next);
      }
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#begun) this.#pump();
      else void this.#begin();
    });
  }

  /** Ends it, also while a call of `next` waits, which then returns nothing. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#thrown = undefined;
    await this.#end();
    return done;
  }

  /**
   * Ends it, and rejects with the error.
   * @param error what it rejects with
   */
  async throw(error: unknown): Promise<IteratorReturnResult<undefined>> {
    await this.#end();
    throw error;
  }

  /** Ends it, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #begin(): Promise<void> {
    this.#begun = true;
    this.#began = performance.now();
    try {
      // before anything is awaited: what readline reads before somebody listens is lost
      this.#source = this.open();
      this.#cancellation = new Cancellation({ label: this.#label, options: this.#options });
      void this.#cancellation.happened.then(() => this.#cancel(this.#cancellation!.error!));
      const { engine, job } = await this.checked.ready();
      const view = await progressView(this.#options.bar, Number.POSITIVE_INFINITY, problems);
      if (this.#over || this.#ended) {
        view?.stop();
        return this.#settle();
      }
      this.#view = view;
      // the whole stream has these
      const { signal, deadline, bar, ...given } = this.#options;
      // what runs on this thread's event loop comes one by one
      const options = engine.target === "async" ? { ...given, workers: given.workers ?? 0 } : given;
      this.#sizes = new Sizes(engine, options, this.how.highWaterMark);
      const { workersEach: workers = options.workers } = this.#sizes;
      this.#job = { ...job, options: { ...options, workers }, within: this.#controller.signal };
      this.#engine = engine;
    } catch (error) {
      return this.#fail(error);
    }
    this.#pump();
  }

  /** Reads and runs as much as there is room for, and gives those who wait what there is. */
  #pump(): void {
    // sources and listeners may ask for more while they are asked
    if (!this.#engine || this.#over || this.#pumping) return;
    if (performance.now() - this.#turned >= turn) {
      this.#pause();
      return;
    }
    this.#pumping = true;
    do {
      this.#freed = 0;
      this.#fill();
      this.#settle();
    } while (!this.#over && this.#isDue);
    this.#pumping = false;
  }

  /** Whether there is room for another chunk again. */
  get #isDue(): boolean {
    return this.#freed >= this.#sizes.chunk && this.#jobs < this.#sizes.jobs;
  }

  #fill(): void {
    const { sync } = this.#source!;
    while (this.#jobs < this.#sizes.jobs) {
      const most = Math.min(this.#sizes.chunk, this.#sizes.atOnce - this.#running);
      if (sync) this.#readSync(most);
      const size = Math.min(most, this.#entries.length);
      if (size <= 0) break;
      // soon there is room for a whole one
      if (sync && size < most && this.#jobs > 0 && this.#room <= 0) break;
      // what comes in the same turn goes along
      if (!sync && !this.#ended && !this.#flushing && size < most) {
        this.#flush();
        break;
      }
      this.#send(size);
    }
    if (!sync) void this.#readAsync();
  }

  // consumers, sources and items that never wait would keep everything else from being heard
  #pause(): void {
    if (this.#pausing) return;
    this.#pausing = true;
    later(() => {
      this.#pausing = false;
      this.#turned = performance.now();
      this.#pump();
    });
  }

  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    later(() => {
      this.#turned = performance.now();
      this.#pump();
      this.#flushing = false;
    });
  }

  get #room(): number {
    return this.#sizes.bound - (this.#read - this.#yielded);
  }

  #readSync(most: number): void {
    const began = performance.now();
    try {
      while (!this.#ended && this.#entries.length < most && this.#room > 0) {
        this.#keep(checkNext(this.#source!.next(), this.#label));
        // asking for the time takes longer than reading most things
        if (this.#read % 16 === 0 && performance.now() - began >= readingTime) break;
      }
    } catch (error) {
      this.#ended = true;
      this.#error = { thrown: error };
    }
  }

  async #readAsync(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#ended && this.#room > 0) {
        const next = checkNext(await this.#source!.next(), this.#label);
        if (this.#ended) break;
        this.#keep(next);
        if (performance.now() - this.#turned >= turn) await new Promise<void>((resolve) => later(resolve));
        if (this.#entries.length > 0 && this.#jobs < this.#sizes.jobs) this.#pumpRead();
      }
    } catch (error) {
      if (!this.#ended) this.#error = { thrown: error };
      this.#ended = true;
    }
    this.#reading = false;
    if (this.#ended) this.#pump();
  }

  #pumpRead(): void {
    if (this.#entries.length >= this.#sizes.chunk) this.#pump();
    else this.#flush();
  }

  #keep(next: IteratorResult<unknown, unknown>): void {
    if (next.done) {
      this.#ended = true;
      return;
    }
    this.#read++;
    this.#entries.push(next.value);
  }

  #send(size: number): void {
    const all = size === this.#entries.length;
    const entries = all ? this.#entries : this.#entries.splice(0, size);
    if (all) this.#entries = [];
    const chunk: Chunk = { from: this.#sent, taken: 0 };
    this.#sent += size;
    if (this.how.ordered) this.#chunks.push(chunk);
    this.#jobs++;
    this.#running += size;
    void this.#run(chunk, entries);
  }

  async #run(chunk: Chunk, entries: unknown[]): Promise<void> {
    const { length } = entries;
    const began = performance.now();
    const beside = this.#jobs;
    try {
      const results = await this.#resultsOf(chunk.from, entries);
      if (this.#over) return;
      this.#place(chunk, results);
      this.#finished += length;
      this.#failed += results.failures.length;
      this.#sizes.ran(length, performance.now() - began, beside);
      this.#view?.update(
        progressAt(this.#began, {
          items: this.#finished,
          total: Number.POSITIVE_INFINITY,
          failed: this.#failed,
        }),
      );
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#jobs--;
      this.#running -= length;
    }
    this.#pump();
  }

  async #resultsOf(first: number, entries: unknown[]): Promise<Results<unknown>> {
    const invocations = listInvocations(entries, `${this.#label}: its source is`);
    const { length } = entries;
    try {
      const results = await runJob<unknown>(this.#engine!, { ...this.#job, invocations, first });
      this.#refused = null;
      return readAll(results);
    } catch (error) {
      // in a list these might be a few among many
      const failures = refusedBy(error);
      if (!failures) throw error;
      const first = error as Error;
      if (this.#refused === undefined) this.#refused = first;
      else if (this.#refused && reasonOf(this.#refused) !== reasonOf(first)) this.#refused = null;
      return readAll(toResults({ length, failures }, this.#label));
    }
  }

  /** Puts results where they are taken from, with errors that say which item of the stream they are of. */
  #place(chunk: Chunk, results: Results<unknown>): void {
    const reason = this.#cancellation?.error;
    const unfinished = new Set<number>();
    for (const { item, error } of results.failures) {
      if (reason !== undefined && error.cause === reason) unfinished.add(item);
      const own = this.#seen.has(error) ? copyError(error) : error;
      this.#seen.add(own);
      // one that the item's error brought along is the user's
      const its = Object.getOwnPropertyDescriptor(own, "item")?.value;
      if (own !== error || its === item) {
        const value = chunk.from + item;
        Object.defineProperty(own, "item", { value, enumerable: true, configurable: true, writable: true });
      }
      results[item] = own;
    }
    chunk.results = results;
    if (unfinished.size > 0) chunk.unfinished = unfinished;
    if (!this.how.ordered) this.#chunks.push(chunk);
  }

  /** What is yielded next, if it is there. */
  #take(): IteratorResult<any, undefined> | undefined {
    for (;;) {
      const chunk = this.#chunks[0];
      if (!chunk?.results) return undefined;
      const { results, from } = chunk;
      const item = chunk.taken;
      const value = results[item];
      const unfinished = chunk.unfinished?.has(item);
      if (unfinished && this.how.ordered) return undefined;
      if (this.#options.debug && value instanceof Error && failedAt(results, item)) return undefined;
      // results that were taken are not kept
      results[item] = undefined;
      chunk.taken++;
      this.#yielded++;
      if (chunk.taken === results.length) this.#chunks.shift();
      if (unfinished) continue;
      this.#freed++;
      return { done: false, value: this.how.ordered ? value : [from + item, value] };
    }
  }

  /** Gives those who wait what there is. */
  #settle(): void {
    while (this.#waiting.length > 0 && !this.#over) {
      const next = this.#take();
      if (!next) break;
      this.#waiting.shift()?.resolve(next);
    }
    const [chunk] = this.#chunks;
    if (this.#over) this.#finish();
    else if (chunk?.results) {
      if (this.#waiting.length === 0) return;
      // it is here only if it may not be yielded
      if (chunk.unfinished?.has(chunk.taken)) this.#fail(this.#cancellation!.error);
      else this.#fail(chunk.results[chunk.taken]);
    } else if (this.#ended && this.#jobs === 0 && this.#entries.length === 0 && this.#chunks.length === 0) {
      if (this.#error) this.#fail(this.#error.thrown);
      else if (this.#refused) this.#fail(this.#refused);
      else this.#finish();
    }
  }

  /** What runs ends as soon as it can; what has ended is yielded, then the reason is thrown. */
  #cancel(reason: Error): void {
    if (this.#over) return;
    this.#error = { thrown: reason };
    this.#entries = [];
    this.#close()?.catch(() => {});
    this.#controller.abort(reason);
    this.#settle();
  }

  /** Ends it: the first who waits gets the error, else who asks next. */
  #fail(error: unknown): void {
    if (this.#over) return;
    const first = this.#waiting.shift();
    if (first) first.reject(error);
    else this.#thrown = { error };
    this.#end().catch(() => {});
  }

  #afterwards(): Promise<IteratorReturnResult<undefined>> {
    const thrown = this.#thrown;
    this.#thrown = undefined;
    return thrown ? Promise.reject(thrown.error) : Promise.resolve(done);
  }

  async #end(): Promise<void> {
    const ended = this.#ended || !this.#source ? undefined : this.#close();
    this.#finish();
    this.#controller.abort(new DOMException(`${this.#label} was ended.`, "AbortError"));
    await ended;
  }

  #close(): Promise<unknown> | undefined {
    const source = this.#ended ? undefined : this.#source;
    this.#ended = true;
    try {
      return source?.close(this.#reading);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #finish(): void {
    this.#over = this.#ended = true;
    this.#entries = [];
    this.#chunks.length = 0;
    this.#cancellation?.ignore();
    this.#view?.stop();
    this.#view = undefined;
    for (const { resolve } of this.#waiting.splice(0)) resolve(done);
  }
}

function failedAt({ failures }: Results<unknown>, item: number): boolean {
  return failures.some((each) => each.item === item);
}

function problems({ failed }: CallProgress): string {
  return failed > 0 ? `${failed} failed` : "";
}
