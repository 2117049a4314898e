import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CommonFlags, NodeKind, Token } from "assemblyscript";

/** The AssemblyScript compiler: its command line as a function, its syntax tree, and what generates code for it. */
export interface Toolchain {
  readonly asc: typeof import("assemblyscript/asc");
  readonly syntax: typeof import("assemblyscript");
  readonly binaryen: typeof import("assemblyscript/binaryen").default;
  readonly version: string;
  /** the files of AssemblyScript's library, as sources name them: those of `--lib` are not among them */
  readonly library: ReadonlySet<string>;
}

type Enum<Value = number> = Readonly<Record<string, Value>>;

/** AssemblyScript's enums. They are declared as const enums, which cannot be read through a module found at run time. */
export interface Enums {
  readonly NodeKind: Enum<NodeKind>;
  readonly Token: Enum<Token>;
  readonly CommonFlags: Enum<CommonFlags>;
  readonly ElementKind: Enum;
  readonly BinaryOp: Enum;
  readonly UnaryOp: Enum;
  readonly FlowFlags: Enum;
  readonly LocalFlags: Enum;
  readonly ExpressionRunnerFlags: Enum;
}

export const enumsOf = ({ syntax }: Toolchain) => syntax as unknown as Enums;

/**
 * Finds AssemblyScript from the user's directory first, so that a project's own version compiles it, then from here.
 * @throws when it is installed in neither, saying what to install.
 */
export async function loadToolchain(cwd: string): Promise<Toolchain> {
  for (const from of [join(cwd, "noop.js"), fileURLToPath(import.meta.url)]) {
    const manifest = resolveManifest(from);
    if (!manifest) continue;
    const { version, exports } = JSON.parse(readFileSync(manifest, "utf8"));
    const at = (entry: string) => pathToFileURL(join(dirname(manifest), exports[entry].import)).href;
    const [asc, syntax, { default: binaryen }] = await importAll([at("./asc"), at("."), at("./binaryen")]);
    return { asc, syntax, binaryen, version, library: libraryOf(asc) };
  }
  throw new Error(
    'Kernels are compiled by AssemblyScript, which is not installed. Install it with "npm install --save-dev assemblyscript".',
  );
}

const libraries = new WeakMap<object, ReadonlySet<string>>();

// asc adds the files of --lib to its own while it compiles
function libraryOf({ libraryFiles }: Toolchain["asc"]): ReadonlySet<string> {
  const library =
    libraries.get(libraryFiles) ?? new Set(Object.keys(libraryFiles).map((name) => `~lib/${name}`));
  libraries.set(libraryFiles, library);
  return library;
}

let imported: Promise<any> = Promise.resolve();

// AssemblyScript gives the program's own lists the order that its lists have, by number, and does not need it itself. one
// import at a time, so that none takes another's for the program's
function importAll(urls: string[]): Promise<any[]> {
  const own = imported.then(async () => {
    const { sort } = Array.prototype;
    try {
      return await Promise.all(urls.map((url) => import(url)));
    } finally {
      Array.prototype.sort = sort;
    }
  });
  imported = own.catch(() => {});
  return own;
}

/** Version of the AssemblyScript that `loadToolchain` would load. */
export function toolchainVersion(cwd: string): string | undefined {
  const manifest = resolveManifest(join(cwd, "noop.js")) ?? resolveManifest(fileURLToPath(import.meta.url));
  return manifest && JSON.parse(readFileSync(manifest, "utf8")).version;
}

function resolveManifest(from: string): string | undefined {
  try {
    return createRequire(from).resolve("assemblyscript/package.json");
  } catch {
    return undefined;
  }
}
