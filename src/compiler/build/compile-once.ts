import { relative, resolve } from "node:path";
import { findCalls } from "../frontend/calls.js";
import { markReadonlyRows } from "../frontend/readonly-rows.js";
import type { DeclaredKernel } from "../frontend/signatures.js";
import type { TransformOptions } from "../frontend/unit.js";
import { keepFunctionNames } from "../link/function-names.js";
import { forgetMemoryMinimum } from "../link/wasm-binary.js";
import { checkConversions } from "../passes/conversions.js";
import { PassManager } from "../passes/manager.js";
import type { Pass, Report } from "../passes/pass.js";
import { passes } from "../passes/passes.js";
import { KernelTransform } from "../passes/transform.js";
import { describeVariables } from "../passes/variables.js";
import type { AsConfig } from "./asconfig.js";
import { CompileError } from "./compile-error.js";
import { hintFor } from "./hints.js";
import { SourceFiles } from "./source-files.js";
import type { Toolchain } from "./toolchain.js";

export interface Compilation {
  readonly wasm: Uint8Array;
  /** source map, as JSON */
  readonly map: string;
  readonly kernels: readonly DeclaredKernel[];
  /** where kernels' files call what: `kernels.ts(3,5)` by `console.log` */
  readonly calls: ReadonlyMap<string, readonly string[]>;
  /** the module's variables, if some may keep objects from one item to the next */
  readonly variables: readonly string[];
  /** what conversions that may trap convert to, by `file:line:column` as the source map has it */
  readonly conversions: ReadonlyMap<string, string>;
  /** every file that was asked for, from the working directory, with its text, or null where there is none */
  readonly inputs: ReadonlyMap<string, string | null>;
  /** warnings, as the compiler prints them */
  readonly warnings: string;
  /** what the passes did and did not, with places */
  readonly reports: readonly Report[];
  /** milliseconds in each pass */
  readonly times: ReadonlyMap<string, number>;
}

export interface CompileOptions extends TransformOptions {
  readonly cwd: string;
  readonly config: AsConfig;
  readonly colors: boolean;
  /** name of the source map's file, which the module refers to */
  readonly mapName: string;
  /** text to compile in place of the entry file's */
  readonly text?: string;
  /** the passes of the build, in order @default all of ours */
  readonly passes?: readonly Pass[];
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
  const files = new SourceFiles(cwd, [options.config.options.path ?? []].flat().map(String));
  const settings = { ...options, files: files.packages };
  const manager = new PassManager(options.passes ?? passes, toolchain, settings);
  const outputs = new Map<string, string | Uint8Array>();
  const told = new Set<string>();
  let printed = "";
  const { libraryFiles } = toolchain.asc;
  const own = new Set(Object.keys(libraryFiles));
  const { error } = await toolchain.asc.main([entryPath, ...flags(base, options)], {
    transforms: [
      ...(await options.config.transforms.load()),
      new KernelTransform(manager, toolchain, settings),
    ] as never[],
    stdout: { write: () => {} },
    stderr: {
      write: (chunk) => {
        printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      },
    },
    async readFile(name, baseDir) {
      if (name === noConfig) return null;
      const isEntry = resolve(cwd, baseDir, name) === resolve(cwd, entry);
      return files.read(name, baseDir, isEntry ? text : undefined);
    },
    // told of right after it is printed
    reportDiagnostic({ message, category, range }) {
      const source = range?.source && files.own.get(range.source.normalizedPath);
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
  if (manager.failure) throw manager.failure;
  printed = withFileNames(printed.trim(), files.packages);
  if (error) throw new CompileError(printed || `${entryPath}: ${error.message}`);
  const wasm = keepFunctionNames(outputs.get("kernels.wasm") as Uint8Array);
  forgetMemoryMinimum(wasm);
  return {
    wasm,
    map: outputs.get(options.mapName) as string,
    kernels: manager.resultOf(markReadonlyRows),
    calls: manager.resultOf(findCalls),
    variables: manager.resultOf(describeVariables),
    conversions: manager.resultOf(checkConversions)?.types ?? new Map(),
    inputs: files.inputs,
    warnings: printed,
    reports: manager.reports,
    times: manager.times,
  };
}

// what goes wrong while files are parsed is printed before they have their names
function withFileNames(printed: string, files: ReadonlyMap<string, string>): string {
  return printed.replace(/~lib\/[^\s'"]+\.ts(?=\(\d+,\d+)/g, (name) => files.get(name) ?? name);
}

// the compiler's category
const errors = 3;

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
