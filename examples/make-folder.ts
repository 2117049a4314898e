import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it. Node's recursive `mkdir` tries forever in /proc, which says that what is there is not.
 * @throws Error saying which folder cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; !(await isFolder(at)) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    await mkdir(folder).catch(async (cause: NodeJS.ErrnoException) => {
      if (await isFolder(folder)) return;
      const text = `The folder ${path} cannot be made: ${folder} is refused (${cause.code}).`;
      // told without a stack, as what else is wrong with files is
      throw Object.assign(new Error(text, { cause }), { syscall: "mkdir" });
    });
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
