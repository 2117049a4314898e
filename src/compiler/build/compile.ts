import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Kernel } from "../../abi/kernel.js";
import { shownValue } from "../../base/option-names.js";
import { isURL } from "../../base/realms.js";
import { defineKernels } from "../../kernels/define-kernels.js";
import { hash } from "./build-record.js";
import { makeModule } from "./make-module.js";
import { checkCompilerOptions } from "./options.js";

/**
 * How `compile` compiles.
 * @example
 * import { type CompileOptions, compile } from "nogil/compiler";
 *
 * const options: CompileOptions = { cache: "/tmp/kernels" };
 * const kernels = await compile(new URL("./assembly/kernels.ts", import.meta.url), options);
 */
export interface CompileOptions {
  /** Leave out the checks of rows and conversions. @default false */
  unchecked?: boolean | undefined;
  /** Allow raw access to memory. @default false */
  allowUnsafe?: boolean | undefined;
  /** Working directory: imports of a source text and paths in errors are from here, and `asconfig.json` is read here. @default process.cwd() */
  cwd?: string | undefined;
  /** Folder that keeps what was compiled. @default "node_modules/.cache/nogil", or one for temporary files */
  cache?: string | undefined;
}

/**
 * Compiles kernels when the program runs: AssemblyScript given as text, or the URL of a file. What was compiled is kept on
 * disk, and used again as long as sources, options and versions are the same. What the compiler warns of becomes a warning of
 * the process, when it compiles.
 *
 * @typeParam K the kernels, where the program knows them: `{ double: Kernel<[x: number], number> }`
 * @param source AssemblyScript as text, or the file URL of it
 * @param options where to keep what was compiled, and what to check
 * @throws CompileError when the source has errors; TypeError for a source or options that cannot be meant
 * @cost Seconds the first time, milliseconds from then on. Node only; needs `assemblyscript`.
 * @example
 * import { run } from "nogil";
 * import { compile } from "nogil/compiler";
 *
 * const { double } = await compile("export function double(x: f64): f64 { return 2 * x; }");
 * const doubled = await run(double, Float64Array.of(1, 2));
 */
export async function compile<K extends object = Record<string, Kernel>>(
  source: string | URL,
  options: CompileOptions = {},
): Promise<K> {
  checkCompilerOptions(
    options,
    { folders: ["cwd", "cache"], flags: ["unchecked", "allowUnsafe"] },
    "compile()",
  );
  if (typeof source !== "string" && !(isURL(source) && source.protocol === "file:")) {
    throw new TypeError(
      `compile() takes AssemblyScript as text or the file URL of it first, got ${isURL(source) ? source.href : shownValue(source)}.`,
    );
  }
  const { unchecked = false, allowUnsafe = false } = options;
  const cwd = resolve(options.cwd ?? process.cwd());
  const isText = typeof source === "string";
  const entry = isText ? "kernels.ts" : relative(cwd, fileURLToPath(source));
  const text = isText ? source : undefined;
  const key = hash(JSON.stringify([cwd, entry, text, unchecked, allowUnsafe]));
  const out = join(options.cache ? resolve(cwd, options.cache) : defaultCache(cwd), key);
  const name = basename(entry, ".ts");
  const request = { entry, text, cwd, out, name, unchecked, allowUnsafe, force: false, colors: false };
  const { description } = await once(out, async () => {
    const made = await makeModule(request);
    if (made.warnings) process.emitWarning(made.warnings, { type: "NogilWarning", code: "NOGIL_COMPILE" });
    return made;
  });
  return defineKernels(pathToFileURL(join(out, `${name}.wasm`)), description) as K;
}

// two calls for one source at once would compile it twice
const running = new Map<string, Promise<unknown>>();

function once<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = running.get(key) as Promise<T> | undefined;
  if (before) return before;
  const promise = work().finally(() => running.delete(key));
  running.set(key, promise);
  return promise;
}

function defaultCache(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) return join(at, "node_modules/.cache/nogil");
    if (dirname(at) === at) return join(tmpdir(), "nogil");
  }
}
