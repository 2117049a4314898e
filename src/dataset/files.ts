import * as path from "node:path";
import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import { matches } from "./glob.js";
import { openPattern, whyNothing } from "./patterns.js";

/**
 * Which files are items, and what they are called.
 * @example
 * import { Dataset, type FilesOptions } from "nogil";
 *
 * const options: FilesOptions = { cwd: "/data", noExt: true };
 * const records = await Dataset.fromFiles("*.hea", EcgBatch, options);
 */
export interface FilesOptions {
  /** Where relative patterns start: a folder. @default the working directory */
  cwd?: string | undefined;
  /** Leave the extension out of the ids: `A00001` for `A00001.hea`. @default false */
  noExt?: boolean | undefined;
  /**
   * By id, in the order of UTF-16 code units, which is the same on every machine; or your own order of ids; `false`
   * for the order in which the file system lists them. @default true
   */
  sort?: boolean | ((a: string, b: string) => number) | undefined;
  /** Folders are the items, not files. @default false */
  folders?: boolean | undefined;
  /** Match files and folders whose names begin with a dot, too. @default false */
  dot?: boolean | undefined;
}

const optionNames = ["cwd", "noExt", "sort", "folders", "dot"];

/** An item's id and its absolute path. */
export type FileEntry = readonly [id: string, path: string];

/**
 * The files that glob patterns match. A file's id is its path below the folder where the pattern's wildcards begin,
 * with `/` between folders: `b/x.csv` for `/data/a/b/x.csv` and the pattern `/data/a/**`. A part of a pattern that is the name
 * of a folder, or of a file, is that name: `Dropbox (Personal)/[x].csv`.
 * @throws RangeError when nothing matches, or two files have one id
 */
export async function listFiles(
  given: string | readonly string[],
  options: FilesOptions = {},
): Promise<FileEntry[]> {
  checkOptionNames(options, optionNames, "Dataset.fromFiles()");
  const { cwd = process.cwd(), noExt = false, sort = true, folders = false, dot = false } = options;
  checkValues({ cwd, noExt, sort, folders, dot });
  const all = Array.isArray(given) ? [...given] : [given];
  const odd = all.findIndex((pattern) => typeof pattern !== "string" || pattern === "");
  if (all.length === 0 || odd >= 0) {
    throw new TypeError(
      `Dataset.fromFiles() takes a glob pattern such as "data/*.csv", or several, got ${all.length === 0 ? "none" : all[odd] === "" ? "an empty one" : kindOf(all[odd])}.`,
    );
  }
  const taken = all.filter((pattern) => !pattern.startsWith("!"));
  if (taken.length === 0) {
    throw new TypeError(
      `Dataset.fromFiles() takes a pattern of files to take before those to leave out: ${listed(all)} only leave files ` +
        "out. Write \\! for a name that begins with !.",
    );
  }
  const how = { cwd: path.resolve(cwd), folders, dot };
  const patterns = await Promise.all(taken.map((pattern) => openPattern(pattern, how.cwd)));
  const leftOut = await Promise.all(
    all.filter((pattern) => pattern.startsWith("!")).map((pattern) => openPattern(pattern.slice(1), how.cwd)),
  );
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    // in whatever folder: there, too
    const anywhere = leftOut.filter(({ text }) => text.startsWith("**/"));
    const ignore = [...leftOut, ...anywhere.map(({ rest }) => ({ folder: pattern.folder, rest }))];
    for (const match of await matches(pattern, ignore, how)) {
      const file = path.resolve(match);
      const below = path.relative(pattern.folder, file).split(path.sep).join("/");
      // the folder itself, which a/** matches too
      if (below === "") continue;
      const id = noExt ? below.slice(0, below.length - path.extname(below).length) : below;
      const other = found.get(id);
      if (other !== undefined && other !== file) {
        throw new RangeError(
          `A dataset has every item once, and ${JSON.stringify(id)} names two files: ${other} and ${file}.` +
            `${noExt ? " Keep the extensions, or make the pattern match one of them." : ""}`,
        );
      }
      found.set(id, file);
    }
  }
  if (found.size === 0) {
    const why = await Promise.all(patterns.map((pattern) => whyNothing(pattern)));
    const hidden = dot
      ? []
      : await Promise.all(patterns.map((each) => matches(each, leftOut, { ...how, dot: true })));
    if (hidden.flat().length > 0)
      why.push(
        `with { dot: true }, which takes names that begin with a dot, there are ${hidden.flat().length}`,
      );
    throw new RangeError(
      `No ${folders ? "folder" : "file"} matches ${listed(all)} in ${how.cwd}: ${[...new Set(why)].join("; ")}.`,
    );
  }
  const entries = [...found];
  if (typeof sort === "function") entries.sort(([a], [b]) => sort(a, b));
  else if (sort) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries;
}

function checkValues({ cwd, sort, ...flags }: Required<FilesOptions>): void {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new TypeError(
      `Dataset.fromFiles(): the option "${name}" takes ${expected}, got ${shownValue(value)}.`,
    );
  };
  if (typeof cwd !== "string") refuse("cwd", "the path of a folder", cwd);
  if (typeof sort !== "boolean" && !isFunction(sort)) {
    refuse("sort", "true, false or a function that compares two ids", sort);
  }
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") refuse(name, "true or false", value);
  }
}

const listed = (patterns: readonly string[]) => patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
