// milliseconds of work in a chunk at least, while there is as much left
const least = 2;
const unknownItems = 512;
/** Bytes that a message has at most, unless one item has more. */
export const bytesInMessage = 2 ** 23;
// how much of what was measured before counts beside the last chunk
const memory = 0.7;

interface Measured {
  readonly items: number;
  readonly milliseconds: number;
}

// what the last calls of each label measured
const remembered = new Map<string, Measured>();
const rememberedLabels = 1000;

/** Milliseconds after which a worker gives the rest of its chunk back if others wait for its core; a process does in any case. */
export const slice = 100;

/**
 * Finds how many items to send in a message: a worker's share where what it has not begun can be taken back, else some
 * milliseconds of work, in several messages for each worker.
 */
export class ChunkSizer {
  #measured: Measured | undefined;
  #bytes = 0;

  constructor(
    private readonly label: string,
    private readonly length: number,
    private readonly workers: number,
    private readonly fixed: number | undefined,
    /** whether items can be taken back that a worker has not begun, so that there is no need to balance ahead */
    private readonly divisible: boolean,
  ) {
    this.#measured = remembered.get(label);
  }

  /** @param remaining items not sent yet */
  next(remaining: number): number {
    if (this.fixed !== undefined) return this.fixed;
    const share = Math.ceil(this.length / this.workers);
    const light = this.#bytes > 0 ? bytesInMessage / this.#bytes : Number.POSITIVE_INFINITY;
    const size = Math.min(share, this.divisible ? this.#ahead() : this.#balanced(remaining));
    return Math.max(1, Math.floor(Math.min(size, light)));
  }

  /** Milliseconds that so many items take, as far as is known. */
  estimate(items: number): number {
    return this.#measured
      ? (items * this.#measured.milliseconds) / this.#measured.items
      : Number.POSITIVE_INFINITY;
  }

  // what a worker does not get to can be taken back, item by item
  #ahead(): number {
    const { milliseconds, items } = this.#measured ?? { milliseconds: 0, items: 1 };
    return (2 * slice * items) / milliseconds;
  }

  #balanced(remaining: number): number {
    // fewer messages than with halves, and still some for each worker
    const balanced = Math.ceil(remaining / this.workers / 1.5);
    const perItem = this.#measured && this.#measured.milliseconds / this.#measured.items;
    if (perItem === undefined) return Math.min(balanced, unknownItems);
    return Math.min(Math.max(balanced, least / perItem), slice / perItem);
  }

  ran(items: number, milliseconds: number): void {
    if (items === 0) return;
    const before = this.#measured ?? { items: 0, milliseconds: 0 };
    this.#measured = {
      items: memory * before.items + items,
      milliseconds: memory * before.milliseconds + Math.max(milliseconds, 1e-3),
    };
    remembered.delete(this.label);
    remembered.set(this.label, this.#measured);
    if (remembered.size > rememberedLabels) remembered.delete(remembered.keys().next().value!);
  }

  /** Tells how many bytes the arguments of one item take. */
  weighed(bytesPerItem: number): void {
    this.#bytes = Math.max(this.#bytes, bytesPerItem);
  }
}
