import type { Job } from "../calls/engine.js";
import { type Memory, memoryUnder } from "../columns/storage.js";
import { bytesOf, stretchesOf, type Viewed } from "../columns/stretches.js";
import { type Invocation, type Invocations, invocationAt } from "../invocation.js";
import type { Passing } from "../workers/packing.js";
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

function viewsIn({ positional, named }: Invocation, passing: Passing): Viewed<Memory>[] {
  const values = named ? [...positional, ...Object.values(named)] : positional;
  return values
    .filter((value) => isCopied(value, passing))
    .map((view) => {
      const { byteOffset: begin, byteLength } = view;
      const end = begin + byteLength;
      return { buffer: memoryUnder(view), begin, end, size: 1, at: 0, within: undefined };
    });
}

function weighValue(value: unknown, passing: Passing): number {
  if (typeof value === "string") return value.length;
  return isCopied(value, passing) ? value.byteLength : 8;
}

function isCopied(value: unknown, passing: Passing): value is ArrayBufferView {
  return ArrayBuffer.isView(value) && !(passing === "share" && value.buffer instanceof SharedArrayBuffer);
}

/** Whether it is a view of a part of a buffer that is no column's. */
function isPart(value: unknown, passing: Passing): boolean {
  return (
    isCopied(value, passing) &&
    memoryUnder(value) === value.buffer &&
    value.byteLength < value.buffer.byteLength
  );
}
