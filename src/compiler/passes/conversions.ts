import type { Compiler, Node, Program, Type } from "assemblyscript";
import { misfit } from "../../kernels/faults/faults.js";
import type { Toolchain } from "../build/toolchain.js";
import type { BinaryenModule } from "./cold-paths.js";

type Expression = number;
type Enum = "BinaryOp" | "ExpressionRunnerFlags" | "FlowFlags" | "LocalFlags" | "UnaryOp";
// declared as const enums, which cannot be read through a module found at run time
type Syntax = Toolchain["syntax"] & Readonly<Record<Enum, Readonly<Record<string, number>>>>;

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
  readonly #syntax: Syntax;
  readonly #library: ReadonlySet<string>;
  #used = false;
  #marks = 0;

  constructor(private readonly toolchain: Toolchain) {
    this.#syntax = toolchain.syntax as unknown as Syntax;
    this.#library = libraryOf(toolchain);
  }

  /** Changes what one program's compiler does. */
  install(program: Program): void {
    if (!this.#isKnown()) throw this.#unsupported();
    const compiler = this.#syntax.Compiler.prototype;
    programs.set(program, this);
    if (changed.has(compiler)) return;
    changed.add(compiler);
    const convert = compiler.convertExpression;
    compiler.convertExpression = function (this: Compiler, expr, from, to, explicit, node) {
      const checked = programs.get(this.program)?.convert(this, expr, from, to, explicit, node);
      return checked ?? convert.call(this, expr, from, to, explicit, node);
    };
  }

  /** @throws Error when the compiler went another way, so that nothing was checked */
  assertUsed(): void {
    if (!this.#used) throw this.#unsupported();
  }

  /** Takes out, after all optimization, what kept conversions apart. */
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
    if (currentFlow.is(this.#syntax.FlowFlags.UncheckedContext) || this.#isLibrary(node)) return undefined;
    const kind = to.size < 32 ? "I32" : `${to.isSignedIntegerValue ? "I" : "U"}${to.size}`;
    const whole = module.unary(this.#syntax.UnaryOp[`TruncF${from.size}To${kind}`], expr);
    compiler.addDebugLocation(whole, node.range);
    compiler.currentType = to;
    // constants must stay what the compiler can compute
    const constant = module.runExpression(whole, this.#syntax.ExpressionRunnerFlags.PreserveSideeffects);
    if (constant && (to.size >= 32 || fits(this.#syntax.getConstValueI32(constant), to))) return whole;
    this.#remember(node, to);
    return to.size < 32 ? this.#narrow(compiler, whole, to, node) : this.#mark(compiler, whole, to);
  }

  #narrow(compiler: Compiler, whole: Expression, to: Type, node: Node): Expression {
    const { module, currentFlow } = compiler;
    const { index } = currentFlow.getTempLocal(to);
    const value = () => module.local_get(index, to.toRef());
    const wrapped = compiler.ensureSmallIntegerWrap(value(), to);
    currentFlow.setLocalFlag(index, this.#syntax.LocalFlags.Wrapped);
    const message = compiler.ensureStaticString(`RangeError\0${misfit(to.toString())}`);
    const isOther = module.binary(this.#syntax.BinaryOp.NeI32, wrapped, value());
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
    const { Compiler, UnaryOp, BinaryOp, FlowFlags, LocalFlags, ExpressionRunnerFlags } = this.#syntax;
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

  #isLibrary({ range }: Node): boolean {
    const { normalizedPath } = range.source;
    return this.#library.has(normalizedPath) || normalizedPath.startsWith("~lib/nogil/");
  }

  #remember({ range }: Node, to: Type): void {
    const { source } = range;
    const line = source.lineAt(range.start);
    const place = `${source.normalizedPath}:${line}:${source.columnAt() - 1}`;
    const type = to.toString();
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

const programs = new WeakMap<Program, CheckedConversions>();
const changed = new WeakSet<object>();

const libraries = new WeakMap<object, ReadonlySet<string>>();

// asc adds the files of --lib to its own while it compiles
function libraryOf({ asc }: Toolchain): ReadonlySet<string> {
  let library = libraries.get(asc.libraryFiles);
  if (!library) {
    library = new Set(Object.keys(asc.libraryFiles).map((name) => `~lib/${name}.ts`));
    libraries.set(asc.libraryFiles, library);
  }
  return library;
}

function fits(value: number, { size, isSignedIntegerValue }: Type): boolean {
  const first = isSignedIntegerValue ? -(2 ** (size - 1)) : 0;
  return value >= first && value < first + 2 ** size;
}
