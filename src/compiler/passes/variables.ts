import type { Element, Global, Module, Program } from "assemblyscript";
import type { Toolchain } from "../build/toolchain.js";
import { viewPrefix } from "../frontend/range-loops.js";
import type { BinaryenModule } from "./cold-paths.js";

// what the build writes into assembly/library/nogil/kept.ts
const kept = "~lib/nogil/kept/";
// what `escaped` says there of a variable that was given another object
const givenAnother = 2;

/** What the engine asks the runtime of a module that keeps something. */
export const runtimeExports = ["takeTrouble", "keeper", "keeperBytes", "overflowed"];

const watched = new WeakSet<Program>();
const extended = new WeakSet<object>();

/**
 * From here on, code of this program that gives a module variable another object says so to the runtime.
 * AssemblyScript has no step for that, so its compiler is extended, once, and does so for watched programs alone.
 */
export function watchVariables({ syntax }: Toolchain, program: Program): void {
  watched.add(program);
  const compiler = syntax.Compiler.prototype as unknown as Record<typeof assign, Assign>;
  if (extended.has(compiler)) return;
  const original = compiler[assign];
  if (typeof original !== "function") {
    throw new Error(
      `The compiler of this AssemblyScript has no ${assign}(), which nogil extends: install the version that nogil asks for.`,
    );
  }
  extended.add(compiler);
  compiler[assign] = function (global, value, type, tee) {
    const assigned = original.call(this, global, value, type, tee);
    if (!watched.has(this.program) || !isManaged(global)) return assigned;
    const { module } = this;
    const touch = module.global_set(`${kept}escaped`, module.i32(givenAnother));
    return module.block(null, [touch, assigned], tee ? global.type.toRef() : undefined);
  };
}

const assign = "makeGlobalAssignment";
type Assign = (
  this: { readonly program: Program; readonly module: Module },
  global: Global,
  value: number,
  type: unknown,
  tee: boolean,
) => number;

/**
 * Tells the runtime which variables a compiled module has that may keep objects from one item to the next.
 * @returns their names, as errors use them; none where the module has none, and the runtime needs to keep nothing
 */
export function writeVariables(
  { binaryen, syntax }: Toolchain,
  module: BinaryenModule,
  program: Program,
): string[] {
  const globals = [...program.elementsByName.values()].filter(
    (element): element is Global => isGlobal(syntax, element) && isManaged(element) && !isView(element),
  );
  const keeps = globals.some((global) => !isConstantLeaf(syntax, program, global));
  setBody(binaryen, module, "keeps", module.i32.const(keeps ? 1 : 0));
  if (!keeps) {
    for (const name of runtimeExports) module.removeExport(name);
    return [];
  }
  const everything = () => module.local.get(0, binaryen.i32);
  const calls = globals.map((global, i) => {
    const value = global.is(enumsOf(syntax).CommonFlags.Inlined)
      ? module.i32.const(inlinedAddress(global))
      : module.global.get(global.internalName, binaryen.i32);
    return module.call(`${kept}variable`, [module.i32.const(i), value, everything()], binaryen.none);
  });
  setBody(binaryen, module, "variables", module.block(null, calls));
  return globals.map(nameOf);
}

function setBody(binaryen: Toolchain["binaryen"], module: BinaryenModule, name: string, body: number): void {
  const fn = module.getFunction(kept + name);
  if (!fn) throw new Error(`The runtime's function ${name} was not compiled.`);
  // in the library, not in its types
  (binaryen as unknown as { Function: { setBody(fn: number, body: number): void } }).Function.setBody(
    fn,
    body,
  );
}

function isGlobal(syntax: Toolchain["syntax"], element: Element): element is Global {
  const { ElementKind, CommonFlags } = enumsOf(syntax);
  return Number(element.kind) === ElementKind.Global && element.is(CommonFlags.Compiled);
}

/** Where the object lies, in static memory, of a variable in whose place the code has its address. */
function inlinedAddress({ name, constantIntegerValue }: Global): number {
  const { low } = constantIntegerValue as unknown as { low?: number };
  if (low === undefined) throw new Error(`The address of '${name}' is not known: leave its @inline out.`);
  return low;
}

// declared as const enums, which cannot be read through a module found at run time
const enumsOf = (syntax: Toolchain["syntax"]) =>
  syntax as unknown as Record<"ElementKind" | "CommonFlags", Record<string, number>>;

/** Whether it refers to an object. Functions are static, and refer to nothing. */
function isManaged({ type }: Global): boolean {
  return type.isManaged && type.getClass() !== null;
}

const isView = ({ name }: Global) => name.startsWith(viewPrefix);

/** Whether a constant's object can never come to refer to another: text, numbers, and views of them. */
function isConstantLeaf(syntax: Toolchain["syntax"], program: Program, global: Global): boolean {
  const object = global.type.getClass();
  const { Const, Static, Readonly } = enumsOf(syntax).CommonFlags;
  if (!(global.is(Const) || global.is(Static | Readonly)) || !object) return false;
  if (object.extenders?.size || object.implementers?.size) return false;
  const isTypedArray =
    object.base === program.arrayBufferViewInstance && object.internalName.startsWith("~lib/typedarray/");
  return object.isPointerfree || isTypedArray;
}

const nameOf = ({ name, parent }: Global) =>
  parent && "instanceMembers" in parent ? `${parent.name}.${name}` : name;
