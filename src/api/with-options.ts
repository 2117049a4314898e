import { commonSymbol } from "../base/copies.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { callParallel } from "./inbatch-parallel.js";
import { type CallOptions, checkOptions } from "./options.js";
import { isParallelized } from "./parallelized.js";

const options: unique symbol = commonSymbol("options") as never;

/** The batch that a view is of, and the options of its calls. */
export function unwrapOptions<B extends object>(batch: B): { batch: B; given: CallOptions } {
  return (batch as { [options]?: { batch: B; given: CallOptions } })[options] ?? { batch, given: {} };
}

/** A view of a batch whose parallel methods run with these options; everything else is the batch's own. */
export function withOptions<B extends AnyBatch>(batch: B, given: CallOptions): B {
  const checked = checkOptions(given, "with()");
  return new Proxy(batch, {
    get(target, name) {
      if (name === "with")
        return (more: CallOptions) => withOptions(target, { ...checked, ...checkOptions(more, "with()") });
      if (name === options) return { batch: target, given: checked };
      const value = Reflect.get(target, name);
      if (isParallelized(value)) return (...args: unknown[]) => callParallel(target, value, args, checked);
      // bound to the batch itself, whose private fields a proxy does not have
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}
