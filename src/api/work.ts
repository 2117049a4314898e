import { isTypedArray } from "../abi/dtype.js";
import { checkKernel, isKernel } from "../abi/kernel.js";
import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import type { Job, Work } from "../call/job.js";
import { isPartial } from "../call/partial.js";
import { checkRunnable } from "../call/runnable.js";
import { targetsFor } from "../engines/registry.js";
import type { CallableKind, Target } from "../events/target.js";
import { addressOf } from "../javascript/addressing/addressing.js";

/**
 * What a method of target `nogil` or `mpc` returned, or what `run` was given, as work for an engine.
 * @param self the batch, whose class's module tells where a function is found
 * @param target what the method declares
 * @throws TypeError for what is not a kernel or a function
 */
export function workOf(
  value: unknown,
  kind: CallableKind,
  label: string,
  self?: object,
  target?: Target,
): Pick<Job, "work" | "bound"> {
  const { runnable, bound } = isPartial(value) ? value : { runnable: value, bound: undefined };
  return { work: runnableWork(runnable, kind, label, self, target), bound };
}

function runnableWork(
  runnable: unknown,
  kind: CallableKind,
  label: string,
  self: object | undefined,
  target: Target | undefined,
): Work {
  if (isKernel(runnable)) {
    if (kind === "kernel") {
      checkKernel(runnable);
      return { kind: "kernel", kernel: runnable };
    }
    throw new TypeError(
      `${label} returns the kernel ${runnable.name}, which runs on ${targetsFor("kernel")[0]}: declare target "${targetsFor("kernel")[0]}".`,
    );
  }
  if (isFunction(runnable) && kind === "function") {
    const fn = runnable as (...args: any[]) => unknown;
    checkRunnable(fn, label);
    return { kind: "function", fn, self, address: addressOf(fn) };
  }
  const named = target ?? targetsFor(kind)[0];
  // what a call of a kernel gives
  const called = runnable === undefined || typeof runnable !== "object" || isTypedArray(runnable);
  throw new TypeError(
    kind === "kernel"
      ? `${label} has target "${named}", so it has to return a kernel built by "npx nogil build", or partial(kernel, …); ${cameOf(runnable)}` +
          (called && !isFunction(runnable) ? " A kernel is returned as it is, without calling it." : "")
      : `${label} has target "${named}", so it has to return a function, or partial(function, …); ${cameOf(runnable)}`,
  );
}

/** What came in place of a kernel or function, and why perhaps. */
export function cameOf(value: unknown): string {
  if (value === undefined)
    return "got undefined: is a return missing, or does its module not export that name?";
  if (Object.prototype.toString.call(value) === "[object Module]") {
    return `got a whole module: name one of ${Object.keys(value as object).join(", ")}.`;
  }
  return `got ${kindOf(value)}.`;
}
