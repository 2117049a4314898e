import { existsSync, realpathSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isRegular, readRegular } from "./regular-files.js";

/** A source as it was found. */
export interface FoundSource {
  readonly text: string;
  /** where it is; for the entry of a package that has no `index.ts`, where that would be */
  readonly path: string;
}

/**
 * Reads a source where the compiler looks for it, or where it is all the same. AssemblyScript looks for `index.ts` in a package,
 * and for the packages of a package beside its link:
 *
 * - the entry of a package may be what its package.json names, or `assembly/index.ts`;
 * - a package that is a link finds its own packages from where it really is, as in Node.
 */
export async function readSource(path: string): Promise<FoundSource | undefined> {
  const bytes = await readRegular(path);
  if (bytes) return { text: bytes.toString("utf8"), path };
  const [, folder, name, rest] = slashed(path).match(inPackage) ?? [];
  if (folder === undefined) return undefined;
  if (name === "nogil" && rest.startsWith("assembly/")) return readOwn(rest);
  const directory = packageDirectory(folder, name);
  if (directory === undefined) return undefined;
  const found =
    directory === join(folder, "node_modules", name) ? undefined : await readRegular(join(directory, rest));
  if (found) return { text: found.toString("utf8"), path: join(directory, rest) };
  const entry = await entryOf(directory, rest.replace(/\.ts$/, ""));
  return entry === undefined
    ? undefined
    : { text: `export * from ${JSON.stringify(entry)};\n`, path: join(directory, rest) };
}

// what nogil has for kernels is there wherever its compiler is, in the version that belongs to it
async function readOwn(file: string): Promise<FoundSource | undefined> {
  const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  const bytes = await readRegular(path);
  return bytes && { text: bytes.toString("utf8"), path };
}

const inPackage = /^(.*)\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/;
const isPackage = /^(.*)\/node_modules\/((?:@[^/]+\/)?[^/]+)$/;
const slashed = (path: string) => path.replaceAll("\\", "/");

/** The directory of a package as it is found from a folder's own `node_modules`. */
function packageDirectory(folder: string, name: string): string | undefined {
  const here = join(folder, "node_modules", name);
  if (existsSync(here)) return here;
  // of a package that is a link: where it really is
  const [, outer, holder] = slashed(folder).match(isPackage) ?? [];
  if (outer === undefined || holder === name) return undefined;
  const linked = packageDirectory(outer, holder);
  return linked === undefined ? undefined : nearestPackage(realpathSync(linked), name);
}

/** The directory of a package as Node finds it from a folder. */
export function nearestPackage(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const directory = join(at, "node_modules", name);
    if (existsSync(directory)) return directory;
    if (dirname(at) === at) return undefined;
  }
}

/** The file that a package means by its name, or by one of its paths, as that one would import it: `./assembly/index`. */
async function entryOf(directory: string, subpath: string): Promise<string | undefined> {
  const { ascMain, exports, main } = await manifestOf(directory);
  const isRoot = subpath === "index";
  const candidates = isRoot
    ? [ascMain, ...targetsOf(exports, "."), main, "assembly/index.ts"]
    : targetsOf(exports, `./${subpath}`);
  for (const candidate of candidates) {
    const file = sourceFile(directory, candidate);
    if (file !== undefined) return `${"../".repeat(subpath.split("/").length - 1) || "./"}${file}`;
  }
  return undefined;
}

// a folder stands for the index.ts in it
function sourceFile(directory: string, candidate: unknown): string | undefined {
  if (typeof candidate !== "string" || /\.d\.ts$/.test(candidate)) return undefined;
  const file = posix.normalize(slashed(candidate)).replace(/\.ts$/, "").replace(/\/$/, "");
  if (file === "." || file === "index" || file.startsWith("..") || posix.isAbsolute(file)) return undefined;
  return [file, `${file}/index`].some((each) => isRegular(join(directory, `${each}.ts`))) ? file : undefined;
}

/** What `exports` of a package.json has for a path, under whichever conditions. */
function targetsOf(exports: unknown, subpath: string): unknown[] {
  const isMap = isObject(exports) && Object.keys(exports).some((key) => key.startsWith("."));
  if (!isMap) return subpath === "." ? leavesOf(exports) : [];
  const map = exports as Record<string, unknown>;
  if (Object.hasOwn(map, subpath)) return leavesOf(map[subpath]);
  // of patterns, the one that says most before its star, as in Node
  const patterns = Object.keys(map).filter((key) => starOf(key, subpath) !== undefined);
  const [pattern] = patterns.sort((a, b) => b.indexOf("*") - a.indexOf("*") || b.length - a.length);
  if (pattern === undefined) return [];
  const star = starOf(pattern, subpath)!;
  return leavesOf(map[pattern]).map((leaf) => (typeof leaf === "string" ? leaf.replaceAll("*", star) : leaf));
}

/** What the star of a pattern means in a path: "fir" of "./*" in "./fir"; undefined where it does not match. */
function starOf(pattern: string, subpath: string): string | undefined {
  const [before, after, more] = pattern.split("*");
  if (after === undefined || more !== undefined || subpath.length <= before.length + after.length)
    return undefined;
  if (!subpath.startsWith(before) || !subpath.endsWith(after)) return undefined;
  return subpath.slice(before.length, subpath.length - after.length);
}

function leavesOf(target: unknown): unknown[] {
  return isObject(target) ? Object.values(target).flatMap(leavesOf) : [target];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

interface Manifest {
  readonly ascMain?: unknown;
  readonly exports?: unknown;
  readonly main?: unknown;
}

// what is wrong with it is for its package manager to tell
async function manifestOf(directory: string): Promise<Manifest> {
  const bytes = await readRegular(join(directory, "package.json"));
  try {
    return JSON.parse(bytes?.toString("utf8") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** What the compiler asked for in one build. */
export class SourceFiles {
  /** every file that was asked for, from the working directory, with its text, or null where there is none */
  readonly inputs = new Map<string, string | null>();
  /** the files of packages and libraries, from the working directory, by the names that AssemblyScript gives them */
  readonly packages = new Map<string, string>();
  /** the text of the user's own files as the compiler gets it, by the names that it gives them */
  readonly own = new Map<string, string>();

  /** @param paths folders of packages, as `--path` has them, absolute */
  constructor(
    private readonly cwd: string,
    private readonly paths: readonly string[],
  ) {}

  /**
   * @param directory where the compiler looks for it, from the working directory
   * @param given text to take in place of the file's
   */
  async read(name: string, directory: string, given?: string): Promise<string | null> {
    const { cwd } = this;
    const path = resolve(cwd, directory, name);
    const found = given === undefined ? await readSource(path) : { text: given, path };
    if (given === undefined) this.inputs.set(relative(cwd, path), found?.text ?? null);
    if (!found) return null;
    const text = asJavaScript(found.text);
    const file = slashed(relative(cwd, found.path));
    const libraries = this.#libraryNames(name, directory, path);
    for (const library of libraries) this.packages.set(library, file);
    if (libraries.length === 0) this.own.set(file, text);
    return text;
  }

  // AssemblyScript looks for packages in node_modules and in the folders of --path, and for files of --lib in their own
  #libraryNames(name: string, directory: string, path: string): string[] {
    if (resolve(this.cwd, directory) !== this.cwd) return [`~lib/${slashed(name)}`];
    const local = slashed(relative(this.cwd, path));
    const folders = this.paths
      .map((folder) => `${slashed(relative(this.cwd, folder))}/`)
      .filter((folder) => local.startsWith(folder));
    const rests = [
      ...folders.map((folder) => local.slice(folder.length)),
      ...local
        .split(/(?:^|\/)node_modules\//)
        .slice(1)
        .slice(-1),
    ];
    return rests.map((rest) => `~lib/${rest}`);
  }
}

// what is compiled is the same whichever ends of lines an editor or git wrote: in JavaScript templates have \n
function asJavaScript(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}
