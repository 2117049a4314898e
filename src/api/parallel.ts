import type { Parallel } from "../batch/parallel-type.js";

/**
 * A batch as its callers see it, inside its own methods. It is the same batch, with another type.
 * @param batch `this` of a method
 * @throws nothing
 * @cost None: it returns what it gets.
 * @example
 * import { Batch, type Item, inbatchParallel, parallel } from "nogil";
 *
 * class Files extends Batch<any, string> {
 *   \@inbatchParallel({ init: "indices" })
 *   check(id: Item<string>, length: number) {
 *     if (id.length > length) throw new RangeError(id);
 *   }
 *
 *   async checkAll() {
 *     await parallel(this).check(8);
 *   }
 * }
 */
// the conditional type makes TypeScript look through a method's polymorphic `this`
export function parallel<B>(batch: B): B extends infer Known ? Parallel<Known> : never {
  return batch as B extends infer Known ? Parallel<Known> : never;
}
