import type { Parser, Program, Source } from "assemblyscript";
import type { Toolchain } from "../build/toolchain.js";
import { importBuiltins } from "../frontend/builtins.js";
import { placesOfCalls } from "../frontend/calls.js";
import { compareByDifference } from "../frontend/comparators.js";
import { replaceLibrary } from "../frontend/library.js";
import { addRangeLoops } from "../frontend/range-loops.js";
import { ReadonlyRows } from "../frontend/readonly-rows.js";
import { refuseGenerators, refuseRawMemory } from "../frontend/refusals.js";
import { hoistRows } from "../frontend/rows.js";
import { replaceRuntime } from "../frontend/runtime.js";
import { type DeclaredKernel, readKernels } from "../frontend/signatures.js";
import { keepThrownClasses } from "../frontend/throws.js";
import { type TransformOptions, Unit } from "../frontend/unit.js";
import { type BinaryenModule, moveThrowsOutOfLoops } from "./cold-paths.js";
import { CheckedConversions } from "./conversions.js";
import { IntegerDivisions } from "./integer-divisions.js";
import { runtimeExports, watchVariables, writeVariables } from "./variables.js";

/** What `nogil build` does to a parsed program before AssemblyScript compiles it. */
export class KernelTransform {
  /** the kernels found, once the program is parsed */
  kernels: readonly DeclaredKernel[] = [];
  /** where what is called, as it stands in the user's files */
  calls: ReadonlyMap<string, readonly string[]> = new Map();
  /** the module's variables, if some may keep objects from one item to the next */
  variables: readonly string[] = [];
  #program: Program | undefined;
  readonly #checked: CheckedConversions | undefined;

  constructor(
    private readonly toolchain: Toolchain,
    private readonly options: TransformOptions,
  ) {
    if (!options.unchecked) this.#checked = new CheckedConversions(toolchain);
  }

  /** what conversions that may trap convert to, by `file:line:column` as the source map has it */
  get conversions(): ReadonlyMap<string, string> {
    return this.#checked?.types ?? new Map();
  }

  afterParse(parser: Parser): void {
    const unit = new Unit(parser, this.options, this.toolchain);
    // 1: a user's entry file
    const entry = unit.ownSources.find(({ sourceKind }) => sourceKind === 1)!;
    this.kernels = markReadonly(unit, readKernels(unit, entry));
    if (this.kernels.length === 0 && !unit.failed) {
      unit.error(
        entry.range,
        "This file exports no kernels: write 'export function name(row: Float32Array): void'.",
      );
    }
    this.calls = placesOfCalls(unit);
    refuseGenerators(unit);
    if (!unit.options.allowUnsafe) refuseRawMemory(unit);
    replaceRuntime(unit);
    replaceLibrary(unit);
    keepThrownClasses(unit);
    compareByDifference(unit);
    importBuiltins(unit);
    hoistRows(unit);
    addRangeLoops(unit, this.kernels);
    enterThroughLoops(unit, entry, this.kernels);
  }

  afterInitialize(program: Program): void {
    this.#program = program;
    watchVariables(this.toolchain, program);
    this.#checked?.install(program);
    new IntegerDivisions(this.toolchain).install(program);
  }

  afterCompile(module: BinaryenModule): void {
    this.variables = writeVariables(this.toolchain, module, this.#program!);
    this.#checked?.assertUsed();
    // AssemblyScript tells the lines of statements; calls and traps inside them need them, too
    module.runPasses(["propagate-debug-locs"]);
    const emit = module.emitBinary.bind(module) as (sourceMapUrl?: string) => unknown;
    // the optimizer runs between this step and the output, and inlines into loops what only then can be moved out
    Object.defineProperty(module, "emitBinary", {
      value: (sourceMapUrl?: string) => {
        // with --converge, asc looks at what it has and optimizes once more
        if (sourceMapUrl) this.#checked?.removeMarks(module);
        moveThrowsOutOfLoops(this.toolchain, module, emit() as Uint8Array);
        return emit(sourceMapUrl);
      },
    });
  }
}

function markReadonly(unit: Unit, kernels: readonly DeclaredKernel[]): DeclaredKernel[] {
  const rows = new ReadonlyRows(unit);
  return kernels.map((kernel) => ({
    ...kernel,
    parameters: kernel.parameters.map((parameter, i) => {
      const proved = parameter.kind === "row" && rows.isReadonly(kernel.declaration, i, kernel.source, true);
      return proved ? { ...parameter, readonly: true as const } : parameter;
    }),
  }));
}

// what a module exports is what its entry files do: the loops, not the user's functions
function enterThroughLoops(unit: Unit, entry: Source, kernels: readonly DeclaredKernel[]): void {
  entry.sourceKind = 0;
  const path = (source: Source) => JSON.stringify(`./${source.internalPath}`);
  const loops = kernels.map(({ name, source }) => `export { run$${name} } from ${path(source)};`);
  const text = [
    `import ${path(entry)};`,
    `export { arena, mark, release, segment, segmentTop, ${runtimeExports.join(", ")} } from "rt/nogil";`,
    ...loops,
  ];
  unit.parser.parseFile(text.join("\n"), "nogil$entry.ts", true);
}
