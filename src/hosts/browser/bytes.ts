import { bytesOfDataUrl } from "../data-url.js";
import type { TextMemory } from "../host.js";
import { sha256 as sha256InScript } from "../sha256.js";

export async function readBytes(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export function readBytesSync(url: URL): Uint8Array | undefined {
  return url.protocol === "data:" ? bytesOfDataUrl(url) : undefined;
}

export function sha256Sync(bytes: Uint8Array): string {
  return sha256InScript(bytes);
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new Error(
      "The page cannot compute a SHA-256, which browsers let secure pages do only: serve it by https, or from localhost.",
    );
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const encoder = new TextEncoder();
// a mark at the beginning is part of the text
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function textMemory(memory: SharedArrayBuffer): TextMemory {
  const bytes = new Uint8Array(memory);
  return {
    write(text, at) {
      const encoded = encoder.encode(text);
      bytes.set(encoded, at);
      return encoded.length;
    },
    // a page's decoder takes no shared memory
    read: (begin, end) => decoder.decode(bytes.slice(begin, end)),
  };
}
