import type { Component } from "../columns/column.js";
import { componentsOf } from "./components.js";

/** A batch of a class, whose constructor is called with the ids, with these components as they are. */
export function assemble<B extends object>(
  batchClass: new (ids: any) => B,
  ids: readonly unknown[] | number,
  components: Readonly<Record<string, Component>>,
): B {
  const batch = new batchClass(ids);
  Object.assign(componentsOf(batch), components);
  return batch;
}
