import type { AnyBatch } from "../batch/any-batch.js";
import type { Id } from "../batch/ids.js";
import type { Parallel } from "../batch/parallel-type.js";
import { reasonOf } from "../call/cancellation.js";
import { type Progress, type ProgressView, progressAt, progressView } from "../call/progress.js";
import type { DatasetOf } from "./dataset-of.js";
import { batchesOf, itemsIn } from "./order.js";
import { PipelineError } from "./pipeline-error.js";
import { Regroup } from "./regroup.js";
import { RunState } from "./run-state.js";
import type { BatchesOptions, RunReport } from "./run-types.js";
import { free, type Outcome, Segment, type Supply } from "./segment.js";
import type { Link, Step } from "./steps.js";
import type { Declarations } from "./variables.js";

/** How long an iteration that ends waits for actions that take no notice of it. */
const patience = 250;

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** One way through the batches of a pipeline: what `batches` returns. */
export class Iteration<B extends AnyBatch, V> implements AsyncGenerator<Parallel<B>, undefined> {
  readonly #run: RunState;
  readonly #segment: Segment;
  readonly #options: BatchesOptions;
  readonly #total: number;
  readonly #of: string;
  #view?: ProgressView<Progress>;
  #began?: number;
  #tail: Promise<unknown> = Promise.resolve();
  #over = false;
  /** what the next call throws, once */
  #abortedBy?: { readonly reason: unknown };
  #closing?: Promise<void>;
  #interrupt?: () => void;

  /** @internal */
  constructor(
    dataset: DatasetOf<any>,
    links: readonly Link[],
    declarations: Declarations,
    options: BatchesOptions,
  ) {
    const { prefetch = 0, signal } = options;
    this.#options = options;
    this.#run = new RunState(links, declarations, options);
    this.#segment = segmentOf(this.#run, links, new FromDataset(dataset, options), prefetch);
    this.#total = itemsIn(dataset.length, options);
    this.#of = dataset.batchClass.name || "Batch";
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** The variables as the batches that have come out so far left them. */
  get variables(): Readonly<V> {
    return this.#run.variables.values as Readonly<V>;
  }

  /** What the iteration has done so far. */
  get report(): RunReport<V> {
    return this.#run.report();
  }

  /** Calls that do not wait for one another get batches one after another. */
  next(): Promise<IteratorResult<Parallel<B>, undefined>> {
    const turn = this.#tail.then(() => this.#next());
    this.#tail = turn.catch(() => {});
    return turn;
  }

  /** Ends the iteration, also while a call of `next` waits, which then returns no batch. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#close();
    return done;
  }

  /**
   * Ends the iteration, and rejects with the error.
   * @param error what it rejects with
   */
  async throw(error: unknown): Promise<IteratorReturnResult<undefined>> {
    await this.#close(error);
    throw error;
  }

  /** The iteration itself, for `for await`. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the iteration, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #next(): Promise<IteratorResult<Parallel<B>, undefined>> {
    try {
      await this.#begin();
      while (!this.#over) {
        const outcome = await this.#outcome();
        if (!outcome) break;
        const batch = this.#count(outcome);
        if (batch) return { done: false, value: batch as unknown as Parallel<B> };
        if (outcome.kind === "end") await this.#close();
      }
    } catch (error) {
      await this.#close(error);
      throw error;
    }
    await this.#closing;
    const aborted = this.#abortedBy;
    this.#abortedBy = undefined;
    if (aborted) throw aborted.reason;
    return done;
  }

  async #begin(): Promise<void> {
    if (this.#began !== undefined) return;
    this.#began = performance.now();
    this.#run.started(this.#of);
    const view = await progressView(this.#options.bar, this.#total, troubles);
    if (this.#over) view?.stop();
    else this.#view = view;
  }

  // undefined when the iteration has ended meanwhile
  async #outcome(): Promise<Outcome | undefined> {
    const outcome = await new Promise<Outcome | undefined>((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      this.#segment.next().then((next) => {
        if (this.#over) free(next);
        else resolve(next);
      }, reject);
    });
    if (!this.#over) return outcome;
    if (outcome) free(outcome);
    return undefined;
  }

  /** @returns the batch that came out, if one did @throws what ends the run */
  #count(outcome: Outcome): AnyBatch | undefined {
    const run = this.#run;
    switch (outcome.kind) {
      case "ready":
        run.batches++;
        run.items += outcome.batch.length;
        break;
      case "skipped":
        run.skipped++;
        break;
      case "failed":
        if (!run.skipFailures) throw outcome.error;
        run.failures.push(outcome.error);
        break;
      case "end":
        run.stopped ||= outcome.stopped === true;
        return undefined;
      default:
        outcome satisfies never;
    }
    try {
      this.#view?.update(this.#progress());
    } catch (error) {
      free(outcome);
      throw error;
    }
    return outcome.kind === "ready" ? outcome.batch : undefined;
  }

  #progress(): Progress {
    const { passed: items, batches, skipped, failures } = this.#run;
    const failed = failures.length;
    return { ...progressAt(this.#began!, { items, total: this.#total, failed }), batches, skipped };
  }

  readonly #abort = () => {
    const { reason } = this.#options.signal!;
    this.#abortedBy = { reason };
    this.#close(reasonOf(reason, `The pipeline of ${this.#of}`));
  };

  /** @param error what ends it early */
  #close(error?: unknown): Promise<void> {
    this.#closing ??= this.#end(error);
    return this.#closing;
  }

  async #end(error: unknown): Promise<void> {
    this.#over = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#interrupt?.();
    this.#view?.stop();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([this.#segment.end(), enough]);
    clearTimeout(timer);
    if (this.#began !== undefined) this.#run.ended(error);
  }
}

function segmentOf(run: RunState, links: readonly Link[], first: Supply, prefetch: number): Segment {
  let supply = first;
  let steps: Step[] = [];
  let begin = 0;
  for (const [i, link] of links.entries()) {
    if (link.kind === "step") {
      steps.push(link);
      continue;
    }
    supply = new Regroup(run, new Segment(run, supply, steps, begin, prefetch), link, i);
    steps = [];
    begin = i + 1;
  }
  return new Segment(run, supply, steps, begin, prefetch);
}

function troubles({ skipped, failed }: Progress): string {
  const all = [skipped > 0 && `${skipped} skipped`, failed > 0 && `${failed} failed`].filter(Boolean);
  return all.length > 0 ? `batches: ${all.join(", ")}` : "";
}

class FromDataset implements Supply {
  readonly #ids: Iterator<readonly Id[], void>;

  constructor(
    private readonly dataset: DatasetOf<any>,
    options: BatchesOptions,
  ) {
    this.#ids = batchesOf<Id>(dataset.indices, options);
  }

  next() {
    const { done, value } = this.#ids.next();
    return done ? undefined : { items: value.length, make: () => this.#make(value) };
  }

  async end(): Promise<void> {}

  #make(ids: readonly Id[]): AnyBatch {
    try {
      return this.dataset.makeBatch(ids);
    } catch (error) {
      throw new PipelineError(`new ${this.dataset.batchClass.name}`, ids, error);
    }
  }
}
