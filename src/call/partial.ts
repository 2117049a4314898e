import type { Kernel } from "../abi/kernel.js";
import { suggestion } from "../base/near-miss.js";
import type { Invocation } from "./invocation.js";

const brand = Symbol.for("nogil.partial");

/** A kernel or function with some arguments bound; `B` are their types. */
export class Partial<
  K = Kernel | ((...args: any[]) => unknown),
  B extends readonly unknown[] = readonly unknown[],
> {
  /** @hidden */
  readonly [brand] = true;
  /** @hidden */
  declare readonly _bound?: B;

  constructor(
    /** the kernel or function */
    readonly runnable: K,
    /** the arguments that are bound */
    readonly bound: Invocation,
  ) {}
}

export function isPartial(value: unknown): value is Partial {
  return typeof value === "object" && value !== null && brand in value;
}

/** @throws TypeError for a name that is not one of the kernel's parameters. @param why it has to be one */
export function checkParameters(kernel: Kernel, given: readonly string[], where: string, why = ""): void {
  const names = kernel.signature.parameters.map(({ name }) => name);
  const odd = given.find((name) => !names.includes(name));
  if (odd === undefined) return;
  throw new TypeError(`${where}: ${kernel} has no parameter "${odd}"${why}${suggestion(odd, names)}`);
}
