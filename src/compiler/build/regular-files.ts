import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** The bytes of a file; undefined where there is none. Of pipes and devices, which may have no end, nothing is read. */
export async function readRegular(path: string): Promise<Buffer | undefined> {
  try {
    return (await stat(path)).isFile() ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path leads to a file; one whose folder is a file leads nowhere. */
export function isRegular(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Its bytes, at once. @throws Error where there is something, but no file that can be read */
export function readRegularSync(path: string): Buffer | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.isFile()) return readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
  throw new Error(`${path} is not a file: expected one to read.`);
}
