import type { Job, Work } from "./calls/engine.js";
import { kindOf } from "./columns/from-values.js";
import type { Style } from "./engines/registry.js";
import { checkKernel, isKernel } from "./kernel.js";
import { isPartial } from "./partial.js";
import { addressOf } from "./workers/addressing.js";

/**
 * What a method of target `nogil` or `mpc` returned, or what `run` was given, as work for an engine.
 * @param self the batch, whose class's module tells where a function is found
 * @throws TypeError for what is no kernel, or no function
 */
export function workOf(
  value: unknown,
  style: Style,
  label: string,
  self?: object,
): Pick<Job, "work" | "bound"> {
  const { runnable, bound } = isPartial(value) ? value : { runnable: value, bound: undefined };
  return { work: runnableWork(runnable, style, label, self), bound };
}

function runnableWork(runnable: unknown, style: Style, label: string, self?: object): Work {
  if (isKernel(runnable)) {
    if (style === "kernel") {
      checkKernel(runnable);
      return { kind: "kernel", kernel: runnable };
    }
    throw new TypeError(
      `${label} gives the kernel ${runnable.name}, which runs on nogil: declare target "nogil".`,
    );
  }
  if (typeof runnable === "function" && style === "function") {
    const fn = runnable as (...args: any[]) => unknown;
    return { kind: "function", fn, self, address: addressOf(fn) };
  }
  throw new TypeError(
    style === "kernel"
      ? `${label} has target "nogil", so it has to return a kernel built by "npx nogil build", or partial(kernel, …); got ${kindOf(runnable)}.`
      : `${label} has target "mpc", so it has to return a function, or partial(function, …); got ${kindOf(runnable)}.`,
  );
}
