import { className } from "../members.js";
import { componentsOf } from "./components.js";

interface InspectOptions {
  readonly maxArrayLength?: number | null;
}

/** What Node's console prints of a batch: its first ids, and of each component the dtype and shape, or first elements. */
export function inspectBatch(
  this: { readonly length: number },
  depth: number,
  options: InspectOptions,
  inspect: (value: unknown, options: InspectOptions) => string,
): string {
  const name = `${className(this)}(${this.length})`;
  if (depth < 0) return `[${name}]`;
  const { indices, ...own } = this as unknown as Record<string, unknown>;
  const fields = Object.entries(own).filter(([, value]) => typeof value !== "function");
  // 100 is the default of Node, which is too many of each; who asks for another number gets it
  const maxArrayLength = options.maxArrayLength === 100 ? 3 : options.maxArrayLength;
  const shown = { indices, data: { ...componentsOf(this) }, ...Object.fromEntries(fields) };
  return `${name} ${inspect(shown, { ...options, maxArrayLength })}`;
}
