import type { Parser, Program } from "assemblyscript";
import type { Toolchain } from "../build/toolchain.js";
import { type TransformOptions, Unit } from "../frontend/unit.js";
import type { BinaryenModule } from "./binaryen.js";
import { extendCompiler } from "./extend-compiler.js";
import type { PassManager } from "./manager.js";

/** The passes as a transform of asc, which calls these methods at its stages. */
export class KernelTransform {
  #program: Program | undefined;

  constructor(
    private readonly manager: PassManager,
    private readonly toolchain: Toolchain,
    private readonly options: TransformOptions,
  ) {}

  afterParse(parser: Parser): void {
    this.manager.run("parsed", { unit: new Unit(parser, this.options, this.toolchain) });
    this.#stopIfFailed();
  }

  afterInitialize(program: Program): void {
    this.#program = program;
    findSourcesByTheirNames(program);
    this.manager.run("compiling", {
      program,
      extend: (method, extension) => extendCompiler(this.toolchain, program, method, extension),
    });
    this.#stopIfFailed();
  }

  afterCompile(module: BinaryenModule): void {
    this.manager.run("compiled", { module, program: this.#program! });
    this.#stopIfFailed();
    const emit = module.emitBinary.bind(module) as (sourceMapUrl?: string) => unknown;
    // the optimizer runs between this step and the output, and inlines into loops what only then can be moved out. what is
    // thrown there would end the process: whoever called asc looks at the manager's failure
    Object.defineProperty(module, "emitBinary", {
      value: (sourceMapUrl?: string) => {
        const isLast = Boolean(sourceMapUrl);
        this.manager.run("optimised", { module, isLast, emit: () => emit() as Uint8Array });
        return this.#named(() => emit(sourceMapUrl));
      },
    });
  }

  // what is optimised has no names to keep: they are for what is written alone
  #named<Emitted>(emit: () => Emitted): Emitted {
    const { binaryen } = this.toolchain;
    binaryen.setDebugInfo(true);
    try {
      return emit();
    } finally {
      binaryen.setDebugInfo(false);
    }
  }

  // asc ends with what a transform throws
  #stopIfFailed(): void {
    if (this.manager.failure) throw this.manager.failure;
  }
}

// asc asks for the sources of a map by the names in it, with which those of packages were not found
function findSourcesByTheirNames(program: Program): void {
  const find = program.getSource.bind(program);
  program.getSource = (name) =>
    find(name) ??
    program.sources.find(({ normalizedPath }) => normalizedPath.replace(/\.ts$/, "") === name)?.text ??
    null;
}
