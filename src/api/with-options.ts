import { isFunction } from "../base/callables.js";
import { commonSymbol } from "../base/copies.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { refuseIgnored } from "../engines/heeds.js";
import { callParallel } from "./call-parallel.js";
import { type CallOptions, checkOptions } from "./options.js";
import { isParallelized } from "./parallelized.js";

const options: unique symbol = commonSymbol("options") as never;

/** The batch that a view is of, and the options of its calls. */
export function unwrapOptions<B extends object>(batch: B): { batch: B; given: CallOptions } {
  return (batch as { [options]?: { batch: B; given: CallOptions } })[options] ?? { batch, given: {} };
}

/**
 * What `batch.with` returns.
 * @throws TypeError for an option beside a target that never heeds it; what is inherited from elsewhere may be of no use
 */
export function withOptions<B extends AnyBatch>(batch: B, given: CallOptions): B {
  return withInherited(batch, checkWith(given));
}

function checkWith(given: CallOptions): CallOptions {
  const checked = checkOptions(given, "with()");
  // which of the batch's methods will run is not known here
  if (checked.target !== undefined) refuseIgnored(checked.target, checked, "with()");
  return checked;
}

/** A view of a batch whose parallel methods run with these options; everything else is the batch's own. */
export function withInherited<B extends AnyBatch>(batch: B, checked: CallOptions): B {
  return new Proxy(batch, {
    get(target, name) {
      if (name === "with")
        return (more: CallOptions) => withInherited(target, { ...checked, ...checkWith(more) });
      if (name === options) return { batch: target, given: checked };
      const value = Reflect.get(target, name);
      if (isParallelized(value)) return (...args: unknown[]) => callParallel(target, value, args, checked);
      // bound to the batch itself, whose private fields a proxy does not have
      return isFunction(value) && name !== "constructor" ? value.bind(target) : value;
    },
  });
}
