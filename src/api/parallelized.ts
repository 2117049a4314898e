import type { Method } from "../base/function-source.js";
import { parallelKey } from "../base/keys.js";
import type { CheckedSpec } from "./spec.js";

/** The callable of a parallel method, with what it was made of. */
export interface Parallelized extends Method {
  readonly [parallelKey]: { readonly spec: CheckedSpec; readonly method: Method };
}

export function isParallelized(value: unknown): value is Parallelized {
  return typeof value === "function" && parallelKey in value;
}
