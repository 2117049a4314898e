interface Shown {
  readonly length: number;
  readonly indices: readonly unknown[];
  readonly batchClass: { readonly name: string };
}

interface InspectOptions {
  readonly maxArrayLength?: number | null;
}

/** What Node's console prints of a dataset: how many items, of which class, and the first ids. */
export function inspectDataset(
  this: Shown,
  depth: number,
  options: InspectOptions,
  inspect: (value: unknown, options: InspectOptions) => string,
): string {
  const name = `Dataset(${this.length} of ${this.batchClass.name})`;
  if (depth < 0) return `[${name}]`;
  // 100 is the default of Node, which is too many; who asks for another number gets it
  const maxArrayLength = options.maxArrayLength === 100 ? 10 : options.maxArrayLength;
  return `${name} ${inspect(this.indices, { ...options, maxArrayLength })}`;
}
