import { isFunction } from "../base/callables.js";
import type { Method } from "../base/function-source.js";
import { parallelKey } from "../base/keys.js";
import { kindOf } from "../base/kind-of.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { CallArgs, Parallel, ParallelMethod } from "../batch/parallel-type.js";
import type { RunOptions } from "../call/options.js";
import { checkRunnable } from "../call/runnable.js";
import type { Target } from "../events/target.js";
import { checkMethod, isAction, markAction, withoutAction } from "./action.js";
import { callParallel } from "./call-parallel.js";
import type { AsType, WithReadyNames, WrongMethod } from "./checked/methods.js";
import type { OrWrong } from "./checked/values.js";
import type { ReadyPost } from "./inits-and-posts.js";
import { checkMethodOfItems, withoutSpec } from "./mistaken-functions.js";
import { isParallelized, type Parallelized } from "./parallelized.js";
import { checkSpec, type ParallelSpec } from "./spec.js";

/**
 * A method, or a function that takes its place.
 * @group Types behind types
 */
export type Callable = (this: any, ...args: any[]) => any;

/**
 * What `inbatchParallel` takes, with the types of this init, post and target: see `ParallelSpec`.
 * @group Types behind types
 * @example
 * import { inbatchParallel, into, rows, type Spec } from "nogil";
 *
 * const spec = { init: rows("signal"), post: into("peak"), target: "nogil" } as const;
 * const checked: Spec<typeof spec.init, typeof spec.post, "nogil"> = spec;
 */
export type Spec<I, P, T> = {
  /** Returns an entry for each run of the method. */
  init: I;
  /**
   * Gets the results.
   * @default none: the call resolves to the batch, or rejects with a `ParallelError` if an item failed
   */
  post?: P | undefined;
  /**
   * What runs the items.
   * @default "threads"
   */
  target?: T | undefined;
  /**
   * What steers the execution, unless a call says otherwise.
   * @default what `configure` set
   */
  options?: RunOptions | undefined;
  /**
   * What the method reads of the batch, by name: components and properties. Nothing else of it is sent to workers.
   * @default all of it
   */
  state?: readonly string[] | undefined;
  /** Every other key is an argument that init and post get by name. */
  [extra: string]: unknown;
};

/**
 * The decorator that `inbatchParallel(spec)` returns.
 * @group Types behind types
 */
export interface Decorator<I, P, T> {
  /**
   * Returns the parallel method.
   * @param method the method of one item, or of target `nogil` and `mpc` the one that returns the kernel or function
   * @param context what the language passes to a decorator
   */
  <This, A extends any[], R>(
    method: (this: This, ...args: A) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: A) => R> &
      OrWrong<unknown, AsType<WrongMethod<This, I, P, T, A, R>>>,
  ): WithReadyNames<(this: This, ...args: A) => R, This, I, P>;
  // what is not right comes here, since an error about what is returned begins with its type
  /**
   * Takes what does not fit the spec, so that the compiler's message says why.
   * @param method the method
   * @param context what the language passes to a decorator
   */
  <This, A extends any[], R>(
    method: (this: This, ...args: A) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: A) => R>,
  ): AsType<WrongMethod<This, I, P, T, A, R>>;
}

/**
 * What a call of a parallel method resolves to: the batch, or what its post returns.
 * @group Types behind types
 */
export type Made<This, P> = P extends ReadyPost
  ? Parallel<This>
  : P extends (...args: any[]) => infer R
    ? MadeOf<This, Awaited<R>>
    : P extends keyof This
      ? This[P] extends (...args: any[]) => infer R
        ? MadeOf<This, Awaited<R>>
        : Parallel<This>
      : Parallel<This>;
type MadeOf<This, R> = [R] extends [void] ? Parallel<This> : R extends AnyBatch ? Parallel<R> : R;

/**
 * Runs a method written for one item for every item of a batch.
 *
 * `init` returns the arguments of each run, the target runs them, `post` gets the results in their order, with an Error in
 * the place of each item that failed. Without a post the call resolves to the batch, or rejects with a `ParallelError` if an
 * item failed. Targets `nogil` and `mpc` call the method once, for the kernel or function that is to run.
 *
 * With the method as second argument it returns the callable, for a field or a prototype; without it, a decorator.
 *
 * @param spec what init, post, target and options are
 * @param method the method of one item, or of target `nogil` and `mpc` the one that returns the kernel or function
 * @throws TypeError for a spec that cannot be meant. A call rejects with what init, the method that returns the kernel, or post
 * throws; with what the arguments of all items are refused for; and without a post with a `ParallelError` if an item failed.
 * @cost Of a call, see `run`: kernels some 10 µs, threads and processes a fraction of a millisecond.
 * @example
 * import { Batch, inbatchParallel, type Results } from "nogil";
 *
 * class Files extends Batch<any, string> {
 *   static override module = import.meta.url;
 *
 *   longest = inbatchParallel({ init: "indices", post: "most" }, function length(id: string) {
 *     return id.length;
 *   });
 *
 *   most(lengths: Results<number>) {
 *     if (lengths.failures.length > 0) throw lengths.failures[0].error;
 *     return Math.max(...(lengths as number[]));
 *   }
 * }
 */
export function inbatchParallel<
  const I extends string | Callable,
  const P extends string | Callable,
  const T extends Target = "threads",
  This extends AnyBatch = AnyBatch,
  A extends any[] = any[],
  R = unknown,
>(
  spec: Spec<I, P, T>,
  method: OrWrong<unknown, AsType<WrongMethod<This, I, P, T, A, R>>> & ((this: This, ...args: A) => R),
): ParallelMethod<CallArgs<A>, Made<This, P>>;
export function inbatchParallel<
  const I extends string | Callable,
  const P extends string | Callable,
  const T extends Target = "threads",
>(spec: Spec<I, P, T>): Decorator<I, P, T>;
export function inbatchParallel(spec: ParallelSpec, method?: Method): unknown {
  if (method !== undefined) {
    if (typeof spec === "function") throw withoutSpec(spec, method);
    if (!isFunction(method)) {
      throw new TypeError(`inbatchParallel() takes a method second, got ${kindOf(method)}.`);
    }
    return parallelize(spec, method);
  }
  checkSpec(spec);
  return (decorated: Method, context: ClassMethodDecoratorContext) => {
    checkMethod(decorated, context, "inbatchParallel()");
    return parallelize(spec, decorated, String(context.name));
  };
}

/** Makes the callable of a parallel method. */
function parallelize(spec: ParallelSpec, given: Method, name = given.name): Parallelized {
  const method = withoutAction(given);
  if (isParallelized(method)) {
    throw new TypeError(
      `inbatchParallel() takes a method, and ${name} is a parallel one already: decorate it once.`,
    );
  }
  checkRunnable(method, "inbatchParallel()");
  const checked = checkSpec(spec);
  if (checked.kind === "method") checkMethodOfItems(method, name);
  const parallel = function (this: AnyBatch, ...args: unknown[]) {
    return callParallel(this, parallel, args);
  } as Parallelized;
  Object.defineProperty(parallel, "name", { value: name });
  Object.defineProperty(parallel, parallelKey, { value: { spec: checked, method } });
  if (isAction(given)) markAction(parallel);
  return parallel;
}
