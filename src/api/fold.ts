import { isError } from "../base/realms.js";
import { isThenable } from "../base/thenable.js";
import type { Outcome } from "../call/job.js";
import type { Taker } from "../call/taker.js";

/** What `reduce` was given. */
export interface FoldSpec {
  readonly f: (accumulated: any, value: any, item: number) => unknown;
  /** a new accumulator for a call */
  readonly begin: () => unknown;
  /** whether `fill` takes the place of items that failed */
  readonly filled: boolean;
  readonly fill: unknown;
}

/**
 * Folds what the items of one call return, in the order of the items. It keeps only what comes before its turn, and nothing once
 * an item failed that nothing stands for.
 */
export class Fold implements Taker {
  /** what `f` threw, which ends the call */
  thrown: { readonly error: unknown } | undefined;
  #accumulated: unknown;
  #next = 0;
  #failed = false;
  readonly #early = new Map<number, unknown>();

  /** @param stop ends what still runs, since `f` threw */
  constructor(
    private readonly spec: FoldSpec,
    private readonly stop?: () => void,
  ) {
    this.#accumulated = spec.begin();
  }

  succeed(item: number, value: unknown): void {
    if (this.#failed || this.thrown || item < this.#next) return;
    if (item > this.#next) {
      this.#early.set(item, value);
      return;
    }
    this.#fold(value);
    while (!this.thrown && this.#early.has(this.#next)) {
      const item = this.#next;
      const waiting = this.#early.get(item);
      this.#early.delete(item);
      this.#fold(waiting);
    }
  }

  fail(item: number): void {
    if (this.spec.filled) this.succeed(item, this.spec.fill);
    else {
      this.#failed = true;
      this.#early.clear();
    }
  }

  /** Folds what has not been taken yet. @returns what all came to @throws what `f` threw */
  finish({ length, failures, values, column }: Outcome): unknown {
    if (this.#next < length) {
      const numbers = values ?? (column?.shape.length === 1 ? column.values : undefined);
      if (numbers && failures.size === 0 && this.#early.size === 0) this.#foldAll(numbers, length);
      for (let item = this.#next; item < length && !this.thrown; item = Math.max(item + 1, this.#next)) {
        if (failures.size > 0 && failures.has(item)) this.fail(item);
        else this.succeed(item, numbers ? numbers[item] : column?.at(item));
      }
    }
    if (this.thrown) throw this.thrown.error;
    return this.#accumulated;
  }

  #fold(value: unknown): void {
    const item = this.#next++;
    try {
      const folded = this.spec.f(this.#accumulated, value, item);
      refusePromise(folded);
      this.#accumulated = folded;
    } catch (error) {
      this.#end(error, item);
    }
  }

  // millions of numbers, at what a loop costs
  #foldAll(values: ArrayLike<unknown>, length: number): void {
    const { f } = this.spec;
    let accumulated = this.#accumulated;
    let item = this.#next;
    try {
      for (; item < length; item++) {
        const folded = f(accumulated, values[item], item);
        if (typeof folded === "object") refusePromise(folded);
        accumulated = folded;
      }
    } catch (error) {
      this.#end(error, item);
    }
    this.#accumulated = accumulated;
    this.#next = length;
  }

  #end(error: unknown, item: number): void {
    if (isError(error) && Object.isExtensible(error) && !Object.hasOwn(error, "item")) {
      Object.defineProperty(error, "item", {
        value: item,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    this.thrown = { error };
    this.#early.clear();
    this.stop?.();
  }
}

function refusePromise(folded: unknown): void {
  if (!isThenable(folded)) return;
  // nobody awaits it
  Promise.resolve(folded).catch(() => undefined);
  throw new TypeError(
    "The function of reduce() returned a promise. It takes results in order, and so at once: let the method await, or use a post.",
  );
}
