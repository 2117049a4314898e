import type { Compiler, Node, Program, Source, Type } from "assemblyscript";
import { misfit } from "../../kernels/faults/faults.js";
import { type Enums, enumsOf, type Toolchain } from "../build/toolchain.js";
import { placePackages } from "../frontend/packages.js";
import type { BinaryenModule, Expression } from "./binaryen.js";
import { type Extend, extendCompiler } from "./extend-compiler.js";
import { definePass, type Place } from "./pass.js";

/** Makes conversions of floats to integers errors where they do not fit. Returns what it knows of them, unless the build is unchecked. */
export const checkConversions = definePass({
  name: "check-conversions",
  stage: "compiling",
  needs: [placePackages],
  run({ toolchain, options, program, extend, report, resultOf }): CheckedConversions | undefined {
    if (options.unchecked) return undefined;
    const { isOptimised } = resultOf(placePackages);
    const checked = new CheckedConversions(toolchain, isOptimised, (type, place) =>
      report("done", `a float that does not fit ${type} is an error here`, place),
    );
    checked.install(program, extend);
    return checked;
  },
});

/** Fails the build whose compiler converted numbers by another way, so that none was checked. */
export const assertConversions = definePass({
  name: "assert-conversions",
  stage: "compiled",
  needs: [checkConversions],
  run: ({ resultOf }) => resultOf(checkConversions)?.assertUsed(),
});

/** Takes out, after all optimization, what kept conversions apart. */
export const unmarkConversions = definePass({
  name: "unmark-conversions",
  stage: "optimised",
  needs: [checkConversions],
  run({ module, isLast, resultOf }) {
    // with --converge, asc looks at what it has and optimizes once more
    if (isLast) resultOf(checkConversions)?.removeMarks(module);
  },
});

/**
 * Makes `<i32>x` of a float that is NaN or does not fit an error, where AssemblyScript saturates. Types are known only inside
 * its compiler, so that this is where conversions are changed, for one program, everywhere but in AssemblyScript's library:
 *
 *     <i32>x, <u64>x …   global.set $nogil$conversion (i32.const n), i32.trunc_f64_s(x), which traps
 *     <u8>x, <i16>x …    t = i32.trunc_f64_s(x), if (wrap(t) != t) abort(…), t
 *
 * where wrap(t) is t & 255, i32.extend16_s(t) and so on. Both cost no more than saturating; comparing the float before would
 * cost up to a third. The number n is of the place in the source: it keeps the optimizer from taking two functions for one,
 * which would blame the wrong line, and goes when it is done.
 */
export class CheckedConversions {
  /** what is converted to where, by `file:line:column` as the source map has it; empty where generic code does several */
  readonly types = new Map<string, string>();
  readonly #syntax: Toolchain["syntax"];
  readonly #enums: Enums;
  #used = false;
  #marks = 0;

  constructor(
    private readonly toolchain: Toolchain,
    private readonly isChecked: (source: Source) => boolean = () => true,
    private readonly tell: (type: Type, place: Place) => void = () => {},
  ) {
    this.#syntax = toolchain.syntax;
    this.#enums = enumsOf(toolchain);
  }

  /** Changes what one program's compiler does. */
  install(
    program: Program,
    extend: Extend = (method, extension) => extendCompiler(this.toolchain, program, method, extension),
  ): void {
    if (!this.#isKnown()) throw this.#unsupported();
    extend("convertExpression", { instead: (...args) => this.convert(...args) });
  }

  /** @throws Error when the compiler went another way, so that nothing was checked */
  assertUsed(): void {
    if (!this.#used) throw this.#unsupported();
  }

  removeMarks(module: BinaryenModule): void {
    if (this.#marks === 0) return;
    module.removeExport(mark);
    module.runPasses(["simplify-globals", "vacuum", "remove-unused-module-elements"]);
  }

  /** The checked conversion, where there is something to check. */
  convert(compiler: Compiler, expr: Expression, from: Type, to: Type, explicit: boolean, node: Node) {
    this.#used = true;
    const { module, currentFlow } = compiler;
    // implicit ones are the compiler's errors
    if (!explicit || !from.isFloatValue || !to.isIntegerValue || to.isBooleanValue) return undefined;
    if (currentFlow.is(this.#enums.FlowFlags.UncheckedContext) || !this.isChecked(node.range.source))
      return undefined;
    const kind = to.size < 32 ? "I32" : `${to.isSignedIntegerValue ? "I" : "U"}${to.size}`;
    const whole = module.unary(this.#enums.UnaryOp[`TruncF${from.size}To${kind}`], expr);
    compiler.addDebugLocation(whole, node.range);
    compiler.currentType = to;
    // constants must stay what the compiler can compute
    const constant = module.runExpression(whole, this.#enums.ExpressionRunnerFlags.PreserveSideeffects);
    if (constant && (to.size >= 32 || fits(this.#syntax.getConstValueI32(constant), to))) return whole;
    this.#remember(node, to);
    return to.size < 32 ? this.#narrow(compiler, whole, to, node) : this.#mark(compiler, whole, to);
  }

  #narrow(compiler: Compiler, whole: Expression, to: Type, node: Node): Expression {
    const { module, currentFlow } = compiler;
    const { index } = currentFlow.getTempLocal(to);
    const value = () => module.local_get(index, to.toRef());
    const wrapped = compiler.ensureSmallIntegerWrap(value(), to);
    currentFlow.setLocalFlag(index, this.#enums.LocalFlags.Wrapped);
    const message = compiler.ensureStaticString(`RangeError\0${misfit(to.toString())}`);
    const isOther = module.binary(this.#enums.BinaryOp.NeI32, wrapped, value());
    const check = module.if(isOther, compiler.makeStaticAbort(message, node));
    return module.block(null, [module.local_set(index, whole, false), check, value()], to.toRef());
  }

  // nothing else tells apart functions that do the same in different lines
  #mark({ module }: Compiler, whole: Expression, to: Type): Expression {
    if (this.#marks === 0) {
      module.addGlobal(mark, this.toolchain.binaryen.i32, true, module.i32(0));
      module.addGlobalExport(mark, mark);
    }
    return module.block(null, [module.global_set(mark, module.i32(++this.#marks)), whole], to.toRef());
  }

  // what goes wrong later, inside the compiler, would end the process
  #isKnown(): boolean {
    const { Compiler } = this.#syntax;
    const { UnaryOp, BinaryOp, FlowFlags, LocalFlags, ExpressionRunnerFlags } = this.#enums;
    const numbers = [
      ...["I32", "U32", "I64", "U64"].flatMap((to) => [
        UnaryOp?.[`TruncF32To${to}`],
        UnaryOp?.[`TruncF64To${to}`],
      ]),
      BinaryOp?.NeI32,
      FlowFlags?.UncheckedContext,
      LocalFlags?.Wrapped,
      ExpressionRunnerFlags?.PreserveSideeffects,
    ];
    return (
      typeof this.#syntax.getConstValueI32 === "function" &&
      Compiler?.prototype.convertExpression?.length === 5 &&
      methods.every((name) => typeof Compiler.prototype[name] === "function") &&
      numbers.every((number) => typeof number === "number")
    );
  }

  #remember({ range }: Node, to: Type): void {
    const { source } = range;
    const line = source.lineAt(range.start);
    const column = source.columnAt();
    const place = `${source.normalizedPath}:${line}:${column - 1}`;
    const type = to.toString();
    if (!this.types.has(place)) this.tell(to, { file: source.normalizedPath, line, column });
    this.types.set(place, (this.types.get(place) ?? type) === type ? type : "");
  }

  #unsupported(): Error {
    return new Error(
      `AssemblyScript ${this.toolchain.version} converts numbers in a way that nogil does not know, so that conversions to integers ` +
        "could not be checked. Install another version of assemblyscript, or build with --unchecked (unchecked: true).",
    );
  }
}

const methods = [
  "ensureSmallIntegerWrap",
  "ensureStaticString",
  "makeStaticAbort",
  "addDebugLocation",
] as const;
const mark = "nogil$conversion";

function fits(value: number, { size, isSignedIntegerValue }: Type): boolean {
  const first = isSignedIntegerValue ? -(2 ** (size - 1)) : 0;
  return value >= first && value < first + 2 ** size;
}
