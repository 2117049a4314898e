import type { Batch, Id } from "./batch.js";
import { kindOf } from "./columns/from-values.js";
import { type Pipeline, pipelineOf } from "./pipeline.js";

export type BatchClass<B extends Batch<any, any> = Batch<any, any>> = new (...args: any[]) => B;
type IdsOf<B> = B extends Batch<any, infer I> ? I : Id;

/** The items that a job is about, and the class of their batches. */
export class Dataset<B extends Batch<any, any>> {
  readonly indices: readonly IdsOf<B>[];

  /**
   * @param index the items' ids, or their number
   * @throws RangeError for an id that comes twice
   */
  constructor(
    index: Iterable<IdsOf<B>> | number,
    readonly batchClass: BatchClass<B>,
  ) {
    if (typeof batchClass !== "function") {
      throw new TypeError(`A dataset takes the class of its batches second, got ${kindOf(batchClass)}.`);
    }
    const { indices } = new (batchClass as BatchClass<Batch<any, any>>)(index);
    const seen = new Set(indices);
    if (seen.size < indices.length) {
      const twice = indices.find((id, i) => indices.indexOf(id) < i);
      throw new RangeError(
        `A dataset has every item once, and ${JSON.stringify(twice)} comes more than once.`,
      );
    }
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  /** A job on this dataset without any step yet: chain the actions of the batch class onto it. */
  pipeline(): Pipeline<B> {
    return pipelineOf(this.batchClass, this.indices);
  }
}
