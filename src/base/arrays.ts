// arrays of more elements cannot be made at once: they would be tables of hashes
const mostAtOnce = 1 << 25;

/** An array to be filled from its first element to its last, with room for so many. */
export function roomFor<T>(length: number): T[] {
  return length <= mostAtOnce ? new Array<T>(length) : [];
}

type Types = { number: number; string: string; boolean: boolean; bigint: bigint };

/** Whether all are of a type; a hole is undefined. */
export function areAll<T extends keyof Types>(
  type: T,
  values: readonly unknown[],
): values is readonly Types[T][] {
  return firstOther(type, values) < 0;
}

/** The position of the first value of another type than this, a hole too; -1 if there is none. */
export function firstOther(type: keyof Types | "object", values: readonly unknown[]): number {
  // a callback for each would take many times as long
  for (let i = 0; i < values.length; i++) if (typeof values[i] !== type) return i;
  return -1;
}
