import { processId } from "#host/program";
import type { FileHandle } from "../hosts/host.js";
import type { Path } from "./options.js";

// the most that one call of the operating system takes
const mostBytes = 2 ** 30;

/** Reads until the array is full or the file ends. @returns bytes read */
export async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const length = Math.min(mostBytes, into.length - done);
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all chunks, one after another. */
export async function writeFully(
  handle: FileHandle,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let at = position;
  for (const chunk of chunks) {
    for (let done = 0; done < chunk.length; ) {
      const length = Math.min(mostBytes, chunk.length - done);
      const { bytesWritten } = await handle.write(chunk, done, length, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

/** A file beside another one, to be renamed to it when it is whole. */
export function beside(path: Path): Path {
  const suffix = `.${processId}-${Math.random().toString(36).slice(2, 10)}.tmp`;
  if (typeof path === "string") return path + suffix;
  const url = new URL(path);
  url.pathname += suffix;
  return url;
}
