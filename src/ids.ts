import { kindOf } from "./columns/from-values.js";
import { shownValue } from "./option-names.js";

// as long as an array can be
const most = 2 ** 32 - 1;

/**
 * Ids from an iterable of them, or `0 … n - 1`.
 * @param what takes them, in errors: `A batch`
 * @throws TypeError for what is no id, RangeError for a number that is no number of items
 */
export function idsFrom(given: unknown, what: string): (string | number)[] {
  if (typeof given === "number") {
    if (Number.isSafeInteger(given) && given >= 0 && given <= most) {
      return Array.from({ length: given }, (_, i) => i);
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
  const odd = ids.findIndex((id) => typeof id !== "string" && !(typeof id === "number" && !Number.isNaN(id)));
  if (odd >= 0) {
    throw new TypeError(`Ids are strings or numbers, and the one at ${odd} is ${named(ids[odd])}.`);
  }
  return ids;
}

/** Ids of items that there are, which a number does not stand for. @throws TypeError for what is no iterable of ids */
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
