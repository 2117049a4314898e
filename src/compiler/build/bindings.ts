import type { Dtype } from "../../abi/dtype.js";
import { typedArrays } from "../../abi/dtype.js";
import type { KernelParameter, KernelResult, ModuleDescription, ScalarType } from "../../abi/kernel.js";
import { declarationOf } from "../../abi/kernel.js";
import type { DeclaredKernel } from "../frontend/signatures.js";

const notice = "// Written by `nogil build`; changes are lost when it runs again.";

/** The module that hands out the kernels of `<name>.wasm` beside it. */
export function javascript(name: string, description: ModuleDescription): string {
  const names = Object.keys(description.kernels);
  const code = `./${encodeURIComponent(name)}.wasm`;
  return `${notice}
import { defineKernels as $define } from "nogil";

export const { ${names.join(", ")} } = $define(
  new URL(${JSON.stringify(code)}, import.meta.url),
  ${JSON.stringify(description)},
  import.meta.url,
);
`;
}

/** Its types: of each kernel the arguments, the result, its declaration, and what its source says about it. */
export function declarations(kernels: readonly DeclaredKernel[]): string {
  // a kernel may be called so itself
  const [imported, Type] = kernels.some(({ name }) => name === "Kernel")
    ? ["Kernel as $Kernel", "$Kernel"]
    : ["Kernel", "Kernel"];
  const constants = kernels.map((kernel) => {
    const types = `[${parameterTypes(kernel.parameters).join(", ")}], ${resultType(kernel.result)}`;
    // names are no part of a type, so that the declaration has them for checks of named arguments
    const type = `${Type}<${types}, ${JSON.stringify(declarationOf(kernel.name, kernel))}>`;
    return `${comment(documentation(kernel))}export declare const ${kernel.name}: ${type};`;
  });
  return `${notice}\nimport type { ${imported} } from "nogil";\n\n${constants.join("\n\n")}\n`;
}

function parameterTypes(parameters: readonly KernelParameter[]): string[] {
  return parameters.map((parameter, i) => {
    const { name, kind, type, optional } = parameter;
    const of = kind === "row" ? typedArrays[type as Dtype].name : scalarType(type);
    // a tuple may not go on with a required element after an optional one
    const omittable = parameters.slice(i).every((later) => later.optional);
    return optional && !omittable ? `${name}: ${of} | undefined` : `${name}${optional ? "?" : ""}: ${of}`;
  });
}

function resultType(result: KernelResult): string {
  if (result.kind === "void") return "void";
  return result.kind === "scalar" ? scalarType(result.type) : typedArrays[result.type].name;
}

function scalarType(type: ScalarType): string {
  if (type === "bool") return "boolean";
  return type === "i64" || type === "u64" ? "bigint" : "number";
}

// rows that are only read are not copied back where they had to be copied in
function documentation({ documentation, parameters }: DeclaredKernel): string | undefined {
  const read = parameters.filter((parameter) => parameter.readonly).map(({ name }) => name);
  if (read.length === 0) return documentation;
  const only = `Only reads ${read.join(", ")}.`;
  return documentation ? `${documentation}\n\n${only}` : only;
}

function comment(documentation: string | undefined): string {
  if (!documentation) return "";
  const lines = documentation.split("\n").map((line) => (line ? ` * ${line}` : " *"));
  return `/**\n${lines.join("\n")}\n */\n`;
}
