import { relative, resolve } from "node:path";
import type { AsConfig } from "./asconfig.js";
import { CompileError } from "./compile-error.js";
import { hintFor } from "./hints.js";
import { readRegular } from "./regular-files.js";
import type { Toolchain } from "./toolchain.js";
import type { DeclaredKernel } from "../frontend/signatures.js";
import { KernelTransform } from "../passes/transform.js";
import type { TransformOptions } from "../frontend/unit.js";
import { forgetMemoryMinimum } from "../link/wasm-binary.js";

export interface Compilation {
  readonly wasm: Uint8Array;
  /** source map, as JSON */
  readonly map: string;
  readonly kernels: readonly DeclaredKernel[];
  /** where the user's own files call what: `kernels.ts(3,5)` by `console.log` */
  readonly calls: ReadonlyMap<string, readonly string[]>;
  /** the module's variables, if some may keep objects from one item to the next */
  readonly variables: readonly string[];
  /** what conversions that may trap convert to, by `file:line:column` as the source map has it */
  readonly conversions: ReadonlyMap<string, string>;
  /** every file that was asked for, from the working directory, with its text, or null where there is none */
  readonly inputs: ReadonlyMap<string, string | null>;
  /** warnings, as the compiler prints them */
  readonly warnings: string;
}

export interface CompileOptions extends TransformOptions {
  readonly cwd: string;
  readonly config: AsConfig;
  readonly colors: boolean;
  /** name of the source map's file, which the module refers to */
  readonly mapName: string;
  /** text to compile in place of the entry file's */
  readonly text?: string;
}

/** Compiles an entry file with its static data at `base`. */
export async function compileOnce(
  toolchain: Toolchain,
  entry: string,
  base: number,
  options: CompileOptions,
): Promise<Compilation> {
  const { cwd, text } = options;
  const entryPath = relative(cwd, resolve(cwd, entry));
  const transform = new KernelTransform(toolchain, options);
  const inputs = new Map<string, string | null>();
  const outputs = new Map<string, string | Uint8Array>();
  // as the compiler reads them, by the paths it names them by
  const texts = new Map<string, string>();
  const told = new Set<string>();
  let printed = "";
  const { libraryFiles } = toolchain.asc;
  const own = new Set(Object.keys(libraryFiles));
  const { error } = await toolchain.asc.main([entryPath, ...flags(base, options)], {
    transforms: [...(await options.config.transforms.load()), transform] as never[],
    stdout: { write: () => {} },
    stderr: {
      write: (chunk) => {
        printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      },
    },
    async readFile(name, baseDir) {
      if (name === noConfig) return null;
      const path = resolve(cwd, baseDir, name);
      const given = text !== undefined && path === resolve(cwd, entry);
      const content = given ? text : ((await readRegular(path))?.toString("utf8") ?? null);
      if (!given) inputs.set(relative(cwd, path), content);
      if (content === null) return null;
      const plain = asJavaScript(content);
      texts.set(relative(cwd, path).replaceAll("\\", "/"), plain);
      return plain;
    },
    // told of right after it is printed
    reportDiagnostic({ message, category, range }) {
      const source = range?.source && texts.get(range.source.normalizedPath);
      if (!source || category !== errors) return;
      const hint = hintFor({ message, start: range.start, end: range.end }, source);
      // one mistake may be several errors of a line
      const line = `${range.source.normalizedPath}:${source.lastIndexOf("\n", range.start - 1)}:${hint}`;
      if (hint && !told.has(line)) printed = `${printed.trimEnd()}\n   ${hint}\n\n`;
      told.add(line);
    },
    writeFile(name, content) {
      outputs.set(name, content);
    },
  });
  // asc keeps the files of --lib for good, and would take them, as they are now, into every later build
  for (const name of Object.keys(libraryFiles)) if (!own.has(name)) delete libraryFiles[name];
  if (error) throw new CompileError(printed.trim() || `${entryPath}: ${error.message}`);
  const wasm = outputs.get("kernels.wasm") as Uint8Array;
  forgetMemoryMinimum(wasm);
  return {
    wasm,
    map: outputs.get(options.mapName) as string,
    kernels: transform.kernels,
    calls: transform.calls,
    variables: transform.variables,
    conversions: transform.conversions,
    inputs,
    warnings: printed.trimEnd(),
  };
}

// the compiler's category
const errors = 3;

// what is compiled is the same whichever ends of lines an editor or git wrote: in JavaScript templates have \n
function asJavaScript(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

// asc would read asconfig.json by itself, with the options that are ours and its own entries
const noConfig = "nogil.asconfig.none";

function flags(base: number, { cwd, config, colors, unchecked, mapName }: CompileOptions): string[] {
  const options: Record<string, unknown> = {
    optimizeLevel: 3,
    shrinkLevel: 0,
    ...config.options,
    use: [...[config.options.use ?? []].flat(), "seed=unseeded"],
    enable: [...new Set(["threads", "simd", ...[config.options.enable ?? []].flat().map(String)])],
    uncheckedBehavior: unchecked ? "always" : "default",
    noColors: !colors,
    baseDir: cwd,
    config: noConfig,
    outFile: "kernels.wasm",
    sourceMap: mapName,
    runtime: "stub",
    exportStart: "start",
    importMemory: true,
    noExportMemory: true,
    sharedMemory: true,
    initialMemory: 2048,
    maximumMemory: 65536,
    memoryBase: base,
  };
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === "boolean") return value ? [`--${name}`] : [];
    return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
  });
}
