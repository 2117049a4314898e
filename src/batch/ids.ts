import { roomFor } from "../base/arrays.js";
import { common } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { shownValue } from "../base/option-names.js";

/** The id of an item. */
export type Id = string | number;

// as long as an array can be
const most = 2 ** 32 - 1;

/**
 * Ids from an iterable of them, or `0 … n - 1`.
 * @param what takes them, in errors: `A batch`
 * @throws TypeError for what is not an id, RangeError for a number that is not a number of items
 */
export function idsFrom(given: unknown, what: string): (string | number)[] {
  if (typeof given === "number") {
    if (Number.isSafeInteger(given) && given >= 0 && given <= most) {
      const numbers = roomFor<number>(given);
      for (let i = 0; i < given; i++) numbers[i] = i;
      return numbers;
    }
    throw new RangeError(
      `${what} takes ids or the number of its items, got ${given}${given > most ? `: there can be ${most} at most` : ""}.`,
    );
  }
  if (!isIterable(given)) {
    throw new TypeError(
      `${what} takes ids (an iterable of them) or the number of its items, got ${kindOf(given)}.`,
    );
  }
  const ids = [...given] as (string | number)[];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i];
    if (typeof id === "string" || (typeof id === "number" && !Number.isNaN(id))) continue;
    throw new TypeError(`Ids are strings or numbers, and the one at ${i} is ${named(id)}.`);
  }
  return ids;
}

// arrays of ids that batches have, which may repeat
const repeating = common("ids", () => ({ ofBatches: new WeakSet<object>(), allowed: false }));

/** Makes a batch of items that other batches, a dataset or a file have: an item as often as it comes there. */
export function allowingRepeats<B>(make: () => B): B {
  const before = repeating.allowed;
  repeating.allowed = true;
  try {
    return make();
  } finally {
    repeating.allowed = before;
  }
}

/** Says that these are the ids of a batch, so that another one may be made of them as they are. */
export function keepAsIds(ids: object): void {
  repeating.ofBatches.add(ids);
}

/** The ids of a new batch. @throws as `idsFrom`; RangeError for an id that comes twice, unless another batch has it so */
export function idsOfBatch(given: unknown, what: string): (string | number)[] {
  const ids = idsFrom(given, what);
  if (typeof given === "number") return ids;
  if (repeating.allowed || repeating.ofBatches.has(given as object)) keepAsIds(ids);
  else refuseRepeats(ids, what, "subset(), concat() and a dataset's batch() make batches with repeats");
  return ids;
}

/** @throws RangeError naming the first id that comes twice, and where */
export function refuseRepeats(ids: readonly unknown[], what: string, hint?: string): void {
  if (ascends(ids) || new Set(ids).size === ids.length) return;
  const places = new Map<unknown, number>();
  for (const [place, id] of ids.entries()) {
    const first = places.get(id);
    places.set(id, place);
    if (first === undefined) continue;
    throw new RangeError(
      `${what} has every item once, and ${shownValue(id)} comes more than once, at positions ${first} and ${place}` +
        `${hint === undefined ? "" : `: ${hint}`}.`,
    );
  }
}

// most often ids are sorted, and a look at each takes a small part of the time that a set of them takes
function ascends(ids: readonly unknown[]): boolean {
  const type = typeof ids[0];
  for (let i = 1; i < ids.length; i++) {
    if (typeof ids[i] !== type || !((ids[i - 1] as string) < (ids[i] as string))) return false;
  }
  return true;
}

/** Ids of existing items, so not their number. @throws TypeError for what is not an iterable of ids */
export function iterableIds<I>(given: Iterable<I>, where: string): I[] {
  if (isIterable(given)) return [...given] as I[];
  throw new TypeError(
    `${where} takes ids in an array or another iterable, got ${shownValue(given)}` +
      `${typeof given === "string" || typeof given === "number" ? `: write [${shownValue(given)}]` : ""}.`,
  );
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof (value as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === "function" &&
    typeof value === "object"
  );
}

const named = (value: unknown) => (Number.isNaN(value) ? "NaN" : kindOf(value));
