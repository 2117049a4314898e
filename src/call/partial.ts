import { isKernel, type Kernel } from "../abi/kernel.js";
import type { WrongBound } from "../api/checked/arguments.js";
import type { IsWrong } from "../api/checked/values.js";
import { suggestion } from "../base/near-miss.js";
import { isPlainObject } from "../base/realms.js";
import { kindOf } from "../columns/from-values.js";
import { Invocation } from "./invocation.js";

const brand = Symbol.for("nogil.partial");

/** A kernel or function with some arguments bound; `B` are their types. */
export class Partial<
  K = Kernel | ((...args: any[]) => unknown),
  B extends readonly unknown[] = readonly unknown[],
> {
  readonly [brand] = true;
  declare readonly _bound?: B;

  constructor(
    readonly runnable: K,
    readonly bound: Invocation,
  ) {}
}

export function isPartial(value: unknown): value is Partial {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Binds arguments, as Python's `functools.partial` does: positional ones come before those of the item, named ones (a
 * plain object in the last place) give way to those of the item and of the call. Kernels take named ones only. A name of
 * the call that the kernel does not have is an error, unless the method that returns the partial, or its init or post, takes it.
 *
 * @throws TypeError for a name that the kernel does not have
 * @example partial(kernels.findBeats, { refractory: 0.3 })
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

/** @throws TypeError for a name that is not one of the kernel's parameters. @param why it has to be one */
export function checkParameters(kernel: Kernel, given: readonly string[], where: string, why = ""): void {
  const names = kernel.signature.parameters.map(({ name }) => name);
  const odd = given.find((name) => !names.includes(name));
  if (odd === undefined) return;
  throw new TypeError(`${where}: ${kernel} has no parameter "${odd}"${why}${suggestion(odd, names)}`);
}
