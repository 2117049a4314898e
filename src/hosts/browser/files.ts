import { bytesInUrl } from "../data-url.js";
import type { FileSystem } from "../host.js";

export async function readBytes(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export function readBytesSync(url: URL): Uint8Array {
  const bytes = bytesInUrl(url);
  if (bytes) return bytes;
  throw new Error(`A page cannot read ${url.href} at once: it has to wait for what is not in a data: URL.`);
}

export function fileSystem(what: string): FileSystem {
  return requireFiles(what);
}

export function requireFiles(what: string): never {
  throw new Error(`${what} works with files, which a page does not have. ${instead(what)}`);
}

function instead(what: string): string {
  if (what.startsWith("trace")) return "Call trace() without one, and save what stop() returns.";
  if (what.startsWith("Dataset"))
    return "Make the dataset of ids that name what it fetches: new Dataset(ids, …).";
  return "Use toArrow() and fromArrow() here.";
}
