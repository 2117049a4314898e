import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const mainEntries = new Map<string, boolean>();

/** Whether importing the module would run the program again. */
export function isMainEntry(module: string): boolean {
  let known = mainEntries.get(module);
  if (known === undefined) {
    known = findsMainEntry(module);
    mainEntries.set(module, known);
  }
  return known;
}

function findsMainEntry(module: string): boolean {
  const entry = process.argv[1];
  if (!entry || !module.startsWith("file:")) return false;
  const { resolve } = createRequire(module);
  try {
    // the command line may leave out an extension, or name a link
    return resolve(entry) === resolve(fileURLToPath(module));
  } catch {
    return entry === fileURLToPath(module);
  }
}
