import { isKernelLike } from "./callables.js";

/** How a value is named in errors: `null`, `a string`, `Float32Array`, `EcgBatch`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isKernelLike(value)) return "a kernel";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name } = value.constructor ?? {};
  if (typeof name === "string" && name !== "") return name;
  return (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "an object";
}

/** What errors call a batch, or what is used as one: the name of its class. */
export function className(self: object): string {
  return self.constructor?.name || "Batch";
}
