import { asKernel, checkAbi, type Kernel, KernelModule, type ModuleDescription } from "../abi/kernel.js";
import { kindOf } from "../base/kind-of.js";
import { isURL, typedArrayName } from "../base/realms.js";
import { callHere, makeReady } from "./call-here.js";

/**
 * Makes the kernels of a built module. The modules that `nogil build` writes call it.
 * @param source where the WebAssembly file is, or its bytes
 * @param description what `nogil build` wrote about it
 * @param describedBy URL of the file that has the description; by default the .js file beside the source
 * @throws TypeError for what is neither a URL nor bytes; Error for a module that was built for another calling convention than
 * this version of nogil runs
 * @cost An object for each kernel: the file is read when the first of them runs.
 * @example
 * import { defineKernels, type ModuleDescription } from "nogil";
 *
 * declare const description: ModuleDescription; // as the built module has it
 * const { peak } = defineKernels(new URL("./kernels.wasm", import.meta.url), description);
 */
export function defineKernels(
  source: URL | Uint8Array,
  description: ModuleDescription,
  describedBy?: string,
): Record<string, Kernel> {
  if (!isURL(source) && typedArrayName(source) !== "Uint8Array") {
    throw new TypeError(
      `defineKernels() takes the URL of a WebAssembly file or its bytes first, got ${kindOf(source)}.`,
    );
  }
  checkAbi(source, description);
  const module = new KernelModule(source, description, describedBy);
  return Object.fromEntries(
    Object.entries(description.kernels).map(([name, signature]) => {
      const kernel: Kernel = asKernel((...args) => callHere(kernel, args), {
        module,
        name,
        signature,
        ready: () => makeReady(module),
      });
      return [name, kernel];
    }),
  );
}
