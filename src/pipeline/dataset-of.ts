import type { AnyBatch } from "../batch/any-batch.js";
import type { BatchClass } from "../batch/batch-class.js";
import type { Id } from "../batch/ids.js";

/**
 * What a pipeline runs on: a `Dataset`.
 * @group Types behind types
 */
export interface DatasetOf<B extends AnyBatch> {
  /** the ids of the items, in order */
  readonly indices: readonly Id[];
  /** how many items it has */
  readonly length: number;
  /** the class of its batches */
  readonly batchClass: BatchClass<B>;
  /** @internal a batch of items, unchecked */
  makeBatch(ids: readonly Id[]): B;
}
