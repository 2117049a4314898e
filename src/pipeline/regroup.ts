import type { Batch } from "../api/batch.js";
import { className } from "../base/kind-of.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { Id } from "../batch/ids.js";
import { PipelineError } from "./pipeline-error.js";
import type { RunState } from "./run-state.js";
import type { Segment, Supply } from "./segment.js";
import type { Rebatch } from "./steps.js";

/** Batches of one size, made of those that come out of a segment. */
export class Regroup implements Supply {
  /** in order, not yet part of a batch */
  #pieces: AnyBatch[] = [];
  #exhausted = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly run: RunState,
    private readonly from: Segment,
    private readonly link: Rebatch,
    /** of the link in the chain */
    private readonly position: number,
  ) {}

  next() {
    return this.#exhausted ? undefined : { items: 0, make: this.#inTurn };
  }

  async end(): Promise<void> {
    this.#exhausted = true;
    this.#freePieces();
    await this.from.end();
  }

  // several may be asked for at once, and each gets the items after those of the one before
  readonly #inTurn = (): Promise<AnyBatch | undefined> => {
    const turn = this.#tail.then(() => this.#take());
    this.#tail = turn.catch(() => {});
    return turn;
  };

  async #take(): Promise<AnyBatch | undefined> {
    const { size } = this.link;
    for (let items = sumOf(this.#pieces); items < size && !this.#exhausted; items = sumOf(this.#pieces)) {
      const outcome = await this.from.next();
      switch (outcome.kind) {
        case "ready":
          this.#pieces.push(outcome.batch);
          // meanwhile the run may have ended
          if (this.#exhausted) this.#freePieces();
          break;
        case "skipped":
          this.run.skipped++;
          break;
        case "failed":
          if (this.run.skipFailures) {
            this.run.failures.push(outcome.error);
            break;
          }
          this.#exhausted = true;
          this.#freePieces();
          throw outcome.error;
        case "end":
          this.run.stopped ||= outcome.stopped === true;
          this.#exhausted = true;
          break;
        default:
          outcome satisfies never;
      }
    }
    return sumOf(this.#pieces) === 0 ? this.#freePieces() : this.#join();
  }

  #join(): AnyBatch {
    const { name, size } = this.link;
    const parts: AnyBatch[] = [];
    const began = performance.now();
    const done = (error?: unknown) =>
      this.run.stepDone(this.position, name, this.run.nextNumber(), sumOf(parts), began, error);
    try {
      for (let items = 0; items < size && this.#pieces.length > 0; items = sumOf(parts)) {
        const piece = this.#pieces.shift()!;
        if (items + piece.length <= size) {
          parts.push(piece);
          continue;
        }
        const [head, rest] = piece.split([size - items, piece.length - (size - items)]);
        parts.push(head);
        this.#pieces.unshift(rest);
        // the two have the memory now
        piece.dispose();
      }
      const filled = parts.filter(({ length }) => length > 0);
      const joined = filled.length === 1 ? filled[0] : concat(filled);
      for (const part of parts) if (part !== joined) part.dispose();
      done();
      return joined;
    } catch (error) {
      done(error);
      const indices = parts.flatMap((part) => [...part.indices] as Id[]);
      for (const part of parts) part.dispose();
      throw new PipelineError(name, indices, error);
    }
  }

  #freePieces(): undefined {
    for (const piece of this.#pieces) piece.dispose();
    this.#pieces = [];
  }
}

function concat(batches: readonly AnyBatch[]): AnyBatch {
  const [first] = batches;
  const odd = batches.find((batch) => batch.constructor !== first.constructor);
  if (odd) {
    throw new TypeError(
      `Batches of ${className(first)} and of ${className(odd)} do not make one: let the steps before return one class.`,
    );
  }
  return (first.constructor as typeof Batch).concat(batches) as unknown as AnyBatch;
}

function sumOf(batches: readonly AnyBatch[]): number {
  return batches.reduce((sum, { length }) => sum + length, 0);
}
