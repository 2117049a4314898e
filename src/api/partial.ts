import { isKernel, type Kernel } from "../abi/kernel.js";
import { kindOf } from "../base/kind-of.js";
import { isPlainObject } from "../base/realms.js";
import { Invocation } from "../call/invocation.js";
import { checkParameters, Partial } from "../call/partial.js";
import type { WrongBound } from "./checked/arguments.js";
import type { IsWrong } from "./checked/values.js";

/**
 * Binds arguments, as Python's `functools.partial` does: positional ones come before those of the item, named ones (a
 * plain object in the last place) give way to those of the item and of the call. Kernels take named ones only. A name of
 * the call that the kernel does not have is an error, unless the method that returns the partial, or its init or post, takes it.
 *
 * @param runnable the kernel or function
 * @param args its arguments: positional ones, then named ones in a plain object
 * @throws TypeError for a name that the kernel does not have, or positional arguments of a kernel
 * @cost None for items: what is bound is packed once a call.
 * @example
 * import { partial, run } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const peaks = await run(partial(peak, { floor: 1 }), [Float64Array.of(0.5, 0.25)]);
 */
export function partial<K extends Kernel | ((...args: any[]) => unknown), B extends readonly unknown[]>(
  runnable: K,
  ...args: [IsWrong<WrongBound<K, B>>] extends [true] ? [WrongBound<K, B>] : B
): Partial<K, B>;
export function partial(runnable: Kernel | ((...args: any[]) => unknown), ...args: unknown[]): Partial {
  if (typeof runnable !== "function" && !isKernel(runnable)) {
    throw new TypeError(`partial() takes a kernel or a function first, got ${kindOf(runnable)}.`);
  }
  const last = args.at(-1);
  const named = isPlainObject(last) ? last : undefined;
  const positional = named ? args.slice(0, -1) : args;
  if (isKernel(runnable) && positional.length > 0) {
    throw new TypeError(
      `partial(${runnable.name}, …) binds a kernel's parameters by name: pass one object, such as ` +
        `{ ${runnable.signature.parameters.at(-1)?.name ?? "name"}: … }.`,
    );
  }
  if (isKernel(runnable) && named) checkParameters(runnable, Object.keys(named), "partial()");
  return new Partial(runnable, new Invocation(positional, named));
}
