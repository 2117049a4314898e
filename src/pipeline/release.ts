import { isMap, isSet } from "../base/realms.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { isBatch } from "../batch/batch-class.js";
import { componentsOf, disposeComponents } from "../batch/components.js";
import type { Column } from "../columns/column.js";
import { isColumn } from "../columns/from-values.js";

/** Whether two are one batch, or views of one as `with` gives them. */
export function sameBatch(a: AnyBatch, b: AnyBatch): boolean {
  return a === b || componentsOf(a) === componentsOf(b);
}

/**
 * Frees a batch in whose place an action gave another, except for the columns that the other can still reach: as
 * components, in its fields, or by views of their rows.
 */
export function releaseReplaced(former: AnyBatch, made: AnyBatch): void {
  const held = reachable(made);
  if (held.has(componentsOf(former))) return;
  disposeComponents(former, (column) => held.has(column) || held.has(bufferOf(column)));
}

function bufferOf(column: Column): unknown {
  return (column as { storage?: { buffer: unknown } }).storage?.buffer;
}

// columns, buffers of views, and the components of batches
function reachable(made: AnyBatch): Set<unknown> {
  const seen = new Set<unknown>();
  const ahead: unknown[] = [made];
  while (ahead.length > 0) {
    const value = ahead.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isColumn(value)) continue;
    if (ArrayBuffer.isView(value)) seen.add(value.buffer);
    else if (Array.isArray(value)) pushElements(ahead, value);
    else if (isSet(value)) pushObjects(ahead, value);
    else if (isMap(value)) {
      pushObjects(ahead, value.keys());
      pushObjects(ahead, value.values());
    } else {
      if (isBatch(value)) ahead.push(componentsOf(value));
      pushElements(ahead, Object.values(value));
    }
  }
  return seen;
}

// ids and components may be long, and an iterator makes an object for each element
function pushElements(ahead: unknown[], values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "object" && value !== null) ahead.push(value);
  }
}

function pushObjects(ahead: unknown[], values: Iterable<unknown>): void {
  for (const value of values) if (typeof value === "object" && value !== null) ahead.push(value);
}
