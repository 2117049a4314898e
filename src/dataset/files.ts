import { kindOf } from "../columns/from-values.js";
import { checkOptionNames, shownValue } from "../option-names.js";

/** Which files are items, and what they are called. */
export interface FilesOptions {
  /** Where relative patterns start: a folder. @default the working directory */
  cwd?: string | undefined;
  /** Leave the extension out of the ids: `A00001` for `A00001.hea`. @default false */
  noExt?: boolean | undefined;
  /**
   * By id, in the order of UTF-16 code units, which is the same on every machine; or your own order of ids; `false`
   * for the order in which the file system gives them. @default true
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
 * with `/` between folders: `b/x.csv` for `/data/a/b/x.csv` and the pattern `/data/a/**`.
 * @throws RangeError when nothing matches, or two files have one id
 */
export async function listFiles(
  patterns: string | readonly string[],
  options: FilesOptions = {},
): Promise<FileEntry[]> {
  checkOptionNames(options, optionNames, "Dataset.fromFiles()");
  const { cwd = process.cwd(), noExt = false, sort = true, folders = false, dot = false } = options;
  checkValues({ cwd, noExt, sort, folders, dot });
  const all = Array.isArray(patterns) ? [...patterns] : [patterns];
  const odd = all.findIndex((pattern) => typeof pattern !== "string" || pattern === "");
  if (all.length === 0 || odd >= 0) {
    throw new TypeError(
      `Dataset.fromFiles() takes a glob pattern such as "data/*.csv", or several, got ${all.length === 0 ? "none" : all[odd] === "" ? "an empty one" : kindOf(all[odd])}.`,
    );
  }
  // only Node has files: a page that imports the library must not ask for these
  const [{ glob }, path] = await Promise.all([import("tinyglobby"), import("node:path")]);
  const ignore = all.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const found = new Map<string, string>();
  for (const pattern of all) {
    if (pattern.startsWith("!")) continue;
    const base = path.resolve(cwd, fixedFolder(pattern));
    const matches = await glob(pattern, {
      cwd,
      ignore,
      dot,
      absolute: true,
      expandDirectories: false,
      onlyFiles: !folders,
      onlyDirectories: folders,
    });
    for (const match of matches) {
      const file = path.resolve(match);
      const below = path.relative(base, file).split(path.sep).join("/");
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
    throw new RangeError(
      `No ${folders ? "folder" : "file"} matches ${all.map((pattern) => JSON.stringify(pattern)).join(", ")} in ${path.resolve(cwd)}.`,
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
  if (typeof sort !== "boolean" && typeof sort !== "function") {
    refuse("sort", "true, false or a function that compares two ids", sort);
  }
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== "boolean") refuse(name, "true or false", value);
  }
}

// the folders of a pattern that come before its first wildcard
function fixedFolder(pattern: string): string {
  const parts = pattern.split("/");
  const wild = parts.findIndex((part) => /[*?[\]{}()!+@\\|]/.test(part));
  const fixed = parts.slice(0, wild < 0 ? -1 : wild);
  return fixed.length === 1 && fixed[0] === "" ? "/" : fixed.join("/");
}
