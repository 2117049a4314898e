import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes files together: all of them beside their places first, then each moved into its place, so that a build that is
 * interrupted leaves no half-written file. The last file of the list is moved last.
 */
export async function writeFiles(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const mark = randomUUID();
  const temporary = (name: string) => join(directory, `.${name}.${mark}.tmp`);
  try {
    await Promise.all([...files].map(([name, content]) => writeFile(temporary(name), content)));
    for (const name of files.keys()) await rename(temporary(name), join(directory, name));
  } finally {
    await Promise.all([...files.keys()].map((name) => rm(temporary(name), { force: true })));
  }
}
