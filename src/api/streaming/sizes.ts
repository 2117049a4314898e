import { cores } from "../../call/cores.js";
import { callOptions, type RunOptions } from "../../call/options.js";
import type { Engine } from "../../engines/engine.js";

/** Milliseconds that a chunk is to take: more of shorter items, one of longer ones. */
const chunkTime = 2;
/** Milliseconds of work that workers may be ahead of the consumer. */
const ahead = 100;
/** Items that are read and not yielded, at most, unless told otherwise. */
const mostAhead = 16384;
// a chunk that took less than others may have been luck
const growth = 4;

/** How many items to read, to run together, and how many chunks at once: from how long items take. */
export class Sizes {
  /** chunks that run at once */
  readonly jobs: number;
  readonly #workers: number;
  /** items that one worker runs at once, which a chunk has at least */
  readonly #together: number = 1;
  #perItem = Number.POSITIVE_INFINITY;

  constructor(
    { definition, target }: Pick<Engine, "definition" | "target">,
    private readonly options: RunOptions,
    private readonly highWaterMark: number | undefined,
  ) {
    const { workers = cores.total, concurrency = callOptions.concurrency.default } = options;
    this.#workers = Math.max(1, workers);
    if (definition.worker === undefined && !definition.occupiesCores) this.jobs = 1;
    else if (target !== "async") this.jobs = 2 * this.#workers;
    else if (workers === 0) this.jobs = concurrency;
    else {
      // a worker belongs to one chunk as long as that runs
      this.jobs = this.#workers;
      this.#together = concurrency;
    }
  }

  /** Items in the next chunk, at most. */
  get chunk(): number {
    if (this.options.chunkSize !== undefined) return Math.min(this.options.chunkSize, this.bound);
    const some = Math.max(this.#together, Math.floor(chunkTime / this.#perItem));
    return Math.max(1, Math.min(some, Math.floor(this.bound / (this.jobs + 1))));
  }

  /** Items that are read and not yielded, at most. */
  get bound(): number {
    if (this.highWaterMark !== undefined) return this.highWaterMark;
    const least = Math.max(4 * this.jobs * this.#together, 2 * (this.options.chunkSize ?? 0));
    return Math.max(least, Math.min(mostAhead, Math.floor((ahead * this.#workers) / this.#perItem)));
  }

  /**
   * A chunk has run. That items take longer is believed at once, that they take less little by little.
   * @param beside chunks that ran at once, this one included
   */
  ran(items: number, milliseconds: number, beside: number): void {
    const found = (Math.max(milliseconds, 1e-3) * Math.min(1, this.#workers / beside)) / items;
    this.#perItem = Math.max(found, Number.isFinite(this.#perItem) ? this.#perItem / growth : found);
  }
}
