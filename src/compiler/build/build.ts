import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { shownValue } from "../../base/option-names.js";
import { makeModule } from "./make-module.js";
import { checkCompilerOptions } from "./options.js";

/**
 * How `build` compiles.
 * @example
 * import { type BuildOptions, build } from "nogil/compiler";
 *
 * const options: BuildOptions = { out: "dist/kernels", colors: process.stdout.isTTY };
 * const { warnings } = await build("assembly/kernels.ts", options);
 */
export interface BuildOptions {
  /** Folder for the built files, from `cwd`. @default "build" */
  out?: string | undefined;
  /**
   * Leave out the checks of rows and conversions. Faster, and an index out of range then reads or destroys other data, `<i32>` of
   * NaN is 0, and of what does not fit the nearest end. @default false
   */
  unchecked?: boolean | undefined;
  /** Allow raw access to memory (`load`, `store`, `changetype`, `.dataStart` of a row and the like). @default false */
  allowUnsafe?: boolean | undefined;
  /** Build even if nothing changed. @default false */
  force?: boolean | undefined;
  /** Working directory: paths in errors are from here, and `asconfig.json` is read here. @default process.cwd() */
  cwd?: string | undefined;
  /** Colour what the compiler prints. @default false */
  colors?: boolean | undefined;
}

/** What `build` did. */
export interface BuildResult {
  /** false when nothing had changed since the last build */
  readonly built: boolean;
  /** paths of the code, its source map, the types, and last the module that exports the kernels */
  readonly files: readonly string[];
  /** names of the kernels */
  readonly kernels: readonly string[];
  /** the compiler's warnings, as it prints them */
  readonly warnings: string;
}

const folders = ["out", "cwd"];
const flags = ["unchecked", "allowUnsafe", "force", "colors"];

/**
 * Compiles the functions that an AssemblyScript file exports to kernels: `<name>.wasm`, and beside it `<name>.js`, which
 * exports them, with its types.
 *
 * @param entry path of the AssemblyScript file, from `cwd`
 * @param options where to write, and what to check
 * @throws CompileError when the sources have errors: nothing is written then; TypeError, Error for what is not a file, or for options
 * that cannot be meant
 * @cost Seconds where something changed, else the time to read the sources. Node only; needs `assemblyscript`.
 * @example
 * import { build } from "nogil/compiler";
 *
 * const { built, kernels } = await build("assembly/kernels.ts");
 * console.log(built ? "built" : "as it was", kernels); // built [ 'standardize', 'peak' ]
 */
export async function build(entry: string, options: BuildOptions = {}): Promise<BuildResult> {
  checkCompilerOptions(options, { folders, flags }, "build()");
  const { unchecked = false, allowUnsafe = false, force = false, colors = false } = options;
  const cwd = resolve(options.cwd ?? process.cwd());
  const out = resolve(cwd, options.out ?? "build");
  checkEntry(entry, cwd);
  const name = basename(entry).replace(/\.ts$/, "");
  const request = { entry, cwd, out, name, unchecked, allowUnsafe, force, colors };
  const { built, description, warnings } = await makeModule(request);
  const files = [".wasm", ".wasm.map", ".d.ts", ".js"].map((extension) => resolve(out, name + extension));
  return { built, files, kernels: Object.keys(description.kernels), warnings };
}

function checkEntry(entry: unknown, cwd: string): void {
  if (typeof entry !== "string" || entry === "" || entry.includes("\0")) {
    throw new TypeError(`build() takes the path of an AssemblyScript file first, got ${shownValue(entry)}.`);
  }
  const found = stat(resolve(cwd, entry));
  if (!found) throw new Error(`${entry} does not exist in ${cwd}.`);
  if (found.isFile() && entry.endsWith(".ts")) return;
  const what = found.isFile() ? "not a .ts file" : found.isDirectory() ? "a folder" : "not a file";
  throw new Error(`${entry} is ${what}: kernels are built from an AssemblyScript file, kernels.ts.`);
}

// a path whose folders are files, or whose name is too long, leads to no file either
function stat(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
