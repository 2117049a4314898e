import { isKernel, type Kernel } from "../abi/kernel.js";
import { kernelKey } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import { isPartial } from "../call/partial.js";

/**
 * Kernels, by their names: what `compile` returns, or a module that `nogil build` wrote, `import * as kernels`.
 * @group Types behind types
 */
export type Kernels = Readonly<Record<string, unknown>>;

/**
 * Resolves when kernels can be called as functions: when the WebAssembly of each is fetched and compiled in this thread.
 *
 * In a page this comes before the first call of a kernel whose bytes are not in the bundle, since a page cannot wait for
 * them. In Node it is not needed: a kernel's file is read when it is first called. Bytes in the bundle can be called at once as
 * far as the browser compiles them at once, which is up to 8 MB in Chrome's main thread; above that they need it, too.
 * `run` and batches need it nowhere.
 *
 * @param kernels kernels, and modules of kernels
 * @throws TypeError for what is not a kernel; Error for WebAssembly that cannot be fetched, is of another build, or cannot be compiled
 * @cost A module's file is fetched and compiled once in a thread, for all its kernels; later calls take what is there.
 * @example
 * import { ready } from "nogil";
 * import { peak, standardize } from "./build/kernels.js";
 *
 * await ready(peak, standardize);
 * peak(Float64Array.of(1, 5, 2)); // 5
 */
export async function ready(...kernels: readonly (Kernel | Kernels)[]): Promise<void> {
  if (kernels.length === 0) throw new TypeError("ready() takes the kernels that are to be called, got none.");
  await Promise.all(kernels.flatMap(kernelsIn).map((kernel) => kernel[kernelKey].ready()));
}

function kernelsIn(given: unknown): Kernel[] {
  if (isKernel(given)) return [given];
  if (isPartial(given)) {
    throw new TypeError(
      "ready() takes kernels, got partial(…), which is not called but run: pass the kernel in it.",
    );
  }
  if (typeof given === "object" && given !== null && !Array.isArray(given)) {
    const found = Object.values(given).filter(isKernel);
    if (found.length > 0) return found;
  }
  const remedy = Array.isArray(given) && given.every(isKernel) ? " Spread it: ready(...kernels)." : "";
  throw new TypeError(`ready() takes kernels, or a module of them, got ${kindOf(given)}.${remedy}`);
}
