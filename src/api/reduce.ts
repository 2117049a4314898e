import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames } from "../base/option-names.js";
import { Fold, type FoldSpec } from "./fold.js";
import { outcomeOf, ParallelError, type Results } from "./results.js";

const spec = Symbol("the fold");

/**
 * A post made by `reduce`; `V` is what items return, `A` what they are folded to.
 * @group Types behind types
 */
export interface ReadyFold<A = any, V = any> {
  /**
   * Folds results that are there.
   * @param results what the items returned
   * @param args the call's arguments, of which it takes no notice
   */
  (this: any, results: Results<V>, ...args: unknown[]): A;
  /** @hidden */
  readonly [spec]: object;
}

/** What a post made by `reduce` is to do; undefined of any other. */
export function foldOf(post: unknown): FoldSpec | undefined {
  return typeof post === "function"
    ? ((post as Partial<ReadyFold>)[spec] as FoldSpec | undefined)
    : undefined;
}

/**
 * Folds the results of a method to one value, in the order of the items, as they come: the list of all results is never
 * kept, only what comes before its turn. The call resolves to the value; without items to `initial`.
 *
 * If an item failed, the call rejects with a `ParallelError`, whose `results` lack what was folded already, unless `fill` is
 * given, which then takes the place of each item that failed. What `f` throws rejects the call and cancels the items that have not
 * ended; an Error says with `item` which item was folded.
 *
 * An object as `initial` would be shared by all calls, which could change it: pass a function that returns a new one.
 * @param f gets what came of the items before, what the item returned, and the item's position; it returns the new value, no promise
 * @param initial what the first item is folded to, or a function that returns it for each call
 * @param options what takes the place of items that failed
 * @throws TypeError for what is not a function first, for an object or nothing second, or an option that does not exist
 * @cost A call of `f` for each item, in this thread. Results of a kernel are read from their column.
 * @example
 * import { Batch, inbatchParallel, type Item, reduce } from "nogil";
 *
 * class Files extends Batch<any, string> {
 *   static override module = import.meta.url;
 *
 *   \@inbatchParallel({ init: "indices", post: reduce((sum: number, length: number) => sum + length, 0) })
 *   total(id: Item<string>) {
 *     return id.length;
 *   }
 * }
 */
export function reduce<A, V = any>(
  f: (accumulated: A, value: V, item: number) => A,
  initial: A | (() => A),
  options: {
    /**
     * Takes the place of each item that failed.
     * @default none: the call fails with a `ParallelError` if an item failed
     */
    fill?: V | undefined;
  } = {},
): ReadyFold<A, V> {
  if (!isFunction(f)) {
    throw new TypeError(
      `reduce() takes a function first, such as (sum, value) => sum + value, got ${kindOf(f)}.`,
    );
  }
  // arrays' own reduce would begin with the first result
  if (initial === undefined) {
    throw new TypeError(
      "reduce() takes an initial value second, which the first result is folded to: reduce((sum, value) => sum + value, 0). " +
        "For none, pass a function that returns undefined.",
    );
  }
  if (typeof initial === "object" && initial !== null) {
    throw new TypeError(
      `reduce() got ${kindOf(initial)} as its initial value, which all calls would share: pass a function that returns a new one, () => ….`,
    );
  }
  checkOptionNames(options, ["fill"], "reduce()");
  const begin = isFunction(initial) ? (initial as () => A) : () => initial;
  const folds: FoldSpec = { f, begin, filled: options.fill !== undefined, fill: options.fill };
  const post = (results: Results<V>) => {
    if (results.failures.length > 0 && !folds.filled) throw new ParallelError(results);
    return new Fold(folds).finish(outcomeOf(results));
  };
  return Object.assign(post, { [spec]: folds }) as ReadyFold<A, V>;
}
