import { cores } from "../../call/cores.js";
import { inFlightHere, inFlightOf } from "../../call/in-flight.js";
import type { RunOptions } from "../../call/options.js";
import type { Engine } from "../../engines/engine.js";

/** Milliseconds that a chunk of short items is to take, beside which what a chunk costs is little. */
const chunkTime = 8;
/** Milliseconds from which on items run one by one, so that each comes as soon as it is there. */
const longItem = 0.5;
/** Milliseconds of work that workers may be ahead of the consumer. */
const ahead = 100;
/** Items that are read and not yielded, at most, unless told otherwise. */
const mostAhead = 32768;
// a chunk that took less than others may have been luck
const growth = 4;

/** How many items to read, to run together, and how many chunks at once: from how long items take. */
export class Sizes {
  /** chunks that run at once */
  readonly jobs: number;
  /** items that run at once, at most, in all chunks */
  readonly atOnce: number;
  /** workers of one chunk, where not as many as there are */
  readonly workersEach: number | undefined;
  /** items in the next chunk, at most */
  chunk = 1;
  /** items that are read and not yielded, at most */
  bound = 1;
  readonly #workers: number;
  /** items that one worker runs at once, which a chunk has at least */
  readonly #together: number = 1;
  #perItem = Number.POSITIVE_INFINITY;

  constructor(
    { definition, target }: Pick<Engine, "definition" | "target">,
    private readonly options: RunOptions,
    private readonly highWaterMark: number | undefined,
  ) {
    const { workers = cores.total, inFlight = Number.POSITIVE_INFINITY } = options;
    this.#workers = Math.max(1, workers);
    this.atOnce = inFlight;
    if (definition.worker === undefined && !definition.occupiesCores) this.jobs = 1;
    else if (target !== "async") this.jobs = 2 * this.#workers;
    else if (workers === 0) {
      this.#workers = this.jobs = this.atOnce = inFlightHere(options);
    } else {
      // a worker belongs to one chunk as long as that runs, so that a chunk on all of them would keep the others waiting
      this.jobs = this.#workers;
      this.workersEach = 1;
      this.#together = Math.max(...inFlightOf(options, Number.POSITIVE_INFINITY, true));
    }
    this.#choose();
  }

  /**
   * A chunk has run. That items take longer is believed at once, that they take less little by little.
   * @param beside chunks that ran at once, this one included
   */
  ran(items: number, milliseconds: number, beside: number): void {
    const found = (Math.max(milliseconds, 1e-3) * Math.min(1, this.#workers / beside)) / items;
    this.#perItem = Math.max(found, Number.isFinite(this.#perItem) ? this.#perItem / growth : found);
    this.#choose();
  }

  // asked for each item, so they are kept
  #choose(): void {
    const { chunkSize } = this.options;
    const least = Math.max(4 * this.jobs * this.#together, 2 * (chunkSize ?? 0));
    const work = Math.floor((ahead * this.#workers) / this.#perItem);
    this.bound = this.highWaterMark ?? Math.max(least, Math.min(mostAhead, work));
    const some = Math.max(
      this.#together,
      this.#perItem < longItem ? Math.floor(chunkTime / this.#perItem) : 1,
    );
    const apart = Math.min(some, Math.floor(this.bound / (this.jobs + 1)));
    this.chunk = Math.max(1, Math.min(chunkSize ?? apart, this.bound));
  }
}
