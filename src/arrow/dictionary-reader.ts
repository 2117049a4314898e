import type { DataType } from "@uwdata/flechette";
import type { Budget } from "./ipc/budget.js";
import type { Part, Parts } from "./ipc/part.js";
import type { Reader, ReaderOf, Reads } from "./reading-values.js";

/** What was read of a dictionary so far. */
interface Known {
  /** of each part, where it was asked for */
  readonly readers: Reader[];
  readonly values: unknown[];
}

// the record batches that are read together have it in common
const known = new WeakMap<Budget, Map<readonly Part[], Map<string, Known>>>();

/** Reads the values of a dictionary, strings and numbers once each. */
export function dictionaryReader(
  type: DataType,
  dictionary: Parts | undefined,
  reads: Reads,
  readerOf: ReaderOf,
): Reader {
  if (!dictionary) return () => undefined;
  const { data } = dictionary;
  const ends = dictionary.ends ?? endsOf(data);
  const { readers, values } = knownOf(data, reads);
  return (i) => {
    const before = values[i];
    if (before !== undefined) return before;
    const part = partOf(i, ends);
    readers[part] ??= readerOf(type, data[part], reads);
    const value = readers[part](i - (part === 0 ? 0 : ends[part - 1]));
    // objects are an item's own
    if (typeof value !== "object" || value === null) values[i] = value;
    return value;
  };
}

function endsOf(data: readonly Part[]): readonly number[] {
  let end = 0;
  return data.map(({ length }) => {
    end += length;
    return end;
  });
}

function knownOf(data: readonly Part[], { budget, exact, what }: Reads): Known {
  const ofBudget = getOr(known, budget, () => new Map<readonly Part[], Map<string, Known>>());
  const ofData = getOr(ofBudget, data, () => new Map<string, Known>());
  return getOr(ofData, `${exact} ${what}`, () => ({ readers: [], values: [] }));
}

interface Gets<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function getOr<K, V>(map: Gets<K, V>, key: K, make: () => V): V {
  const there = map.get(key) ?? make();
  map.set(key, there);
  return there;
}

function partOf(i: number, ends: readonly number[]): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] <= i) low = middle + 1;
    else high = middle;
  }
  return low;
}
