import type { TypedArray } from "../abi/dtype.js";
import type { CallOptions } from "../api/options.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { Parallel } from "../batch/parallel-type.js";
import type { ActionName } from "./action-name.js";
import type { DatasetOf } from "./dataset-of.js";
import type { Iteration } from "./iteration.js";
import type { Lazy } from "./lazy.js";
import type { BatchesOptions, RunReport, StepRun } from "./run-types.js";

// what only throws goes on with no other batch
/**
 * The batch that a chain goes on with, after a step that returns `R`.
 * @group Types behind types
 */
export type BatchOf<R, B extends AnyBatch> = [R] extends [never]
  ? B
  : R extends Parallel<infer C>
    ? C extends AnyBatch
      ? C
      : B
    : B;

type IsAny<T> = 0 extends 1 & T ? true : false;
type Fn = (...args: any[]) => any;

// named arguments may be lazy one by one
type LazyNamed<T, B, V> =
  NonNullable<T> extends readonly unknown[] | TypedArray | Fn | AnyBatch
    ? never
    : NonNullable<T> extends object
      ? { [K in keyof NonNullable<T>]: NonNullable<T>[K] | Lazy<NonNullable<T>[K], B, V> }
      : never;
type LazyArg<T, B, V> = IsAny<T> extends true ? T : T | Lazy<T, B, V> | LazyNamed<T, B, V>;
type LazyArgs<P extends readonly unknown[], B, V> = { [K in keyof P]: LazyArg<P[K], B, V> };

/**
 * An action as a chain has it: its arguments may be lazy, and it returns the longer chain.
 * @group Types behind types
 */
export type Chained<
  B extends AnyBatch,
  K extends keyof B,
  V,
  In extends AnyBatch,
  Bound extends boolean,
> = Parallel<B>[K] extends (...args: infer P) => infer R
  ? (...args: LazyArgs<P, Parallel<B>, V>) => Chain<BatchOf<Awaited<R>, B>, V, In, Bound>
  : never;

declare const chainTypes: unique symbol;

/**
 * The types of a chain: what batches it takes, what batches come out, its variables.
 * @group Types behind types
 */
export interface ChainTypes<B, V, In> {
  /** @hidden */
  readonly [chainTypes]?: { readonly gives: B; readonly takes: (batch: In) => void; readonly variables: V };
}

/**
 * A function of a batch and its run.
 * @group Types behind types
 */
export type StepFunction<B, V, R> = (batch: Parallel<B>, run: StepRun<V>) => R;
/**
 * A name of a variable that is an array, or that does not exist yet.
 * @group Types behind types
 */
export type ArrayName<N extends string, V> = N extends keyof V
  ? V[N] extends readonly unknown[]
    ? N
    : never
  : N;

/** What every chain has besides the actions of its batches. Each returns a new chain and leaves this one as it is. */
export interface ChainMethods<B extends AnyBatch, V, In extends AnyBatch, Bound extends boolean>
  extends ChainTypes<B, V, In> {
  /** Steps in the chain. */
  readonly length: number;

  /**
   * Options of the actions that follow in the chain: target, workers, timeout and the like.
   * @param options the options of a call
   * @throws TypeError for an option that does not exist, or a value that it does not take
   */
  with(options: CallOptions): Chain<B, V, In, Bound>;

  /**
   * Adds a function of the batch as a step; it may be async. The chain goes on with the batch that it returns, or
   * with the same one.
   * @param step gets the batch, and the run's variables, iteration and signal
   */
  do<R>(step: StepFunction<B, V, R>): Chain<BatchOf<Awaited<R>, B>, V, In, Bound>;

  /**
   * Adds the steps of another chain, whose batches have to be those that come out of this one.
   * @param other a pipeline or a template
   * @throws TypeError for anything else, or for variables that both declare otherwise
   */
  concat<C extends AnyBatch, W>(other: ChainTypes<C, W, B>): Chain<C, V & W, In, Bound>;

  /**
   * The steps that follow get batches of `size` items, made of those that come out of the steps before; the last may
   * be smaller. A batch that is divided is not copied, batches that are put together are.
   * @param size items in a batch
   * @throws RangeError unless it is a whole number, 1 or more
   */
  rebatch(size: number): Chain<B, V, In, Bound>;

  /**
   * Declares a variable, which every run has for itself.
   * @param name of the variable
   * @param initial its value at the start of a run, copied for each, or a function that makes it
   */
  variable<const N extends string, T>(
    name: N,
    initial: T | (() => T),
  ): Chain<B, V & { [K in N]: T }, In, Bound>;

  /**
   * Adds to an array, which is empty at the start of a run, what the function returns for each batch. A batch that
   * later fails or is skipped adds nothing; the order is that of the batches, whatever `prefetch` is.
   * @param name of the variable
   * @param value gets the batch and the run; may be async
   * @example job.append("peaks", (batch) => batch.data.peaks)
   */
  append<const N extends string, R>(
    name: ArrayName<N, V>,
    value: StepFunction<B, V, R>,
  ): Chain<B, V & { [K in N]: Awaited<R>[] }, In, Bound>;

  /**
   * Sets a variable to what the function returns for each batch. As with `append`, batches count in order, once they have come out.
   * @param name of a variable that is declared
   * @param value gets the batch and the run; may be async
   * @throws TypeError for a variable that is not declared
   * @example job.variable("last", "").update("last", (batch) => batch.indices[batch.length - 1])
   */
  update<N extends keyof V & string>(
    name: N,
    value: StepFunction<B, V, V[N] | PromiseLike<V[N]>>,
  ): Chain<B, V, In, Bound>;
  /**
   * Sets a variable to what `combine` makes of its former value and of what the function returns for each batch.
   * @param name of a variable that is declared
   * @param value gets the batch and the run; may be async
   * @param combine gets the variable's value and what the function returned
   * @throws TypeError for a variable that is not declared
   * @example job.variable("items", 0).update("items", (batch) => batch.length, (sum, length) => sum + length)
   */
  update<N extends keyof V & string, R>(
    name: N,
    value: StepFunction<B, V, R>,
    combine: (before: V[N], value: Awaited<R>) => V[N],
  ): Chain<B, V, In, Bound>;

  /**
   * The same chain on a dataset.
   * @param dataset whose batches have the class that this chain begins with, or one that extends it
   * @throws TypeError for a dataset of another class
   */
  on<D extends In>(dataset: DatasetOf<D>): Chain<B, V, In, true>;
}

/** What a chain that has a dataset can do. */
export interface RunnableChain<B extends AnyBatch, V> {
  /**
   * The batches, in order, after all actions. Every call begins an iteration of its own. A batch is the caller's:
   * dispose of it when done with it (`using`), or leave it to garbage collection.
   *
   * However the iteration ends, no further action runs, what runs is cancelled, and the batches that have not come
   * out are freed.
   * @param options how many items in a batch, in which order, how many batches ahead
   * @throws PipelineError when a batch fails: with the action, the items, and as `cause` what was thrown
   */
  batches(options: BatchesOptions): Iteration<B, V>;

  /**
   * One batch after another without a loop: the first call begins an iteration, which this pipeline keeps; the call
   * after the last batch resolves to undefined, and the next one begins anew. All callers share it: each gets a batch that
   * no other gets.
   * @param options as of `batches`
   * @throws TypeError for other options than those of the call that began it; what `batches` throws
   */
  nextBatch(options: BatchesOptions): Promise<Parallel<B> | undefined>;

  /**
   * Runs every batch through all steps, and frees it. For jobs that keep what they make, in files or variables.
   * @param options as of `batches`
   * @throws what `batches` throws
   */
  run(options: BatchesOptions): Promise<RunReport<V>>;
}

/**
 * See `Pipeline` and `Template`.
 * @group Types behind types
 */
export type Chain<B extends AnyBatch, V, In extends AnyBatch, Bound extends boolean> = ChainMethods<
  B,
  V,
  In,
  Bound
> &
  (Bound extends true ? RunnableChain<B, V> : unknown) & {
    [K in keyof B as ActionName<B, K>]: Chained<B, K, V, In, Bound>;
  };

/**
 * A chain of actions to run on the batches of a dataset. It is immutable: every step returns a new one. Nothing runs
 * before `batches`, `nextBatch` or `run`. `B` is the class of the batches that come out, `V` the variables, `In` the
 * class that it begins with.
 */
export type Pipeline<B extends AnyBatch, V = unknown, In extends AnyBatch = B> = Chain<B, V, In, true>;

/** A pipeline without a dataset: `on` binds it to one, `concat` puts it into another. */
export type Template<B extends AnyBatch, V = unknown, In extends AnyBatch = B> = Chain<B, V, In, false>;
