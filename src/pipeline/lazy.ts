import { isLazy } from "../api/outside-pipeline.js";
import { isFunction } from "../base/callables.js";
import { lazyKey } from "../base/keys.js";
import { kindOf } from "../base/kind-of.js";
import { isPlainObject } from "../base/realms.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { StepRun } from "./run-types.js";

/** An argument that is computed for each batch; made by `lazy`. */
export class Lazy<T, B = any, V = any> {
  /** @hidden */
  readonly [lazyKey] = true;

  constructor(
    /** what computes it */
    readonly compute: (batch: B, run: StepRun<V>) => T | PromiseLike<T>,
  ) {}
}

/**
 * An argument of a pipeline's action that is computed for each batch, just before the action runs. It takes the place of an
 * argument or, in an object of named arguments, for a value.
 * @param compute gets the batch, and the run's variables, iteration and signal; may be async
 * @throws TypeError for what is not a function
 * @cost One call of the function for each batch.
 * @example
 * import { lazy } from "nogil";
 *
 * const chain = job.findPeaks({ floor: lazy((batch) => batch.length / 10) });
 */
export function lazy<T, B = any, V = any>(
  compute: (batch: B, run: StepRun<V>) => T | PromiseLike<T>,
): Lazy<T, B, V> {
  if (!isFunction(compute)) {
    throw new TypeError(`lazy() takes a function of the batch, got ${kindOf(compute)}.`);
  }
  return new Lazy(compute);
}

export function hasLazy(args: readonly unknown[]): boolean {
  return args.some((arg) => isLazy(arg) || (isPlainObject(arg) && hasLazy(Object.values(arg))));
}

/** The arguments, those that are lazy computed for this batch in their order. */
export async function resolveLazy(
  args: readonly unknown[],
  batch: AnyBatch,
  run: StepRun<any>,
): Promise<unknown[]> {
  const resolved: unknown[] = [];
  for (const arg of args) resolved.push(await resolveOne(arg, batch, run));
  return resolved;
}

async function resolveOne(arg: unknown, batch: AnyBatch, run: StepRun<any>): Promise<unknown> {
  if (isLazy(arg)) return (arg as Lazy<unknown>).compute(batch, run);
  if (!isPlainObject(arg)) return arg;
  const values = await resolveLazy(Object.values(arg), batch, run);
  return Object.fromEntries(Object.keys(arg).map((name, i) => [name, values[i]]));
}
