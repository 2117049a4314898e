import { controllerOfMany } from "../base/controller.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { Id } from "../batch/ids.js";
import { bindWork } from "../batch/pipeline-work.js";
import { reasonOf } from "../call/cancellation.js";
import { now } from "../events/clock.js";
import type { StepStarted } from "../events/events.js";
import { publish } from "../events/stream.js";
import { surrounded } from "../events/surround.js";
import { requestOf } from "./control.js";
import { PipelineError } from "./pipeline-error.js";
import { releaseReplaced, sameBatch } from "./release.js";
import type { RunState } from "./run-state.js";
import type { Step } from "./steps.js";
import type { Contribution } from "./variables.js";

/** What became of a batch. `end`: there was none, or an action stopped the run. */
export type Outcome =
  | { readonly kind: "ready"; readonly batch: AnyBatch; readonly contributions: readonly Contribution[] }
  | { readonly kind: "skipped" }
  | { readonly kind: "failed"; readonly error: PipelineError }
  | { readonly kind: "end"; readonly stopped?: boolean };

/** Makes a batch for the first step; gives undefined when there is none any more. */
export type Make = () => AnyBatch | undefined | Promise<AnyBatch | undefined>;

/** Where a segment gets its batches. */
export interface Supply {
  /** What makes the next batch; undefined once there is none for certain. */
  next(): { readonly items: number; readonly make: Make } | undefined;
  /** Starts nothing more and frees what it holds. Resolves when nothing runs. */
  end(): Promise<void>;
}

interface Job {
  readonly controller: AbortController;
  /** items of the dataset that it takes */
  readonly items: number;
  readonly outcome: Promise<Outcome>;
  settled?: Outcome;
  /** nobody will ask for its outcome */
  dropped: boolean;
}

/** Steps that work on one batch each, with so many batches in work at once and their outcomes in order. */
export class Segment {
  readonly #queue: Job[] = [];
  #closed = false;
  #started = 0;

  constructor(
    private readonly run: RunState,
    private readonly supply: Supply,
    private readonly steps: readonly Step[],
    /** of the first step in the chain */
    private readonly position: number,
    private readonly prefetch: number,
  ) {}

  /** The outcome of the next batch. It must not be called again before it has given one. */
  async next(): Promise<Outcome> {
    if (this.run.eventLoop.isDue()) await this.run.eventLoop.giveWay();
    while (this.#queue.length <= this.prefetch && this.#start());
    const [job] = this.#queue;
    if (!job) return { kind: "end" };
    const outcome = await job.outcome;
    this.#queue.shift();
    if (job.dropped) return { kind: "end" };
    this.run.passed += job.items;
    return outcome.kind === "ready" ? this.#comeOut(outcome) : outcome;
  }

  /** Cancels what runs, and frees what has not come out. Resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue) drop(job);
    await Promise.all([...this.#queue.map(({ outcome }) => outcome), this.supply.end()]);
  }

  // what batches do to variables counts in their order
  #comeOut(outcome: Outcome & { kind: "ready" }): Outcome {
    const { batch, contributions } = outcome;
    for (const contribution of contributions) {
      try {
        this.run.variables.apply(contribution);
      } catch (error) {
        batch.dispose();
        return { kind: "failed", error: new PipelineError(contribution.step, batch.indices, error) };
      }
    }
    return outcome;
  }

  #start(): boolean {
    const next = this.#closed ? undefined : this.supply.next();
    if (!next) return false;
    const controller = controllerOfMany();
    const outcome = this.#work(next.make, controller.signal, this.#started++);
    const job: Job = { controller, items: next.items, outcome, dropped: false };
    this.#queue.push(job);
    outcome.then((settled) => {
      job.settled = settled;
      if (job.dropped) free(settled);
      const last = settled.kind === "end" || (settled.kind === "failed" && !this.run.skipFailures);
      if (last && !job.dropped) this.#cutAfter(job);
    });
    return true;
  }

  // batches after the one that ends the run will never come out
  #cutAfter(job: Job): void {
    this.#closed = true;
    for (const later of this.#queue.slice(this.#queue.indexOf(job) + 1)) drop(later);
  }

  async #work(make: Make, signal: AbortSignal, iteration: number): Promise<Outcome> {
    const number = this.run.nextNumber();
    const began = now();
    let batch: AnyBatch | undefined;
    let outcome: Outcome;
    try {
      const begun = make();
      batch = begun instanceof Promise ? await begun : begun;
      if (!batch) return { kind: "end" };
      const contributions: Contribution[] = [];
      const context = { variables: this.run.variables.values, iteration, signal, contributions };
      const place = { run: this.run.number, batch: number };
      const work = { signal, turn: this.run.turns.of(number, signal), place };
      bindWork(batch, work);
      for (const [i, step] of this.steps.entries()) {
        signal.throwIfAborted();
        const before: AnyBatch = batch;
        batch = await this.#step(batch, step, this.position + i, number, context);
        if (batch === before) continue;
        bindWork(before, undefined);
        bindWork(batch, work);
        releaseReplaced(before, batch);
      }
      signal.throwIfAborted();
      outcome = { kind: "ready", batch, contributions };
    } catch (thrown) {
      outcome = outcomeOf(thrown, batch?.indices ?? []);
      batch?.dispose();
    }
    if (batch) bindWork(batch, undefined);
    this.#publish(outcome, number, batch?.length ?? 0, began);
    return outcome;
  }

  async #step(
    batch: AnyBatch,
    step: Step,
    position: number,
    number: number,
    context: Parameters<Step["run"]>[1],
  ): Promise<AnyBatch> {
    const label = step.label(batch);
    const { number: run } = this.run;
    const items = batch.length;
    const started: StepStarted = { type: "stepStarted", time: now(), run, batch: number, step: label, items };
    publish(started);
    const began = performance.now();
    const done = (error?: unknown) => this.run.stepDone(position, label, number, batch.length, began, error);
    let made: AnyBatch;
    try {
      made = await surrounded(started, () => step.run(batch, context));
    } catch (thrown) {
      if (requestOf(thrown)) {
        done();
        throw thrown;
      }
      done(thrown);
      throw new PipelineError(label, batch.indices, thrown);
    }
    done();
    return sameBatch(batch, made) ? batch : made;
  }

  #publish(outcome: Outcome, batch: number, items: number, began: number): void {
    if (outcome.kind === "end") return;
    publish({
      type: "batchDone",
      time: now(),
      run: this.run.number,
      batch,
      items,
      began,
      outcome: outcome.kind,
      ...(outcome.kind === "failed" ? { error: outcome.error } : undefined),
    });
  }
}

function drop(job: Job): void {
  job.dropped = true;
  job.controller.abort(ended);
  if (job.settled) free(job.settled);
}

// one for all: making an error costs more than what an empty action does
const ended = reasonOf(new DOMException("The iteration of the pipeline has ended.", "AbortError"), "");

/** Frees a batch that nobody will get. */
export function free(outcome: Outcome): void {
  if (outcome.kind === "ready") outcome.batch.dispose();
}

function outcomeOf(thrown: unknown, indices: readonly Id[]): Outcome {
  const request = requestOf(thrown);
  if (request) return request === "skip" ? { kind: "skipped" } : { kind: "end", stopped: true };
  const error = thrown instanceof PipelineError ? thrown : new PipelineError("pipeline", indices, thrown);
  return { kind: "failed", error };
}
