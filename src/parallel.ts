import type { Parallel } from "./types.js";

/** A batch as its callers see it, inside its own methods: `await parallel(this).standardize()`. Costs nothing. */
export function parallel<B>(batch: B): Parallel<B> {
  return batch as Parallel<B>;
}
