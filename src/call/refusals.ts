import { DenseColumn } from "../columns/dense.js";
import { RaggedColumn } from "../columns/ragged.js";
import type { Invocations } from "./invocation.js";

const reasons = new WeakMap<Error, string>();
const refusals = new WeakMap<Error, ReadonlyMap<number, Error>>();

/**
 * Marks an error about one item's arguments.
 * @param reason what it has in common with those of other items, whose values may differ
 */
export function because<E extends Error>(error: E, reason: string): E {
  reasons.set(error, reason);
  return error;
}

/**
 * Refuses a call of which no item can begin.
 * @param refused by item, the errors of those whose arguments were refused before any item began
 * @throws the first item's error, if these are all items and the reason is one
 */
export function refuseIfAll(refused: ReadonlyMap<number, Error>, items: number): void {
  if (items === 0 || refused.size < items) return;
  const first = refused.get(0)!;
  for (const error of refused.values()) if (reasonOf(error) !== reasonOf(first)) return;
  refusals.set(first, refused);
  throw first;
}

/** By item, why the arguments of every item of a call were refused, if that is what it was rejected with. */
export function refusedBy(error: unknown): ReadonlyMap<number, Error> | undefined {
  return refusals.get(error as Error);
}

/** What an error about one item's arguments has in common with those of other items. */
export function reasonOf(error: Error): string {
  return reasons.get(error) ?? error.message;
}

/** @throws Error when every item would have its part of a column that was disposed of */
export function refuseDisposed(invocations: Invocations): void {
  if (invocations.kind === "list" || invocations.length === 0) return;
  for (const each of invocations.components) {
    if (each instanceof DenseColumn || each instanceof RaggedColumn) each.storage.check();
  }
}
