import type { AnyBatch } from "../batch/any-batch.js";
import type { BatchClass } from "../batch/batch-class.js";
import type { Id } from "../batch/ids.js";

/**
 * What a pipeline runs on: a `Dataset`.
 * @group Types behind types
 */
export interface DatasetOf<B extends AnyBatch> {
  readonly indices: readonly Id[];
  readonly length: number;
  readonly batchClass: BatchClass<B>;
  /** @internal a batch of items, unchecked */
  makeBatch(ids: readonly Id[]): B;
}
