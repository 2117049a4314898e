import type { Parallel } from "../batch/parallel-type.js";

/**
 * A batch as its callers see it, inside its own methods: `await parallel(this).standardize()`. Costs nothing.
 */
// the conditional type makes TypeScript look through a method's polymorphic `this`
export function parallel<B>(batch: B): B extends infer Known ? Parallel<Known> : never {
  return batch as B extends infer Known ? Parallel<Known> : never;
}
