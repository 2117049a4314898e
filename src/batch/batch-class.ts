import { stateKey } from "../base/keys.js";
import { kindOf } from "../columns/from-values.js";

/** Batch classes are known by what their instances give to workers, as batches are, across copies of the library. */
export function isBatchClass(value: unknown): boolean {
  const prototype = typeof value === "function" ? value.prototype : undefined;
  return typeof prototype === "object" && prototype !== null && stateKey in prototype;
}

/** What came in place of a batch class, for errors. */
export function describeClass(value: unknown): string {
  return typeof value === "function" && value.name !== "" ? `${kindOf(value)}, ${value.name}` : kindOf(value);
}
