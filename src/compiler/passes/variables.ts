import type { Element, Global, Program } from "assemblyscript";
import type { Enums } from "../build/toolchain.js";
import { runtimeExports } from "../frontend/entry.js";
import { viewPrefix } from "../frontend/range-loops.js";
import { type Binaryen, type BinaryenModule, binaryenOf } from "./binaryen.js";
import { definePass } from "./pass.js";

// what the build writes into assembly/library/nogil/kept.ts
const kept = "~lib/nogil/kept/";
// what `escaped` says there of a variable that was given another object
const givenAnother = 2;

/**
 * From here on, code of this program that gives a module variable another object says so to the runtime.
 */
export const watchVariables = definePass({
  name: "watch-variables",
  stage: "compiling",
  run({ extend }) {
    const known = extend("makeGlobalAssignment", {
      after({ module }, assigned, global, _value, _type, tee) {
        if (!isManaged(global)) return assigned;
        const touch = module.global_set(`${kept}escaped`, module.i32(givenAnother));
        return module.block(null, [touch, assigned], tee ? global.type.toRef() : undefined);
      },
    });
    if (known) return;
    throw new Error(
      "The compiler of this AssemblyScript has no makeGlobalAssignment(), which nogil extends: install the version that nogil asks for.",
    );
  },
});

/**
 * Tells the runtime which variables a compiled module has that may keep objects from one item to the next.
 * Returns their names, as errors use them; none where the module has none, and the runtime needs to keep nothing.
 */
export const describeVariables = definePass({
  name: "describe-variables",
  stage: "compiled",
  needs: [watchVariables],
  run({ toolchain, enums, module, program, report }): readonly string[] {
    const binaryen = binaryenOf(toolchain);
    const globals = [...program.elementsByName.values()].filter(
      (element): element is Global => isGlobal(enums, element) && isManaged(element) && !isView(element),
    );
    const keeping = globals.filter((global) => !isConstantLeaf(enums, program, global));
    setBody(binaryen, module, "keeps", module.i32.const(keeping.length > 0 ? 1 : 0));
    if (keeping.length === 0) {
      for (const name of runtimeExports) module.removeExport(name);
      return [];
    }
    for (const global of keeping) {
      report(
        "done",
        `variable '${nameOf(global)}' keeps what it reaches from item to item`,
        global.declaration.range,
      );
    }
    const everything = () => module.local.get(0, binaryen.i32);
    const calls = globals.map((global, i) => {
      const value = global.is(enums.CommonFlags.Inlined)
        ? module.i32.const(inlinedAddress(global))
        : module.global.get(global.internalName, binaryen.i32);
      return module.call(`${kept}variable`, [module.i32.const(i), value, everything()], binaryen.none);
    });
    setBody(binaryen, module, "variables", module.block(null, calls));
    return globals.map(nameOf);
  },
});

function setBody(binaryen: Binaryen, module: BinaryenModule, name: string, body: number): void {
  const fn = module.getFunction(kept + name);
  if (!fn) throw new Error(`The runtime's function ${name} was not compiled.`);
  binaryen.Function.setBody(fn, body);
}

function isGlobal({ ElementKind, CommonFlags }: Enums, element: Element): element is Global {
  return Number(element.kind) === ElementKind.Global && element.is(CommonFlags.Compiled);
}

/** Where the object lies, in static memory, of a variable in whose place the code has its address. */
function inlinedAddress({ name, constantIntegerValue }: Global): number {
  const { low } = constantIntegerValue as unknown as { low?: number };
  if (low === undefined) throw new Error(`The address of '${name}' is not known: leave its @inline out.`);
  return low;
}

/** Whether it refers to an object. Functions are static, and refer to nothing. */
function isManaged({ type }: Global): boolean {
  return type.isManaged && type.getClass() !== null;
}

const isView = ({ name }: Global) => name.startsWith(viewPrefix);

/** Whether a constant's object can never come to refer to another: text, numbers, and views of them. */
function isConstantLeaf(enums: Enums, program: Program, global: Global): boolean {
  const object = global.type.getClass();
  const { Const, Static, Readonly } = enums.CommonFlags;
  if (!(global.is(Const) || global.is(Static | Readonly)) || !object) return false;
  if (object.extenders?.size || object.implementers?.size) return false;
  const isTypedArray =
    object.base === program.arrayBufferViewInstance && object.internalName.startsWith("~lib/typedarray/");
  return object.isPointerfree || isTypedArray;
}

const nameOf = ({ name, parent }: Global) =>
  parent && "instanceMembers" in parent ? `${parent.name}.${name}` : name;
