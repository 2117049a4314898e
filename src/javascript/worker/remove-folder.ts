import { rmSync } from "node:fs";

/**
 * Removes a folder of temporary files, if that can be. On Windows it cannot while a process that is about to end has one of
 * them open, and a file left there is better than a program that fails while it ends.
 */
export function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } catch {}
}
