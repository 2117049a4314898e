import { stateKey } from "../base/keys.js";
import { kindOf } from "../base/kind-of.js";
import type { AnyBatch } from "./any-batch.js";

/** Batch classes are known by what their instances give to workers, as batches are, across copies of the library. */
export function isBatchClass(value: unknown): boolean {
  const prototype = typeof value === "function" ? value.prototype : undefined;
  return typeof prototype === "object" && prototype !== null && stateKey in prototype;
}

/** What came in place of a batch class, for errors. */
export function describeClass(value: unknown): string {
  return typeof value === "function" && value.name !== "" ? `${kindOf(value)}, ${value.name}` : kindOf(value);
}

/** Batches know one another, across copies of the library, by the state that they give to workers. */
export function isBatch(value: unknown): value is AnyBatch {
  return typeof value === "object" && value !== null && stateKey in value;
}

/**
 * A class of batches that can be constructed.
 * @group Types behind types
 */
export type BatchClass<B extends AnyBatch = AnyBatch> = new (...args: any[]) => B;
