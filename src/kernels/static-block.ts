import type { ModuleDescription } from "../abi/kernel.js";
import { bytesText } from "../base/text.js";
import { sharedMemory, staticRegion } from "../columns/memory.js";

/**
 * Block for one thread's copy of a module's static data, in the region that modules can be moved within.
 * @throws RangeError when the region is full
 */
export function staticBlock({ staticBytes, kernels }: ModuleDescription): number {
  const { statics } = sharedMemory();
  const address = statics.allocate(staticBytes);
  if (address !== undefined) return address;
  throw new RangeError(
    `The static data of the module with ${Object.keys(kernels).slice(0, 3).join(", ")} has ${bytesText(staticBytes)} for each thread, ` +
      `and ${bytesText(statics.freeBytes)} are free of ${bytesText(staticRegion.end - staticRegion.begin)} for all modules in all threads. ` +
      "Use fewer workers, or pass large tables as arguments.",
  );
}
