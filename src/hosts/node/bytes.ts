import { bytesInUrl } from "../data-url.js";

// modules are loaded when first used: what they bring along takes milliseconds

export async function readBytes(url: URL): Promise<Uint8Array> {
  if (url.protocol === "file:") return process.getBuiltinModule("node:fs").promises.readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export function readBytesSync(url: URL): Uint8Array {
  if (url.protocol === "file:") return process.getBuiltinModule("node:fs").readFileSync(url);
  const bytes = bytesInUrl(url);
  if (bytes) return bytes;
  throw new Error(`${url.href} cannot be read at once: only URLs of files and data: URLs can.`);
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}
