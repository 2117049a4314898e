import { readBytes, readBytesSync, sha256, sha256Sync } from "#host/bytes";
import type { KernelModule } from "../abi/kernel.js";
import { isURL } from "../base/realms.js";

const codes = new WeakMap<KernelModule, Promise<Uint8Array>>();
// those that are there
const known = new WeakMap<KernelModule, Uint8Array>();

/**
 * The WebAssembly of a module, as it was built. Read once.
 * @throws Error naming the file that cannot be read, or is another than the module describes
 */
export function codeOf(module: KernelModule): Promise<Uint8Array> {
  let code = codes.get(module);
  if (!code) {
    const before = known.get(module);
    code = before ? Promise.resolve(before) : read(module);
    codes.set(module, code);
    code.then(
      (bytes) => known.set(module, bytes),
      () => codes.delete(module),
    );
  }
  return code;
}

/**
 * The same at once; undefined where its bytes have to be fetched, which takes a while.
 * @throws Error naming the file that cannot be read, or is another than the module describes
 */
export function codeNow(module: KernelModule): Uint8Array | undefined {
  const before = known.get(module);
  if (before) return before;
  const code = bytesNow(module);
  if (!code) return undefined;
  const checked = check(code, module, sha256Sync(code));
  known.set(module, checked);
  return checked;
}

function bytesNow(module: KernelModule): Uint8Array | undefined {
  const { source } = module;
  if (!isURL(source)) return source;
  try {
    return readBytesSync(source);
  } catch (cause) {
    throw unreadable(module, source, cause);
  }
}

async function read(module: KernelModule): Promise<Uint8Array> {
  const { source } = module;
  let code: Uint8Array;
  try {
    code = isURL(source) ? await readBytes(source) : source;
  } catch (cause) {
    throw unreadable(module, source as URL, cause);
  }
  return check(code, module, await sha256(code));
}

function unreadable({ describedBy }: KernelModule, source: URL, cause: unknown): Error {
  return new Error(
    `The kernels of ${nameOf(source)} cannot be read: build them with "npx nogil build". They are looked for where ` +
      `${describedBy} is; what moves one of the two, as a bundler and tsc's outDir do, has to take the other along.`,
    { cause },
  );
}

// code of another build would run with wrong addresses and arguments, and return wrong numbers
function check(
  code: Uint8Array,
  { source, description, describedBy = "its description" }: KernelModule,
  sha256: string,
): Uint8Array {
  const found = sha256.slice(0, description.hash.length);
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
