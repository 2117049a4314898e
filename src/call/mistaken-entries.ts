import { isFunction } from "../base/callables.js";
import { stateKey } from "../base/keys.js";
import { isThenable } from "../base/thenable.js";

/** What to do about a value that came in place of an iterable with an entry for each item. */
export function hintForEntries(value: unknown): string {
  if (isFunction(value)) {
    return "names" in value
      ? ' rows(…) and columns(…) are inits of inbatchParallel: here, batch.rows("x").'
      : " Call it, if it makes them.";
  }
  if (typeof value !== "object" || value === null) return "";
  if (isThenable(value)) return " Await it first.";
  if (stateKey in value) return ' Name the components whose rows are meant: batch.rows("x").';
  if (Symbol.asyncIterator in value)
    return " Pass it to stream(), or collect what it yields in an array first.";
  return "";
}
