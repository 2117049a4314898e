import { later } from "#host/timing";
import type { Turn } from "../batch/pipeline-work.js";
import { cores } from "../call/cores.js";

interface Waiting {
  readonly batch: number;
  readonly workers: number;
  begin(leave: () => void): void;
}

/**
 * Which batch of a run may use the workers. Batches that shared them evenly would all be read, then all be computed,
 * and reading would gain nothing by being ahead: so a call waits while those of earlier batches occupy every worker.
 * The earliest never waits.
 */
export class Turns {
  readonly #all = cores.total;
  /** workers that calls occupy, by batch */
  readonly #occupied = new Map<number, number>();
  #waiting: Waiting[] = [];

  of(batch: number, signal: AbortSignal): Turn {
    return {
      enter: (workers) => {
        const wanted = Math.min(workers, this.#all);
        if (signal.aborted || this.#isFree(batch)) return Promise.resolve(this.#begin(batch, wanted));
        return new Promise((resolve) => {
          const begin = (leave: () => void) => {
            signal.removeEventListener("abort", hurry);
            resolve(leave);
          };
          const waiting = { batch, workers: wanted, begin };
          // a call that is cancelled begins at once, to fail at once
          const hurry = () => this.#letIn(waiting);
          this.#waiting.push(waiting);
          signal.addEventListener("abort", hurry, { once: true });
        });
      },
    };
  }

  #isFree(batch: number): boolean {
    let before = 0;
    for (const [each, workers] of this.#occupied) if (each < batch) before += workers;
    return before < this.#all;
  }

  #begin(batch: number, workers: number): () => void {
    this.#occupied.set(batch, (this.#occupied.get(batch) ?? 0) + workers);
    return () => {
      const left = this.#occupied.get(batch)! - workers;
      if (left > 0) this.#occupied.set(batch, left);
      else this.#occupied.delete(batch);
      // in a moment: the batch's next call, if it follows at once, goes first
      if (this.#waiting.length > 0) later(() => this.#letInAll());
    };
  }

  #letInAll(): void {
    for (const waiting of this.#waiting.toSorted((a, b) => a.batch - b.batch)) {
      if (this.#isFree(waiting.batch)) this.#letIn(waiting);
    }
  }

  #letIn(waiting: Waiting): void {
    if (!this.#waiting.includes(waiting)) return;
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    waiting.begin(this.#begin(waiting.batch, waiting.workers));
  }
}
