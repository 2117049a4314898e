import type { FunctionDeclaration, ReturnStatement } from "assemblyscript";
import type { Dtype } from "../../abi/dtype.js";
import { frameHeaderWords, frameParameterWords } from "../../abi/frame.js";
import type { KernelParameter } from "../../abi/kernel.js";
import { definePass } from "../passes/pass.js";
import { importBuiltins } from "./builtins.js";
import { markReadonlyRows } from "./readonly-rows.js";
import type { DeclaredKernel } from "./signatures.js";
import { alignment, arrayName, resolveType } from "./types.js";
import type { Unit } from "./unit.js";

/**
 * Adds to each kernel's file the loop that the engine calls: `run$<kernel>` as `abi/frame.ts` describes it.
 * The loops stand in the files of the kernels, where whatever their default values mention is in scope, and seem to come
 * from the library, so that no line of the user's is blamed for them.
 */
export const addRangeLoops = definePass({
  name: "add-range-loops",
  stage: "parsed",
  needs: [markReadonlyRows, importBuiltins],
  run({ unit, resultOf }) {
    const kernels = resultOf(markReadonlyRows);
    let files = 0;
    for (const source of new Set(kernels.map((kernel) => kernel.source))) {
      const own = kernels.filter((kernel) => kernel.source === source);
      const text = own.map((kernel) => loop(unit, kernel)).join("\n");
      const generated = unit.parse(text, `nogil/run${files++ || ""}`);
      const functions = unit.functionsOf(generated);
      for (const kernel of own) useDefaults(kernel, functions);
      source.statements.push(...generated.statements.splice(0));
    }
  },
});

// a default value is the user's own expression, with its own lines
function useDefaults(
  { name, declaration }: DeclaredKernel,
  functions: ReadonlyMap<string, FunctionDeclaration>,
): void {
  for (const parameter of declaration.signature.parameters) {
    const helper = parameter.initializer && functions.get(defaultOf(name, parameter.name.text));
    if (!helper) continue;
    helper.signature.parameters.forEach((copy, i) => {
      copy.type = declaration.signature.parameters[i].type;
    });
    helper.signature.returnType = parameter.type;
    const body = helper.body as unknown as { statements: ReturnStatement[] };
    body.statements[0].value = parameter.initializer;
  }
}

const defaultOf = (kernel: string, parameter: string) => `nogil$default$${kernel}$${parameter}`;
/** What the names of the rows' views begin with. */
export const viewPrefix = "nogil$view$";
const viewOf = (kernel: string, parameter: string) => `${viewPrefix}${kernel}$${parameter}`;

function loop(unit: Unit, kernel: DeclaredKernel): string {
  const { name, parameters, result, declaration } = kernel;
  const word = (index: number) => `nogil$load<usize>($frame, ${4 * index})`;
  const lines: string[] = [];
  const header: string[] = [];
  parameters.forEach((parameter, p) => {
    const at = frameHeaderWords + frameParameterWords * p;
    header.push(`const $base${p} = ${word(at)}, $stride${p} = ${word(at + 1)};`);
    if (parameter.kind === "row") {
      header.push(`const $length${p} = ${word(at + 2)}, $lengths${p} = ${word(at + 3)};`);
      // V8 reads a variable of the module anew each time
      header.push(`const $view${p} = ${viewOf(name, parameter.name)};`);
      lines.push(rowArgument(unit, kernel, parameter, p));
    } else {
      lines.push(scalarArgument(kernel, parameter, p));
    }
  });
  const call = `${declaration.name.text}(${parameters.map((_, p) => `$${p}`).join(", ")})`;
  if (result.kind === "void") lines.push(`${call};`);
  else if (result.kind === "scalar") {
    const type = result.type === "bool" ? "u8" : result.type;
    const at = `$results + (<usize>$i << ${alignment(type)})`;
    lines.push(`nogil$store<${type}>(${at}, <${type}>${call});`);
  } else {
    const align = alignment(result.type);
    lines.push(
      `const $result = ${call}, $bytes = <usize>$result.length << ${align};`,
      `nogil$store<usize>($results + (<usize>$i << 2), nogil$keep($result.dataStart, $bytes, ${1 << align}));`,
      `nogil$store<i32>($lengths + (<usize>$i << 2), $result.length);`,
    );
  }
  const views = parameters
    .filter(({ kind }) => kind === "row")
    .map((parameter) => {
      const type = arrayName[parameter.type as Dtype];
      return `const ${viewOf(name, parameter.name)}: ${type} = nogil$row(new ${type}(0));`;
    });
  const defaults = parameters
    .filter(({ optional }) => optional)
    .map((parameter) => defaultHelper(kernel, parameter));
  return `
${views.join("\n")}
${defaults.join("\n")}
export function run$${name}($begin: u32, $end: u32, $frame: usize, $cell: usize): void {
  const $results = ${word(0)}, $lengths = ${word(1)};
  ${header.join("\n  ")}
  if ($begin >= $end) return;
  let $i = $begin;
  // asks once an item, at the end: V8 leaves a loop as it finds it, and one that asks first jumps twice an item
  do {
    nogil$store<u32>($cell, $i);
    ${lines.join("\n    ")}
    nogil$release();
  } while (++$i < $end);
}`;
}

function scalarArgument(kernel: DeclaredKernel, parameter: KernelParameter, p: number): string {
  const { type } = parameter;
  const at = `$base${p} + <usize>$i * $stride${p}`;
  const loaded = type === "bool" ? `nogil$load<u8>(${at}) != 0` : `nogil$load<${type}>(${at})`;
  const value = parameter.optional ? `$base${p} ? ${loaded} : ${defaultCall(kernel, parameter, p)}` : loaded;
  return `const $${p}: ${type} = ${value};`;
}

// the view is one object per parameter, pointed at each item's elements in turn
function rowArgument(unit: Unit, kernel: DeclaredKernel, parameter: KernelParameter, p: number): string {
  const type = arrayName[parameter.type as Dtype];
  const view = `$view${p}`;
  const header = `nogil$changetype<usize>(${view})`;
  const point = `
    nogil$store<usize>(${header}, $lengths${p} ? nogil$load<usize>($base${p} + (<usize>$i << 2)) : $base${p} + <usize>$i * $stride${p}, nogil$offsetof<${type}>("dataStart"));
    nogil$store<u32>(${header}, ($lengths${p} ? nogil$load<u32>($lengths${p} + (<usize>$i << 2)) : <u32>$length${p}) << ${alignment(parameter.type)}, nogil$offsetof<${type}>("byteLength"));`;
  if (!parameter.optional) return `${point}\n    const $${p} = ${view};`;
  const declared = kernel.declaration.signature.parameters[p].type;
  const orNull = resolveType(unit, declared, kernel.source)?.nullable ? " | null" : "";
  return `let $${p}: ${type}${orNull} = ${view};
    if ($base${p}) {${point}
    } else $${p} = ${defaultCall(kernel, parameter, p)};`;
}

function defaultCall({ name, parameters }: DeclaredKernel, parameter: KernelParameter, p: number): string {
  return `${defaultOf(name, parameter.name)}(${parameters
    .slice(0, p)
    .map((_, i) => `$${i}`)
    .join(", ")})`;
}

function defaultHelper({ name, parameters }: DeclaredKernel, parameter: KernelParameter): string {
  const before = parameters.slice(0, parameters.indexOf(parameter));
  const typed = before.map((earlier) => `${earlier.name}: void`).join(", ");
  return `function ${defaultOf(name, parameter.name)}(${typed}): void { return 0; }`;
}
