import { isKernelLike } from "../base/callables.js";
import { isError } from "../base/realms.js";

/** What an item threw, as an Error; anything else becomes the cause of one. */
export function toError(thrown: unknown): Error {
  try {
    if (isError(thrown)) return thrown;
    return new Error(`The item threw ${describe(thrown)}, which is not an Error.`, { cause: thrown });
  } catch (error) {
    // a revoked proxy, a getter that throws
    const text = `The item threw an object that throws when it is looked at: ${(error as Error)?.message ?? String(error)}.`;
    return new Error(text, { cause: error });
  }
}

function describe(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (isKernelLike(value)) return `the kernel ${(value as { name: string }).name}`;
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (typeof value === "object" && value !== null)
    return `an object (${value.constructor?.name ?? "no class"})`;
  return String(value);
}
