import { isAction, isBatch, notABatch } from "./action.js";
import type { Batch, Id } from "./batch.js";
import { kindOf } from "./columns/from-values.js";
import type { BatchClass } from "./dataset.js";
import { isParallelized } from "./inbatch-parallel.js";
import { className, methodNamed, namesIn } from "./members.js";
import { type CallOptions, checkOptions } from "./options.js";
import { batchesOf, type OrderOptions } from "./order.js";
import type { ActionNames, Parallel } from "./types.js";

export interface BatchesOptions extends OrderOptions {
  /** Batches that are worked on while the caller has one, in order. @default 0 */
  prefetch?: number;
  /** Ends the iteration: what runs is cancelled, and the signal's reason thrown. */
  signal?: AbortSignal;
}

/** What `run` did. */
export interface RunReport {
  readonly batches: number;
  readonly items: number;
}

type AnyBatch = Batch<any, any>;

type BatchOf<R, B extends AnyBatch> = R extends Parallel<infer C> ? (C extends AnyBatch ? C : B) : B;
type Chained<B extends AnyBatch, K extends keyof B> = Parallel<B>[K] extends (...args: infer P) => infer R
  ? (...args: P) => Pipeline<BatchOf<Awaited<R>, B>>
  : never;

/**
 * A chain of actions to run on the batches of a dataset. It is immutable: every step gives a new one. Nothing runs before
 * `batches` or `run`.
 */
export type Pipeline<B extends AnyBatch> = PipelineBase<B> & { [K in ActionNames<B>]: Chained<B, K> };

interface Step {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

// a symbol, since every name may be an action's
const append = Symbol("append");

class PipelineBase<B extends AnyBatch> {
  readonly #batchClass: BatchClass<B>;
  readonly #indices: readonly Id[];
  readonly #steps: readonly Step[];
  readonly #options: CallOptions;

  constructor(
    batchClass: BatchClass<B>,
    indices: readonly Id[],
    steps: readonly Step[],
    options: CallOptions,
  ) {
    this.#batchClass = batchClass;
    this.#indices = indices;
    this.#steps = steps;
    this.#options = options;
  }

  /** Steps in the chain. */
  get length(): number {
    return this.#steps.length;
  }

  /** Options of the actions that follow in the chain. */
  with(options: CallOptions): Pipeline<B> {
    const checked = { ...this.#options, ...checkOptions(options, "with()") };
    return chain(new PipelineBase(this.#batchClass, this.#indices, this.#steps, checked), this.#batchClass);
  }

  [append](name: string, args: readonly unknown[]): Pipeline<B> {
    const steps = [...this.#steps, { name, args, options: this.#options }];
    return chain(new PipelineBase(this.#batchClass, this.#indices, steps, this.#options), this.#batchClass);
  }

  /**
   * The batches, in order, after all actions. They are the caller's: dispose of each when done with it (`using`), or leave
   * it to garbage collection. An error in an action ends the iteration with it; `break` cancels what runs ahead.
   */
  async *batches(options: BatchesOptions): AsyncGenerator<Parallel<B>, void> {
    if (typeof options !== "object" || options === null) {
      throw new TypeError(`batches() and run() take { batchSize: … } at least, got ${kindOf(options)}.`);
    }
    const { prefetch = 0, signal, ...order } = options;
    if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
      throw new RangeError(`prefetch takes a whole number, 0 or more, got ${prefetch}.`);
    }
    const ended = new AbortController();
    const cancelled = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const ids = batchesOf(this.#indices, order);
    const ahead: Promise<AnyBatch>[] = [];
    const start = () => {
      const next = ids.next();
      if (next.done) return false;
      const batch = this.#process(next.value, cancelled);
      // it is awaited in its turn; until then a rejection must not count as unhandled
      batch.catch(() => {});
      ahead.push(batch);
      return true;
    };
    try {
      for (;;) {
        signal?.throwIfAborted();
        while (ahead.length <= prefetch && start());
        const next = ahead.shift();
        if (!next) return;
        const batch = await next.catch((error) => {
          // what was cancelled fails because of the signal
          signal?.throwIfAborted();
          throw error;
        });
        yield batch as Parallel<B>;
      }
    } finally {
      ended.abort();
      for (const rest of await Promise.allSettled(ahead))
        if (rest.status === "fulfilled") rest.value.dispose();
    }
  }

  /** Runs every batch through all actions, and frees it. For jobs whose actions keep what they make, in files say. */
  async run(options: BatchesOptions): Promise<RunReport> {
    let batches = 0;
    let items = 0;
    for await (const batch of this.batches(options)) {
      batches++;
      items += batch.length;
      batch.dispose();
    }
    return { batches, items };
  }

  async #process(ids: readonly Id[], signal: AbortSignal): Promise<AnyBatch> {
    let batch: AnyBatch = new this.#batchClass(ids);
    try {
      for (const { name, args, options } of this.#steps) {
        signal.throwIfAborted();
        const both = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
        if (!isStep(batch, name)) throw noSuchAction(batch, name);
        const made = await (batch.with({ ...options, signal: both }) as any)[name](...args);
        if (!isBatch(made)) throw notABatch(`${className(batch)}.${name}`, "it", made);
        batch = made;
      }
      return batch;
    } catch (error) {
      batch.dispose();
      throw error;
    }
  }
}

/** A pipeline without steps. */
export function pipelineOf<B extends AnyBatch>(
  batchClass: BatchClass<B>,
  indices: readonly Id[],
): Pipeline<B> {
  return chain(new PipelineBase(batchClass, indices, [], {}), batchClass);
}

// adds the actions of the batch class as methods that lengthen the chain
function chain<B extends AnyBatch>(pipeline: PipelineBase<B>, batchClass: BatchClass<B>): Pipeline<B> {
  return new Proxy(pipeline, {
    get(target, name) {
      const own = Reflect.get(target, name, target);
      if (own !== undefined) return typeof own === "function" ? own.bind(target) : own;
      if (typeof name === "symbol" || name === "then" || name === "toJSON") return undefined;
      // an action may give a batch of another class, whose actions are known when the chain runs
      if (target.length === 0 && !isStep(probe(batchClass), name))
        throw noSuchAction(probe(batchClass), name);
      return (...args: unknown[]) => target[append](name, args);
    },
  }) as Pipeline<B>;
}

const probes = new WeakMap<BatchClass, AnyBatch>();

// actions may be fields, which only an instance has
function probe(batchClass: BatchClass): AnyBatch {
  const made = probes.get(batchClass) ?? new batchClass([]);
  probes.set(batchClass, made);
  return made;
}

function isStep(batch: AnyBatch, name: string): boolean {
  const member = methodNamed(batch, name);
  return isAction(member) || isParallelized(member);
}

function noSuchAction(batch: AnyBatch, name: string): TypeError {
  const actions = namesIn(batch).filter((each) => isStep(batch, each));
  return new TypeError(
    `${className(batch)} has no action "${name}": ` +
      `${actions.length > 0 ? `its actions are ${actions.join(", ")}` : "mark a method with @action"}.`,
  );
}
