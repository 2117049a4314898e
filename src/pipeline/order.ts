import { shownValue } from "../base/option-names.js";
import { checkShuffle, type Shuffle, shuffler } from "./shuffle.js";

/**
 * How the items of a dataset are handed out.
 * @example
 * import type { OrderOptions } from "nogil";
 *
 * const order: OrderOptions = { batchSize: 64, shuffle: 42, epochs: 3, dropLast: true };
 * for await (using batch of job.batches(order)) console.log(batch.length);
 */
export interface OrderOptions {
  /** Items in a batch. */
  batchSize: number;
  /**
   * `true` for another order each time, or a seed (a 32-bit integer) that makes the same orders on every machine. Each
   * epoch has its own order. @default false
   */
  shuffle?: Shuffle | undefined;
  /** How often every item is handed out; `Infinity` until the caller ends it. @default 1 */
  epochs?: number | undefined;
  /**
   * How many batches are handed out, over as many epochs as that takes; not together with `epochs`.
   * @default none: `epochs` says when to end
   */
  iterations?: number | undefined;
  /**
   * Leave out what is too little for a batch at the end of each epoch. Without it such a rest is filled up from the next
   * epoch, and only the last batch of all may be smaller. @default false
   */
  dropLast?: boolean | undefined;
}

/**
 * The items of each batch, in order. An epoch's order is drawn when its first item is handed out.
 * @throws RangeError for options that cannot be met, before anything is handed out
 */
export function batchesOf<I>(indices: readonly I[], options: OrderOptions): Generator<I[], void> {
  check(indices.length, options);
  return handOut(indices, options);
}

function* handOut<I>(indices: readonly I[], options: OrderOptions): Generator<I[], void> {
  const { batchSize, iterations = Number.POSITIVE_INFINITY, dropLast = false } = options;
  const epochs = epochsOf(options);
  const inOrder = shuffler(options.shuffle);
  let batch: I[] = [];
  let handedOut = 0;
  for (let epoch = 0; epoch < epochs && indices.length > 0; epoch++) {
    const order = inOrder(indices);
    for (let at = 0; at < order.length; ) {
      const stretch = order.slice(at, at + batchSize - batch.length);
      at += stretch.length;
      // what is left of the epoch before, and what follows it
      batch = batch.length === 0 ? stretch : batch.concat(stretch);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
      if (++handedOut === iterations) return;
    }
    if (dropLast) batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** How many items will be handed out in all: `Infinity` where the caller ends it. */
export function itemsIn(length: number, options: OrderOptions): number {
  const { batchSize, iterations, dropLast = false } = options;
  if (length === 0) return 0;
  if (iterations !== undefined) return iterations * batchSize;
  const each = dropLast ? length - (length % batchSize) : length;
  return each === 0 ? 0 : each * epochsOf(options);
}

function epochsOf({ epochs, iterations }: OrderOptions): number {
  return epochs ?? (iterations === undefined ? 1 : Number.POSITIVE_INFINITY);
}

function check(items: number, { batchSize, shuffle, epochs, iterations, dropLast }: OrderOptions): void {
  for (const [name, value] of Object.entries({ batchSize, epochs, iterations })) {
    if (value === undefined && name !== "batchSize") continue;
    if (
      (Number.isSafeInteger(value) && value! >= 1) ||
      (name === "epochs" && value === Number.POSITIVE_INFINITY)
    )
      continue;
    throw new RangeError(`${name} takes a whole number, 1 or more, got ${shownValue(value)}.`);
  }
  if (epochs !== undefined && iterations !== undefined) {
    throw new RangeError("Give either epochs or iterations, not both: each says when to end.");
  }
  checkShuffle(shuffle);
  if (dropLast !== undefined && typeof dropLast !== "boolean") {
    throw new TypeError(`dropLast takes true or false, got ${shownValue(dropLast)}.`);
  }
  // else there would be no end to epochs without a batch
  const endless = iterations !== undefined || epochs === Number.POSITIVE_INFINITY;
  if (endless && items === 0) {
    throw new RangeError("There are no items to make batches of, however often they are handed out.");
  }
  if (endless && dropLast && batchSize > items) {
    throw new RangeError(`With dropLast, batches of ${batchSize} can never be filled from ${items} items.`);
  }
}
