import { isArrayBuffer, isMap, isOpaque, isSet, isSharedArrayBuffer } from "../base/realms.js";
import { type Invocation, type Invocations, invocationAt } from "../call/invocation.js";
import type { Job } from "../call/job.js";
import { elementAt, isColumn } from "../columns/from-values.js";
import { type Memory, memoryUnder } from "../columns/storage.js";
import { bytesOf, stretchesOf, type Viewed } from "../columns/stretches.js";
import { bytesInMessage } from "../workers/chunk-sizer.js";
import type { Passing } from "./codec/codec.js";

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
  for (let item = 0; item < looked; item++) {
    for (const value of valuesOf(invocationAt(invocations, item))) views.push(...viewsIn(value, passing));
  }
  const together = stretchesOf(views).reduce((sum, stretch) => sum + bytesOf(stretch), 0);
  const rest = positional.filter((value) => !isCopied(value, passing));
  return together / looked + rest.reduce<number>((sum, value) => sum + weighValue(value, passing), 0);
}

/** Whether an item's views have bytes in common with those of the call's arguments, so that both must travel together. */
export function overlapsCall({ invocations, bound, call }: Omit<Job, "id">, passing: Passing): boolean {
  const given = [bound, call]
    .flatMap((each) => (each ? valuesOf(each) : []))
    .flatMap((value) => viewsIn(value, passing));
  if (given.length === 0) return false;
  const isGiven = ({ buffer, begin, end }: Viewed<Memory>) =>
    given.some((other) => other.buffer === buffer && begin < other.end && other.begin < end);
  const overlaps = (value: unknown) => viewsIn(value, passing).some(isGiven);
  if (invocations.kind === "list") return invocations.entries.some((entry) => valuesOf(entry).some(overlaps));
  return invocations.components.some((component) => {
    if (Array.isArray(component)) return component.some(overlaps);
    // threads see columns where they are
    if (passing === "share") return false;
    for (let i = 0; i < component.length; i++) if (overlaps(elementAt(component, i))) return true;
    return false;
  });
}

function valuesOf({ positional, named }: Invocation): readonly unknown[] {
  return named ? [...positional, named] : positional;
}

const none: readonly Viewed<Memory>[] = [];

/** The views in a value that are copied, and buffers themselves, however deep they lie. */
function viewsIn(value: unknown, passing: Passing): readonly Viewed<Memory>[] {
  if (typeof value !== "object" || value === null) return none;
  const found: Viewed<Memory>[] = [];
  const seen = new Set<object>();
  const look = (part: unknown): void => {
    if (isCopied(part, passing)) {
      const { byteOffset: begin, byteLength } = part;
      const end = begin + byteLength;
      found.push({ buffer: memoryUnder(part), begin, end, size: 1, at: 0, within: undefined });
    } else if (isArrayBuffer(part)) {
      found.push({ buffer: part, begin: 0, end: part.byteLength, size: 1, at: 0, within: undefined });
    } else if (typeof part === "object" && part !== null && !isColumn(part) && !isOpaque(part)) {
      if (seen.has(part)) return;
      seen.add(part);
      if (isMap(part) || isSet(part)) part.forEach(look);
      else Object.values(part).forEach(look);
    }
  };
  try {
    look(value);
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
  return ArrayBuffer.isView(value) && !(passing === "share" && isSharedArrayBuffer(value.buffer));
}

/** Whether it is a view of a part of a buffer that is no column's. */
function isPart(value: unknown, passing: Passing): boolean {
  if (!isCopied(value, passing) || memoryUnder(value) !== value.buffer) return false;
  return bytesIn(value) < value.buffer.byteLength;
}
