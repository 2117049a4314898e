import { type Inspect, type InspectOptions, mostShown } from "../base/console.js";

interface Shown {
  readonly length: number;
  readonly indices: readonly unknown[];
  readonly batchClass: { readonly name: string };
}

/** What Node's console prints of a dataset: how many items, of which class, and the first ids. */
export function inspectDataset(
  this: Shown,
  depth: number,
  options: InspectOptions,
  inspect: Inspect,
): string {
  const name = `Dataset(${this.length} of ${this.batchClass.name})`;
  if (depth < 0) return `[${name}]`;
  const maxArrayLength = mostShown(options, 10);
  return `${name} ${inspect(this.indices, { ...options, maxArrayLength })}`;
}
