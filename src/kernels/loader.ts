import { readBytes, sha256 } from "#host/bytes";
import type { KernelModule } from "../abi/kernel.js";
import { isURL } from "../base/realms.js";

const codes = new WeakMap<KernelModule, Promise<Uint8Array>>();

/**
 * The WebAssembly of a module, as it was built. Read once.
 * @throws Error naming the file that cannot be read, or is another than the module describes
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

async function read(module: KernelModule): Promise<Uint8Array> {
  const { source } = module;
  if (!isURL(source)) return check(source, module);
  let code: Uint8Array;
  try {
    code = await readBytes(source);
  } catch (cause) {
    throw new Error(
      `The kernels of ${nameOf(source)} cannot be read: build them with "npx nogil build". They are looked for where ` +
        `${module.describedBy} is; what moves one of the two, as a bundler and tsc's outDir do, has to take the other along.`,
      { cause },
    );
  }
  return check(code, module);
}

// code of another build would run with wrong addresses and arguments, and return wrong numbers
async function check(
  code: Uint8Array,
  { source, description, describedBy = "its description" }: KernelModule,
): Promise<Uint8Array> {
  const found = (await sha256(code)).slice(0, description.hash.length);
  if (found === description.hash) return code;
  const name = isURL(source) ? nameOf(source) : "The WebAssembly given as bytes";
  throw new Error(
    `${name} is not what ${describedBy} was built with: ${differenceOf(code, found, description.hash)}. Build both again with ` +
      '"npx nogil build", deploy them together, and look for a cache or a bundler that keeps old .wasm files or changes them.',
  );
}

function differenceOf(code: Uint8Array, found: string, expected: string): string {
  if (code.length === 0) return "it is empty";
  const beginning = String.fromCharCode(...code.subarray(0, 16));
  if (!beginning.startsWith("\0asm"))
    return `it is not WebAssembly, but begins with ${JSON.stringify(beginning)}`;
  return `its SHA-256 begins with ${found}, expected ${expected}`;
}

function nameOf({ protocol, href }: URL): string {
  return protocol === "data:" ? "The WebAssembly in a data: URL" : href;
}
