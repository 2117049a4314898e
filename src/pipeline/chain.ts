import { type CallOptions, checkOptions } from "../api/options.js";
import { isFunction } from "../base/callables.js";
import { inspectKey } from "../base/console.js";
import { commonSymbol, isOfAnotherCopy, knownAcrossCopies, ofAnotherCopy } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import { isAbortSignal } from "../base/realms.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { BatchClass } from "../batch/batch-class.js";
import { describeClass, isBatchClass } from "../batch/batch-class.js";
import { checkBar } from "../call/progress.js";
import type { Pipeline, Template } from "./chain-types.js";
import type { DatasetOf } from "./dataset-of.js";
import { Iteration } from "./iteration.js";
import type { BatchesOptions, RunReport } from "./run-types.js";
import { actionStep, checkAction, checkNames, functionStep, type Link, variableStep } from "./steps.js";
import {
  checkVariableName,
  type Declaration,
  type Declarations,
  declare,
  emptyArray,
  mergeDeclarations,
} from "./variables.js";

/** All that a chain is. It never changes. */
interface ChainState {
  /** of the batches that it begins with */
  readonly batchClass: BatchClass;
  readonly dataset?: DatasetOf<any>;
  readonly links: readonly Link[];
  readonly declarations: Declarations;
  /** of the actions that follow */
  readonly options: CallOptions;
}

// symbols, since every name may be an action's
const stateOf: unique symbol = commonSymbol("chain") as never;
const addAction = Symbol("action");

/** What `ChainMethods` and `RunnableChain` describe, with their types. */
class ChainBase {
  readonly [stateOf]: ChainState;
  // the iteration that callers of `nextBatch` share
  #shared?: { readonly options: BatchesOptions; readonly iteration: Iteration<any, any> };

  constructor(state: ChainState) {
    this[stateOf] = state;
  }

  get length(): number {
    return this[stateOf].links.length;
  }

  with(options: CallOptions): unknown {
    const { options: before } = this[stateOf];
    if (options?.bar !== undefined) {
      throw new TypeError(
        "with(): a chain has one bar for its whole run: batches({ bar: … }) or run({ bar: … }).",
      );
    }
    return this.#like({ options: { ...before, ...checkOptions(options, "with()") } });
  }

  do(step: unknown): unknown {
    return this.#add(functionStep(checkFunction(step, "do()")));
  }

  concat(other: unknown): unknown {
    if (isOfAnotherCopy(other)) throw ofAnotherCopy(other, "The chain given to concat()");
    const theirs = (other as { [stateOf]?: ChainState } | undefined)?.[stateOf];
    if (!theirs) throw new TypeError(`concat() takes a pipeline or a template, got ${kindOf(other)}.`);
    const { links, declarations, options } = this[stateOf];
    const follow = theirs.links.map((link) =>
      link.kind === "step" ? (link.under?.(options) ?? link) : link,
    );
    return this.#like({
      links: [...links, ...follow],
      declarations: mergeDeclarations(declarations, theirs.declarations),
    });
  }

  rebatch(size: number): unknown {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(
        `rebatch() takes the number of items in a batch, 1 or more, got ${shownValue(size)}.`,
      );
    }
    return this.#add({ kind: "rebatch", name: `rebatch(${size})`, size });
  }

  variable(name: string, initial: unknown): unknown {
    return this.#like({ declarations: this.#declaring(name, declare(name, initial)) });
  }

  append(name: string, value: unknown): unknown {
    checkVariableName(name, "append()");
    const measure = checkFunction(value, "append()", 1);
    const step = variableStep("append", name, measure, (before, one) => {
      if (!Array.isArray(before)) {
        throw new TypeError(
          `The variable "${name}" is ${kindOf(before)}, and only arrays can be appended to.`,
        );
      }
      before.push(one);
      return before;
    });
    return this.#like({
      declarations: this.#declaring(name, emptyArray),
      links: [...this[stateOf].links, step],
    });
  }

  update(name: string, value: unknown, combine: unknown = (_: unknown, one: unknown) => one): unknown {
    checkVariableName(name, "update()");
    const { declarations } = this[stateOf];
    if (!declarations.has(name)) {
      const there = [...declarations.keys()];
      throw new TypeError(
        `There is no variable "${name}": declare it by variable("${name}", initial) first. ` +
          `${there.length > 0 ? `There are: ${there.join(", ")}.` : "There is none so far."}`,
      );
    }
    const measure = checkFunction(value, "update()", 1);
    return this.#add(variableStep("update", name, measure, checkFunction(combine, "update()", 2) as any));
  }

  on(dataset: DatasetOf<any>): unknown {
    const { batchClass } = this[stateOf];
    const theirs = dataset?.batchClass;
    if (typeof theirs !== "function") throw new TypeError(`on() takes a dataset, got ${kindOf(dataset)}.`);
    if (theirs !== batchClass && !(theirs.prototype instanceof batchClass)) {
      throw new TypeError(
        `A pipeline that begins with ${batchClass.name} cannot run on a dataset of ${theirs.name}.`,
      );
    }
    return this.#like({ dataset, batchClass: theirs });
  }

  batches(options: BatchesOptions): Iteration<any, any> {
    const { dataset, links, declarations } = this[stateOf];
    if (!dataset) {
      throw new TypeError("A template has no batches: set its dataset first, by on(dataset).");
    }
    checkBatchesOptions(options);
    return new Iteration(dataset, links, declarations, options);
  }

  async nextBatch(options: BatchesOptions): Promise<unknown> {
    if (this.#shared && !sameOptions(this.#shared.options, options)) {
      throw new TypeError(
        "nextBatch() was called with other options than the call that began the iteration. " +
          "Use batches() for an iteration of your own, or abort the signal that the other was given.",
      );
    }
    this.#shared ??= { options: { ...options }, iteration: this.batches(options) };
    const own = this.#shared;
    let result: IteratorResult<unknown, undefined> | undefined;
    try {
      result = await own.iteration.next();
      return result.value;
    } finally {
      if (result?.done !== false && this.#shared === own) this.#shared = undefined;
    }
  }

  async run(options: BatchesOptions): Promise<RunReport<any>> {
    const iteration = this.batches(options);
    for await (const batch of iteration) batch.dispose();
    return iteration.report;
  }

  toString(): string {
    const { batchClass, dataset, links } = this[stateOf];
    const head = dataset
      ? `Pipeline(${dataset.length} items of ${batchClass.name})`
      : `Template(${batchClass.name})`;
    return [head, ...links.map(({ name }) => name)].join(" → ");
  }

  [inspectKey](): string {
    return this.toString();
  }

  toJSON(): string {
    return this.toString();
  }

  [addAction](name: string, args: readonly unknown[]): unknown {
    const { batchClass, links, options } = this[stateOf];
    // an action may give a batch of another class, whose actions are known when the chain runs
    if (links.length === 0) checkAction(batchClass, name);
    return this.#add(actionStep(name, args, options));
  }

  #declaring(name: string, declaration: Declaration): Declarations {
    return mergeDeclarations(this[stateOf].declarations, new Map([[name, declaration]]));
  }

  #add(link: Link): unknown {
    return this.#like({ links: [...this[stateOf].links, link] });
  }

  #like(change: Partial<ChainState>): unknown {
    return proxied(new ChainBase({ ...this[stateOf], ...change }));
  }
}

knownAcrossCopies(ChainBase, "chain", "sharing");

const ofAnyObject = ["constructor", "toString", "toJSON"];
const taken = Object.getOwnPropertyNames(ChainBase.prototype).filter((name) => !ofAnyObject.includes(name));

function begin(batchClass: BatchClass, dataset?: DatasetOf<any>): unknown {
  checkNames(batchClass, taken);
  return proxied(new ChainBase({ batchClass, dataset, links: [], declarations: new Map(), options: {} }));
}

/** A pipeline without steps. */
export function pipelineOn<B extends AnyBatch>(dataset: DatasetOf<B>): Pipeline<B> {
  return begin(dataset.batchClass, dataset) as Pipeline<B>;
}

/**
 * A template: a pipeline without a dataset. Chain actions of the batch class onto it, then bind it to a dataset by `on`,
 * or put it into another chain by `concat`.
 * @param batchClass the class of the batches that it begins with
 * @throws TypeError for what is not a class of batches, or one with an action of a name that chains have themselves
 * @cost An object for each step; nothing runs before `batches`, `nextBatch` or `run`.
 * @example
 * import { pipeline } from "nogil";
 *
 * const clean = pipeline(EcgBatch).load({ spike: 9 }).standardize();
 * await clean.on(dataset).run({ batchSize: 64 });
 */
export function pipeline<B extends AnyBatch>(batchClass: BatchClass<B>): Template<B> {
  if (!isBatchClass(batchClass)) {
    throw new TypeError(
      `pipeline() takes the class of the batches, which extends Batch, got ${describeClass(batchClass)}.`,
    );
  }
  return begin(batchClass) as Template<B>;
}

// adds the actions of the batch class as methods that lengthen the chain
function proxied(chain: ChainBase): unknown {
  return new Proxy(chain, {
    get(target, name) {
      const own = Reflect.get(target, name, target);
      if (own !== undefined) return typeof own === "function" ? own.bind(target) : own;
      if (typeof name === "symbol" || name === "then") return undefined;
      return (...args: unknown[]) => target[addAction](name, args);
    },
  });
}

function checkFunction(value: unknown, where: string, position = 0): (...args: any[]) => unknown {
  if (isFunction(value)) return value;
  const which = ["", " second", " third"][position];
  throw new TypeError(`${where} takes a function of the batch${which}, got ${kindOf(value)}.`);
}

const optionNames = [
  "batchSize",
  "shuffle",
  "epochs",
  "iterations",
  "dropLast",
  "prefetch",
  "signal",
  "onError",
  "bar",
];

function checkBatchesOptions(options: BatchesOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`batches() and run() take { batchSize: … } at least, got ${kindOf(options)}.`);
  }
  checkOptionNames(options, optionNames, "batches() and run()");
  const { prefetch = 0, signal, onError = "throw", bar } = options;
  if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
    throw new RangeError(`prefetch takes a whole number, 0 or more, got ${shownValue(prefetch)}.`);
  }
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new TypeError(`signal takes an AbortSignal, got ${kindOf(signal)}.`);
  }
  if (onError !== "throw" && onError !== "skip") {
    throw new TypeError(`onError takes "throw" or "skip", got ${shownValue(onError)}.`);
  }
  checkBar(bar);
}

function sameOptions(a: object, b: object): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b ?? {})]);
  return [...names].every((name) => a[name as keyof object] === b?.[name as keyof object]);
}
