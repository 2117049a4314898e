import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/**
 * What to do about a built module that lies among sources which tsc compiles into another folder: it copies neither a `.js`
 * file with types nor a `.wasm` file there. Undefined where that does not happen.
 */
export function outDirHint(file: string): string | undefined {
  const found = nearestConfig(file);
  if (!found) return undefined;
  const { path, config } = found;
  const { outDir, rootDir, noEmit } = config.compilerOptions ?? {};
  if (typeof outDir !== "string" || noEmit === true) return undefined;
  const base = dirname(path);
  const folders = [rootDir, ...(config.include ?? [])].filter((each) => typeof each === "string");
  const sources = folders
    .map((each) => resolve(base, each.replace(/\/?[^/]*[*?].*$/, "")))
    .find((folder) => folder !== base && within(file, folder));
  if (sources === undefined || within(file, resolve(base, outDir))) return undefined;
  const shown = (to: string) => relative(process.cwd(), to) || ".";
  const beside = join(dirname(sources), "build");
  return (
    `${shown(file)} is in ${shown(sources)}, which ${shown(path)} compiles to ${shown(resolve(base, outDir))}: tsc does not copy it ` +
    `there, nor its .wasm. Build it beside ${shown(sources)}, --out ${shown(beside)}, and import it from there, or copy the folder after tsc.`
  );
}

interface Config {
  readonly compilerOptions?: { outDir?: unknown; rootDir?: string; noEmit?: unknown };
  readonly include?: readonly string[];
}

function nearestConfig(file: string): { path: string; config: Config } | undefined {
  for (let at = dirname(file); ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (existsSync(path)) {
      const config = parse(readFileSync(path, "utf8"));
      return config && { path, config };
    }
    if (dirname(at) === at) return undefined;
  }
}

// JSON with comments and commas at the end, as tsc reads it
function parse(text: string): Config | undefined {
  const plain = text
    .replace(/("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, "$1");
  try {
    const config = JSON.parse(plain);
    return typeof config === "object" && config !== null && Array.isArray(config.include ?? [])
      ? config
      : undefined;
  } catch {
    return undefined;
  }
}

function within(file: string, folder: string): boolean {
  return file.startsWith(folder + sep);
}
