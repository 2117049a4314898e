import type { Job } from "../calls/engine.js";
import { type Memory, memoryUnder } from "../columns/storage.js";
import { bytesOf, stretchesOf, type Viewed } from "../columns/stretches.js";
import { type Invocation, type Invocations, invocationAt } from "../invocation.js";
import type { Passing } from "../workers/packing.js";
import { isColumn, isOpaque } from "../workers/uncloneable.js";
import { bytesInMessage } from "./pace.js";

// items whose views are looked at for a guess
const sample = 10_000;

/** A guess at the bytes of one item's arguments in a message, before any was packed. */
export function weigh(invocations: Invocations, passing: Passing): number {
  const { length } = invocations;
  const { positional } = invocationAt(invocations, 0);
  const alone = positional.reduce<number>((sum, value) => sum + weighValue(value, passing), 0);
  if (alone * length <= bytesInMessage || !positional.some((value) => isPart(value, passing))) return alone;
  // what items have in common is in a message once
  const looked = Math.min(length, sample);
  const views: Viewed<Memory>[] = [];
  for (let item = 0; item < looked; item++) views.push(...viewsIn(invocationAt(invocations, item), passing));
  const together = stretchesOf(views).reduce((sum, stretch) => sum + bytesOf(stretch), 0);
  const rest = positional.filter((value) => !isCopied(value, passing));
  return together / looked + rest.reduce<number>((sum, value) => sum + weighValue(value, passing), 0);
}

/** Whether an item's views have bytes in common with those of the call's arguments, so that both must travel together. */
export function overlapsCall({ invocations, bound, call }: Omit<Job, "id">, passing: Passing): boolean {
  const given = [bound, call].flatMap((each) => (each ? viewsIn(each, passing) : []));
  if (given.length === 0) return false;
  const isGiven = ({ buffer, begin, end }: Viewed<Memory>) =>
    given.some((other) => other.buffer === buffer && begin < other.end && other.begin < end);
  for (let item = 0; item < invocations.length; item++) {
    if (viewsIn(invocationAt(invocations, item), passing).some(isGiven)) return true;
  }
  return false;
}

/** The views in arguments that are copied, however deep they lie. */
function viewsIn({ positional, named }: Invocation, passing: Passing): Viewed<Memory>[] {
  const found: Viewed<Memory>[] = [];
  const seen = new Set<object>();
  const look = (value: unknown): void => {
    if (isCopied(value, passing)) {
      const { byteOffset: begin, byteLength } = value;
      const end = begin + byteLength;
      found.push({ buffer: memoryUnder(value), begin, end, size: 1, at: 0, within: undefined });
    } else if (typeof value === "object" && value !== null && !isColumn(value) && !isOpaque(value)) {
      if (seen.has(value)) return;
      seen.add(value);
      if (value instanceof Map || value instanceof Set) value.forEach(look);
      else Object.values(value).forEach(look);
    }
  };
  try {
    positional.forEach(look);
    if (named) Object.values(named).forEach(look);
  } catch {
    // what cannot be looked at fails its item when it is packed
  }
  return found;
}

function weighValue(value: unknown, passing: Passing): number {
  if (typeof value === "string") return value.length;
  return isCopied(value, passing) ? bytesIn(value) : 8;
}

function bytesIn(view: ArrayBufferView): number {
  try {
    return view.byteLength;
  } catch {
    // a DataView whose buffer was transferred
    return 0;
  }
}

function isCopied(value: unknown, passing: Passing): value is ArrayBufferView {
  return ArrayBuffer.isView(value) && !(passing === "share" && value.buffer instanceof SharedArrayBuffer);
}

/** Whether it is a view of a part of a buffer that is no column's. */
function isPart(value: unknown, passing: Passing): boolean {
  if (!isCopied(value, passing) || memoryUnder(value) !== value.buffer) return false;
  return bytesIn(value) < value.buffer.byteLength;
}
