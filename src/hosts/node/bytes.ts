import { bytesOfDataUrl } from "../data-url.js";
import type { TextMemory } from "../host.js";

// modules are loaded when first used: what they bring along takes milliseconds

export async function readBytes(url: URL): Promise<Uint8Array> {
  if (url.protocol === "file:") return process.getBuiltinModule("node:fs").promises.readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export function readBytesSync(url: URL): Uint8Array | undefined {
  if (url.protocol === "file:") return process.getBuiltinModule("node:fs").readFileSync(url);
  return url.protocol === "data:" ? bytesOfDataUrl(url) : undefined;
}

export function sha256Sync(bytes: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  return sha256Sync(bytes);
}

export function textMemory(memory: SharedArrayBuffer): TextMemory {
  const bytes = Buffer.from(memory);
  return {
    write: (text, at) => bytes.write(text, at),
    read: (begin, end) => bytes.toString("utf8", begin, end),
  };
}
