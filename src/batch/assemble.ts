import type { Component } from "../columns/column.js";
import { componentsOf } from "./components.js";
import { allowingRepeats } from "./ids.js";

/**
 * A batch of these items, as the constructor of its class makes it.
 * @throws RangeError when the constructor makes one of others
 */
export function construct<B extends object>(
  batchClass: new (ids: any) => B,
  ids: readonly unknown[] | number,
): B {
  const batch = allowingRepeats(() => new batchClass(ids));
  const [made, given] = [(batch as { length?: number }).length, typeof ids === "number" ? ids : ids.length];
  if (made === given) return batch;
  throw new RangeError(
    `new ${batchClass.name}(ids) made a batch of ${made} items, expected ${given}: its constructor has to pass the ids on, super(ids).`,
  );
}

/** A batch of a class, whose constructor is called with the ids, with these components as they are. */
export function assemble<B extends object>(
  batchClass: new (ids: any) => B,
  ids: readonly unknown[] | number,
  components: Readonly<Record<string, Component>>,
): B {
  const batch = construct(batchClass, ids);
  Object.assign(componentsOf(batch), components);
  return batch;
}
