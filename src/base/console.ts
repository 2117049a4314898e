/** By which Node's console asks an object what it prints. */
export const inspectKey = Symbol.for("nodejs.util.inspect.custom");

export interface InspectOptions {
  readonly depth?: number | null;
  readonly maxArrayLength?: number | null;
}

export type Inspect = (value: unknown, options: InspectOptions) => string;

/** How many elements to print: a few where nobody asked for a number, since the 100 of Node are too many of ours. */
export function mostShown({ maxArrayLength }: InspectOptions, few: number): number {
  return maxArrayLength === 100 ? few : (maxArrayLength ?? Number.POSITIVE_INFINITY);
}
