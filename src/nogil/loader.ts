import type { KernelModule } from "../kernel.js";
import { readBytes } from "./host.js";

const codes = new WeakMap<KernelModule, Promise<Uint8Array>>();

/**
 * The WebAssembly of a module, as it was built. Read once.
 * @throws Error naming the file that cannot be read
 */
export function codeOf(module: KernelModule): Promise<Uint8Array> {
  let code = codes.get(module);
  if (!code) {
    code = read(module);
    codes.set(module, code);
    code.catch(() => codes.delete(module));
  }
  return code;
}

async function read({ source }: KernelModule): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  try {
    return await readBytes(source);
  } catch (cause) {
    throw new Error(`The kernels of ${source.href} cannot be read: build them with "npx nogil build".`, {
      cause,
    });
  }
}
