import { isKernel } from "../abi/kernel.js";
import { isPartial } from "./partial.js";

/** What is wrong with an item that returned what a kernel is run by: nothing runs it there. */
export function returnedKernel(value: unknown, label: string): Error | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  if (!isKernel(value) && !isPartial(value)) return undefined;
  const returned = isKernel(value) ? `the kernel ${value.name}` : "partial(…)";
  return new TypeError(
    `${label} returned ${returned}, which runs only where the method says so: give it target: "nogil" for a kernel, "mpc" for a function.`,
  );
}
