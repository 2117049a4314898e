import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Writes files together: all of them beside their places first, then each moved into its place, so that a build that is
 * interrupted leaves no half-written file. The last file of the list is moved last.
 * @throws Error naming what cannot be written, and why
 */
export async function writeFiles(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  await makeFolder(directory);
  const mark = randomUUID();
  // short, so that a name that the file system takes has one beside it
  const beside = new Map([...files.keys()].map((name, i) => [name, join(directory, `.${mark}.${i}.tmp`)]));
  try {
    await Promise.all([...files].map(([name, content]) => write(directory, beside.get(name)!, content)));
    for (const [name, temporary] of beside) {
      const path = join(directory, name);
      await moveTo(path, temporary).catch((error) => {
        throw cannot(`${path} cannot be written`, error, { EISDIR: "a folder has its name" });
      });
    }
  } finally {
    await Promise.all([...beside.values()].map((file) => rm(file, { force: true }).catch(() => {})));
  }
}

function write(directory: string, file: string, content: string | Uint8Array): Promise<void> {
  return writeFile(file, content).catch((error) => {
    throw cannot(`No file can be written to ${directory}`, error);
  });
}

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` tries forever where a file system answers that the folder
 * above is missing when it is there, as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch((error) => {
      if (error.code === "ENOENT" && dirname(at) !== at) return undefined;
      throw cannot(`The folder ${path} cannot be made`, error, { ENOTDIR: `${dirname(at)} is not a folder` });
    });
    if (found?.isDirectory()) break;
    if (found) throw new Error(`The folder ${path} cannot be made: ${at} is not a folder. ${remedy}`);
    missing.push(at);
  }
  for (const folder of missing.reverse()) {
    await mkdir(folder).catch(async (error) => {
      // made by somebody else meanwhile
      if (error.code === "EEXIST" && (await stat(folder).catch(() => undefined))?.isDirectory()) return;
      throw cannot(`The folder ${path} cannot be made`, error, {
        EEXIST: `${folder} is a link to nowhere`,
        ENOENT: `${dirname(folder)} cannot hold one`,
      });
    });
  }
}

const remedy = "Choose another folder for the built files.";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you have no permission to",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENOENT: "the folder takes no files",
  ENOTDIR: "what should be a folder is a file",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EDQUOT: "your quota is used up",
  ELOOP: "links lead in a circle",
};

function cannot(
  what: string,
  cause: NodeJS.ErrnoException,
  here: Readonly<Record<string, string>> = {},
): Error {
  const code = cause.code ?? "";
  const reason = here[code] ?? reasons[code] ?? `the system refuses it (${code || cause.message})`;
  return new Error(`${what}: ${reason}. ${remedy}`, { cause });
}

const busy = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * Renames a file over another one. Windows refuses that while somebody has the other one open, as a virus scanner or a program
 * that reads it does for a moment.
 */
export async function moveTo(path: string, from: string, move: typeof rename = rename): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await move(from, path);
    } catch (error) {
      if (tries === 10 || !busy.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      await delay(10 * tries);
    }
  }
}
