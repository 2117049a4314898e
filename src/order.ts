import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** How the items of a dataset are handed out. */
export interface OrderOptions {
  /** Items in a batch. */
  batchSize: number;
  /**
   * `true` for another order each time, or a seed (a 32-bit integer) that gives the same orders on every machine. Each
   * epoch has its own order. @default false
   */
  shuffle?: boolean | number;
  /** How often every item is handed out. @default 1 */
  epochs?: number;
  /** How many batches are handed out, over as many epochs as that takes; not together with `epochs`. */
  iterations?: number;
  /**
   * Leave out what is too little for a batch at the end of each epoch. Without it such a rest is filled up from the next
   * epoch, and only the last batch of all may be smaller. @default false
   */
  dropLast?: boolean;
}

/**
 * The items of each batch, in order.
 * @throws RangeError for options that cannot be met
 */
export function* batchesOf<I>(indices: readonly I[], options: OrderOptions): Generator<I[], void> {
  check(indices.length, options);
  const { batchSize, shuffle = false, iterations = Number.POSITIVE_INFINITY, dropLast = false } = options;
  const epochs = options.epochs ?? (options.iterations === undefined ? 1 : Number.POSITIVE_INFINITY);
  const seed = typeof shuffle === "number" ? shuffle : (Math.random() * 2 ** 32) | 0;
  const random = xoroshiro128plus(seed);
  let batch: I[] = [];
  let handedOut = 0;
  for (let epoch = 0; epoch < epochs && indices.length > 0; epoch++) {
    const order = [...indices];
    if (shuffle !== false) {
      // Fisher and Yates, in Durstenfeld's form
      for (let i = order.length - 1; i > 0; i--) {
        const j = uniformInt(random, 0, i);
        [order[i], order[j]] = [order[j], order[i]];
      }
    }
    for (const index of order) {
      if (handedOut === iterations) return;
      batch.push(index);
      if (batch.length < batchSize) continue;
      yield batch;
      handedOut++;
      batch = [];
    }
    if (dropLast) batch = [];
  }
  if (batch.length > 0 && handedOut < iterations) yield batch;
}

function check(items: number, { batchSize, shuffle, epochs, iterations, dropLast }: OrderOptions): void {
  for (const [name, value] of Object.entries({ batchSize, epochs, iterations })) {
    if (value === undefined && name !== "batchSize") continue;
    if (
      (Number.isSafeInteger(value) && value! >= 1) ||
      (name === "epochs" && value === Number.POSITIVE_INFINITY)
    )
      continue;
    throw new RangeError(`${name} takes a whole number, 1 or more, got ${value}.`);
  }
  if (epochs !== undefined && iterations !== undefined) {
    throw new RangeError("Give either epochs or iterations, not both: each says when to end.");
  }
  if (typeof shuffle === "number" && (shuffle | 0) !== shuffle) {
    throw new RangeError(`shuffle takes true, false or a 32-bit integer as seed, got ${shuffle}.`);
  }
  if (dropLast && batchSize > items && iterations !== undefined) {
    throw new RangeError(`With dropLast, batches of ${batchSize} can never be filled from ${items} items.`);
  }
}
