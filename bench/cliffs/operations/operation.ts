import assert from "node:assert/strict";

/** An operation, and the loop that does the same. */
export interface Operation {
  readonly name: string;
  readonly items: number;
  readonly nogil: () => unknown;
  readonly loop: () => unknown;
  /** @throws unless both made the same */
  readonly check: (made: any, byHand: any) => void;
  /** frees what it made, untimed */
  readonly free?: (made: any) => void;
}

/** @throws unless two arrays have the same elements: assertions of whole arrays take seconds for a million */
export function same(a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) assert.equal(a[i], b[i], `at ${i}`);
}

/** The elements of a column; of an array, these are itself. */
export function elementsOf(made: any): ArrayLike<unknown> {
  return Array.isArray(made) || ArrayBuffer.isView(made) ? (made as never) : made.values;
}
