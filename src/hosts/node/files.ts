import * as fs from "node:fs";
import { bytesInUrl } from "../data-url.js";
import type { Host, SyncFile } from "../host.js";

export async function readBytes(url: URL): Promise<Uint8Array> {
  if (url.protocol === "file:") return fs.promises.readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

export function readBytesSync(url: URL): Uint8Array {
  if (url.protocol === "file:") return fs.readFileSync(url);
  const bytes = bytesInUrl(url);
  if (bytes) return bytes;
  throw new Error(`${url.href} cannot be read at once: only URLs of files and data: URLs can.`);
}

export const requireFiles: Host["files"]["requireFiles"] = () => {};

export const fileSystem: Host["files"]["fileSystem"] = () => {
  const { open, rename, rm } = fs.promises;
  return { open, rename, rm, openSync };
};

function openSync(path: string | URL): SyncFile {
  const descriptor = fs.openSync(path, "w");
  return {
    isSeekable: fs.fstatSync(descriptor).isFile(),
    write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const at = position === null ? null : position + done;
        done += fs.writeSync(descriptor, bytes, done, bytes.length - done, at);
      }
    },
    close: () => fs.closeSync(descriptor),
  };
}
