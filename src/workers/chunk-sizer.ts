import { byWeight, CostModel, RecentEntries } from "./cost-model.js";

// milliseconds of work in a chunk at least, while there is as much left
const least = 2;
const unknownItems = 512;
// items that can be taken back: so many in a message, or more if that is less than so many milliseconds of work
const fewItems = 2048;
const enough = 5;
/** Bytes that a message has at most, unless one item has more. */
export const bytesInMessage = 2 ** 23;

const costs = new CostModel<string>(new RecentEntries(1000), byWeight);

/** Milliseconds after which a worker gives the rest of its chunk back if others wait for its core; a process does in any case. */
export const slice = 100;

/**
 * Finds how many items to send in a message: a worker's share where what it has not begun can be taken back, else some
 * milliseconds of work, in several messages for each worker.
 */
export class ChunkSizer {
  #bytes = 0;

  constructor(
    private readonly label: string,
    private readonly length: number,
    private readonly workers: number,
    private readonly fixed: number | undefined,
    /** whether items can be taken back that a worker has not begun, so that there is no need to balance ahead */
    private readonly divisible: boolean,
    /** whether a worker runs several at once, of which the last of a message would run alone */
    private readonly many: boolean,
  ) {}

  /** @param remaining items not sent yet */
  next(remaining: number): number {
    if (this.fixed !== undefined) return this.fixed;
    const share = Math.ceil(this.length / this.workers);
    const light = this.#bytes > 0 ? bytesInMessage / this.#bytes : Number.POSITIVE_INFINITY;
    const perItem = costs.perItem(this.label);
    const size = Math.min(
      share,
      this.divisible ? (this.many ? share : ahead(perItem)) : this.#balanced(perItem, remaining),
    );
    return Math.max(1, Math.floor(Math.min(size, light)));
  }

  /** Milliseconds that so many items take, as far as is known. */
  estimate(items: number): number {
    return items * (costs.perItem(this.label) ?? Number.POSITIVE_INFINITY);
  }

  #balanced(perItem: number | undefined, remaining: number): number {
    // fewer messages than with halves, and still some for each worker
    const balanced = Math.ceil(remaining / this.workers / 1.5);
    if (perItem === undefined) return Math.min(balanced, unknownItems);
    return Math.min(Math.max(balanced, least / perItem), slice / perItem);
  }

  ran(items: number, milliseconds: number): void {
    costs.learn(this.label, items, milliseconds);
  }

  /** @param bytesPerItem of the arguments */
  weighed(bytesPerItem: number): void {
    this.#bytes = Math.max(this.#bytes, bytesPerItem);
  }
}

// What a worker does not get to can be taken back, item by item. Still, this thread reads and writes what other workers
// have while one runs its items, and items that soon are garbage cost less.
function ahead(perItem = Number.POSITIVE_INFINITY): number {
  if (perItem === Number.POSITIVE_INFINITY) return fewItems;
  return Math.min((2 * slice) / perItem, Math.max(fewItems, enough / perItem));
}
