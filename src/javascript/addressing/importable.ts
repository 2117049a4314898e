import { isMainEntry } from "./main-entry.js";

/**
 * Refuses a module that a worker cannot import, or whose import there would run the program again.
 * @param what lies in it: a class or function by its name
 * @throws TypeError that says where to put it
 */
export function checkImportable(
  module: string,
  what: string,
  kind: "class" | "function",
  label: string,
): void {
  const where =
    kind === "class"
      ? "Put the class into a file and import it"
      : 'Put the function into a file, and name that: exported(pathToFileURL("file.js"), "name")';
  if (isTyped(module)) {
    throw new TypeError(
      `${label}: ${what} is in code of the command line, which a worker cannot import. ` +
        `${where}, or run on target "for".`,
    );
  }
  if (isMainEntry(module)) {
    throw new TypeError(
      `${label}: ${what} is in the program's main module, ${module}, and importing that in a worker would run the ` +
        `program again. Move the ${kind} to a module of its own and import it; where a bundler would join the two, ` +
        "make it an entry point of its own.",
    );
  }
}

/** Whether a URL stands for code of `--eval`, of standard input, or of the REPL, as Node names them. */
function isTyped(module: string): boolean {
  return /\/(\[|%5B)(eval|stdin)\d*(\]|%5D)$/i.test(module) || /\/REPL\d+$/.test(module);
}

/** What to add to an error where code may have been typed: there is no `import.meta` there. */
export function typedHint(kind: "class" | "function"): string {
  if (process.argv[1] !== undefined) return "";
  const how =
    kind === "class"
      ? "and be imported from there"
      : 'and name that: exported(require("node:url").pathToFileURL("file.js"), "name")';
  return ` A ${kind} that is typed in the REPL or on the command line has to go into a file first, ${how}; or run on target "for".`;
}
