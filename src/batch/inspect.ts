import { isFunction } from "../base/callables.js";
import { type Inspect, type InspectOptions, mostShown } from "../base/console.js";
import { className } from "../base/kind-of.js";
import { componentsOf, fieldsOf } from "./components.js";

/** What Node's console prints of a batch: its first ids, and of each component the dtype and shape, or first elements. */
export function inspectBatch(
  this: { readonly length: number },
  depth: number,
  options: InspectOptions,
  inspect: Inspect,
): string {
  const name = `${className(this)}(${this.length})`;
  if (depth < 0) return `[${name}]`;
  const { indices, fields } = partsOf(this);
  const maxArrayLength = mostShown(options, 3);
  const shown = { indices, data: { ...componentsOf(this) }, ...fields };
  return `${name} ${inspect(shown, { ...options, maxArrayLength })}`;
}

/** What `JSON.stringify` writes of a batch, and test runners print: ids, the values of components, and fields. */
export function batchToJson(batch: object): object {
  const { indices, fields } = partsOf(batch);
  const data = { ...componentsOf(batch) };
  // test runners print the name of the class
  const named = Object.create(null, { constructor: { value: batch.constructor } });
  return Object.assign(Object.create(named), { indices, data, ...fields });
}

function partsOf(batch: object): { indices: unknown; fields: object } {
  const { indices, ...own } = fieldsOf(batch);
  const fields = Object.entries(own).filter(([, value]) => !isFunction(value));
  return { indices, fields: Object.fromEntries(fields) };
}
