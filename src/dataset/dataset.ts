import { requireFiles } from "#host/files";
import type { Batch } from "../api/batch.js";
import { isFunction } from "../base/callables.js";
import { inspectKey } from "../base/console.js";
import { isOfAnotherCopy, knownAcrossCopies, ofAnotherCopy } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import { isThenable } from "../base/thenable.js";
import { construct } from "../batch/assemble.js";
import { type BatchClass, describeClass, isBatchClass } from "../batch/batch-class.js";
import { type Id, idsFrom, iterableIds, refuseRepeats } from "../batch/ids.js";
import type { Parallel } from "../batch/parallel-type.js";
import { knownPaths, type Paths, setPaths } from "../batch/paths.js";
import { type Pipeline, pipelineOn } from "../pipeline/index.js";
import { type Shuffle, shuffler } from "../pipeline/shuffle.js";
import type { FilesOptions } from "./files.js";
import { inspectDataset } from "./inspect.js";
import { partsOf, sizesOf } from "./partition.js";

/**
 * The ids that the items of a batch class have.
 * @group Types behind types
 */
export type IdsOf<B> = B extends Batch<any, infer I> ? I : Id;

/** Ids, or where they are numbers how many of them there are. */
export type Index<I> = Iterable<I> | (number extends I ? number : never);

/** One way of the `n` of `cvSplit(n)` to divide a dataset. */
export interface Fold<B extends Batch<any, any>> {
  /** the items to train on: all others */
  readonly train: Dataset<B>;
  /** the items to test on */
  readonly test: Dataset<B>;
}

/**
 * The items that a job is about, and the class of their batches. It is immutable, and holds ids only, no data.
 * @example
 * import { Dataset } from "nogil";
 *
 * const records = new Dataset(["a", "b", "c"], EcgBatch);
 * const [train, test] = records.split([0.7, 0.3], { shuffle: 42 });
 * await train.pipeline().load({ spike: 9 }).standardize().run({ batchSize: 2 });
 */
export class Dataset<B extends Batch<any, any>> implements Iterable<IdsOf<B>> {
  /** The items: the ids, or `0 … n - 1`. */
  readonly indices: readonly IdsOf<B>[];
  #known?: ReadonlySet<IdsOf<B>>;

  /**
   * A dataset of these items. O(items).
   * @param index the items' ids, or their number
   * @param batchClass the class of its batches, which extends `Batch`
   * @throws RangeError for an id that comes twice, TypeError for what is not an id
   */
  constructor(
    index: Index<IdsOf<B>>,
    /** the class of its batches */
    readonly batchClass: BatchClass<B>,
  ) {
    if (!isBatchClass(batchClass)) {
      throw new TypeError(
        `A dataset takes the class of its batches second, which extends Batch, got ${describeClass(batchClass)}.`,
      );
    }
    this.indices = idsFrom(index, "A dataset") as IdsOf<B>[];
    if (typeof index !== "number" && !distinct.has(index as object)) refuseRepeats(this.indices, "A dataset");
  }

  /**
   * A dataset of the files that a glob pattern matches, or several patterns; one that begins with `!` leaves files
   * out. Ids are paths below the folder where the wildcards begin, with `/` between folders. Batches know where their
   * files are: an action with `init: "paths"` runs for each, and `batch.pathOf(id)` returns one. Node only.
   * @param patterns one, or several in an array
   * @param batchClass the class of its batches, whose ids are strings
   * @param options which files match, and what they are called
   * @throws RangeError when nothing matches, or when two files have one id, as they may with `noExt`
   * @example
   * import { Dataset } from "nogil";
   *
   * const records = await Dataset.fromFiles("data/*.hea", EcgBatch, { noExt: true });
   */
  static async fromFiles<B extends Batch<any, any>>(
    patterns: string | readonly string[],
    batchClass: BatchClass<B> &
      (string extends IdsOf<B>
        ? unknown
        : {
            /** what the compiler's message says of a class with other ids */
            readonly "the ids of files are strings": never;
          }),
    options: FilesOptions = {},
  ): Promise<Dataset<B>> {
    requireFiles("Dataset.fromFiles()");
    const { listFiles } = await import("./files.js");
    const entries = await listFiles(patterns, options);
    const ids = entries.map(([id]) => id) as IdsOf<B>[];
    return Dataset.#withPaths(new Dataset<B>(ids, batchClass), new Map(entries));
  }

  static #withPaths<B extends Batch<any, any>>(dataset: Dataset<B>, paths: Paths | undefined): Dataset<B> {
    setPaths(dataset, paths);
    return dataset;
  }

  /** How many items there are. */
  get length(): number {
    return this.indices.length;
  }

  /** The items' ids, in order. */
  [Symbol.iterator](): Iterator<IdsOf<B>> {
    return this.indices[Symbol.iterator]();
  }

  /**
   * Whether the dataset has an item. O(1), after a first call that is O(items).
   * @param id of the item
   */
  has(id: IdsOf<B>): boolean {
    this.#known ??= new Set(this.indices);
    return this.#known.has(id);
  }

  /**
   * The absolute path of an item's file.
   * @param id of the item
   * @throws RangeError when the dataset has no such item, or it is not a file
   */
  pathOf(id: IdsOf<B>): string {
    if (!this.has(id)) throw new RangeError(`The dataset has no item ${shownValue(id)}.`);
    const path = knownPaths(this)?.get(id);
    if (path === undefined) {
      throw new RangeError(
        `Item ${shownValue(id)} is not a file: files come into a dataset by Dataset.fromFiles().`,
      );
    }
    return path;
  }

  /** @internal a batch of items of this dataset, unchecked */
  makeBatch(ids: readonly Id[]): B {
    const batch = construct(this.batchClass, ids);
    setPaths(batch, knownPaths(this));
    return batch;
  }

  /**
   * A batch of items, without components.
   * @param ids of the items, one as often as it is named
   * @throws RangeError for an item that is not in the dataset
   */
  batch(ids: Iterable<IdsOf<B>>): Parallel<B> {
    const chosen = iterableIds(ids, "dataset.batch()");
    for (const id of chosen) {
      if (!this.has(id)) throw new RangeError(`The dataset has no item ${shownValue(id)}.`);
    }
    return this.makeBatch(chosen) as Parallel<B>;
  }

  /**
   * A dataset of some of the items.
   * @param ids of the items, in the order that the new dataset has
   * @throws RangeError for an id that is not there, or comes twice
   */
  subset(ids: Iterable<IdsOf<B>>): Dataset<B> {
    const chosen = iterableIds(ids, "dataset.subset()");
    const absent = chosen.findIndex((id) => !this.has(id));
    if (absent >= 0) {
      throw new RangeError(
        `A subset has items of its dataset, and ${shownValue(chosen[absent])} is not one of them.`,
      );
    }
    return this.#like(chosen);
  }

  /**
   * The items for which `keep` returns true, in their order.
   * @param keep gets an item's id and its position
   * @throws TypeError for a `keep` that is not a function, or is async
   */
  filter(keep: (id: IdsOf<B>, position: number) => boolean): Dataset<B> {
    if (!isFunction(keep)) {
      throw new TypeError(`filter() takes a function of the id, got ${shownValue(keep)}.`);
    }
    const kept: IdsOf<B>[] = [];
    for (let position = 0; position < this.indices.length; position++) {
      const answer: unknown = keep(this.indices[position], position);
      if (answer) {
        if (answer !== true && isThenable(answer)) throw noAnswer();
        kept.push(this.indices[position]);
      }
    }
    return this.#likeOf(kept);
  }

  /**
   * Parts of these shares, which are 1 together. Every item is in exactly one part; a part has its share rounded to
   * whole items, which for few items may be none.
   * @param shares of the parts, each more than 0 and together 1
   * @param options in which order items are dealt out
   * @throws RangeError, TypeError for shares that are not 1 together, an order or an option that does not exist
   * @example const [train, test, validation] = dataset.split([0.7, 0.2, 0.1], { shuffle: 42 });
   */
  split<const S extends readonly number[]>(
    shares: S,
    options: {
      /**
       * `true` for another order each time, or a seed (a 32-bit integer) that makes the same order on every machine.
       * @default false
       */
      shuffle?: Shuffle | undefined;
    } = {},
  ): { -readonly [K in keyof S]: Dataset<B> } {
    checkOptionNames(options, ["shuffle"], "split()");
    const sizes = sizesOf(this.length, shares);
    const parts = partsOf(shuffler(options.shuffle)(this.indices), sizes);
    return parts.map((ids) => this.#likeOf(ids)) as { -readonly [K in keyof S]: Dataset<B> };
  }

  /**
   * `n` folds for cross-validation. Every item is in the test part of exactly one of them, and in the train part of
   * all others; the test parts differ by one item at most.
   * @param n how many folds
   * @param options in which order items are dealt out
   * @throws RangeError for less than two folds, or more than there are items
   */
  cvSplit(
    n: number,
    options: {
      /**
       * `true` for another order each time, or a seed (a 32-bit integer) that makes the same order on every machine.
       * @default false
       */
      shuffle?: Shuffle | undefined;
    } = {},
  ): Fold<B>[] {
    checkOptionNames(options, ["shuffle"], "cvSplit()");
    if (!Number.isSafeInteger(n) || n < 2 || n > this.length) {
      throw new RangeError(
        `cvSplit() takes the number of folds, from 2 to the ${this.length} items that there are, got ${shownValue(n)}.`,
      );
    }
    const sizes = Array.from({ length: n }, (_, i) => Math.floor((this.length + n - 1 - i) / n));
    const parts = partsOf(shuffler(options.shuffle)(this.indices), sizes);
    return parts.map((ids, i) => ({
      train: this.#likeOf(parts.filter((_, k) => k !== i).flat()),
      test: this.#likeOf(ids),
    }));
  }

  /**
   * The items of this dataset, then those of the others.
   * @param others datasets of the same batch class
   * @throws RangeError for an item that is in two of them, TypeError for a dataset of another batch class
   */
  concat(...others: readonly Dataset<B>[]): Dataset<B> {
    const all = [this, ...others];
    const odd = all.findIndex((each) => !(each instanceof Dataset));
    if (isOfAnotherCopy(all[odd])) throw ofAnotherCopy(all[odd], "The dataset given to concat()");
    if (odd >= 0) throw new TypeError(`concat() takes datasets, got ${kindOf(all[odd])}.`);
    const other = others.find(({ batchClass }) => batchClass !== this.batchClass);
    if (other) {
      throw new TypeError(
        `concat() puts datasets of one batch class together: this one is of ${this.batchClass.name}, ` +
          `the other of ${other.batchClass.name}.`,
      );
    }
    const entries = all.flatMap((each) =>
      [...(knownPaths(each) ?? [])].filter(([id]) => each.has(id as IdsOf<B>)),
    );
    const joined = new Dataset<B>(
      all.flatMap((each) => each.indices),
      this.batchClass,
    );
    return Dataset.#withPaths(joined, entries.length > 0 ? new Map(entries) : undefined);
  }

  /** A job on this dataset without any step yet: chain the actions of the batch class onto it. */
  pipeline(): Pipeline<B> {
    return pipelineOn(this);
  }

  /** @param ids some of this dataset's, each once */
  #likeOf(ids: readonly IdsOf<B>[]): Dataset<B> {
    distinct.add(ids);
    return this.#like(ids);
  }

  #like(ids: readonly IdsOf<B>[]): Dataset<B> {
    return Dataset.#withPaths(new Dataset<B>(ids, this.batchClass), knownPaths(this));
  }
}

// arrays of ids that were made of a dataset's, so that none comes twice
const distinct = new WeakSet<object>();

function noAnswer(): TypeError {
  return new TypeError(
    "filter() takes a function that returns true or false at once, and this one returned a promise: " +
      "await what it needs first, then dataset.subset(ids) or filter().",
  );
}

// what Node's console prints
Object.defineProperty(Dataset.prototype, inspectKey, { value: inspectDataset });
knownAcrossCopies(Dataset, "Dataset", "sharing");
