import type { Batch } from "./batch.js";
import { callParallel, isParallelized } from "./inbatch-parallel.js";
import { type CallOptions, checkOptions } from "./options.js";

/** A view of a batch whose parallel methods run with these options; everything else is the batch's own. */
export function withOptions<B extends Batch<any, any>>(batch: B, options: CallOptions): B {
  const checked = checkOptions(options, "with()");
  return new Proxy(batch, {
    get(target, name) {
      if (name === "with") return (more: CallOptions) => withOptions(target, { ...checked, ...more });
      const value = Reflect.get(target, name);
      if (isParallelized(value)) return (...args: unknown[]) => callParallel(target, value, args, checked);
      // bound to the batch itself, whose private fields a proxy does not have
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}
