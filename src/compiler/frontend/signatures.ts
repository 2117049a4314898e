import type {
  CallExpression,
  FunctionDeclaration,
  IdentifierExpression,
  ParameterNode,
  Range,
  Source,
  TypeNode,
} from "assemblyscript";
import type { KernelParameter, KernelResult } from "../../abi/kernel.js";
import { definePass } from "../passes/pass.js";
import { documentationBefore } from "./documentation.js";
import { exportedFunctions } from "./exports.js";
import { isDeclared, resolveType } from "./types.js";
import type { Unit } from "./unit.js";

/** A kernel as its source declares it. */
export interface DeclaredKernel {
  /** the name it is exported under */
  readonly name: string;
  readonly declaration: FunctionDeclaration;
  readonly source: Source;
  readonly parameters: readonly KernelParameter[];
  readonly result: KernelResult;
  readonly documentation?: string;
}

const kernelTypes =
  "i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, bool and typed arrays such as Float32Array";

/** The functions that the entry file exports, its own and re-exported ones. */
export const readKernels = definePass({
  name: "read-kernels",
  stage: "parsed",
  run({ unit }) {
    const entry = unit.entry;
    const kernels: DeclaredKernel[] = [];
    for (const [name, { declaration, source, range }] of exportedFunctions(unit, entry)) {
      const kernel = readKernel(unit, name, declaration, source, range);
      if (kernel) kernels.push(kernel);
    }
    if (kernels.length === 0 && !unit.failed) {
      unit.error(
        entry.range,
        "This file exports no kernels: write 'export function name(row: Float32Array): void'.",
      );
    }
    return kernels;
  },
});

function readKernel(
  unit: Unit,
  name: string,
  declaration: FunctionDeclaration,
  source: Source,
  range: Range,
): DeclaredKernel | undefined {
  const fail = (at: Range, message: string) => {
    unit.error(at, message);
    return undefined;
  };
  if (!/^[A-Za-z_][\w$]*$/.test(name) || reserved.has(name)) {
    return fail(range, `A kernel cannot be named '${name}': the module that exports it is JavaScript.`);
  }
  if (declaration.typeParameters?.length) {
    return fail(declaration.name.range, `Kernel '${name}' is generic: export one function per element type.`);
  }
  if (!declaration.body) return fail(declaration.name.range, `Kernel '${name}' has no body.`);
  const { signature } = declaration;
  if (signature.explicitThisType) {
    return fail(signature.explicitThisType.range, `Kernel '${name}' is a plain function and has no 'this'.`);
  }
  const rows: string[] = [];
  const parameters = signature.parameters.map((parameter) => {
    const read = readParameter(unit, name, parameter, source, rows);
    if (read?.kind === "row") rows.push(read.name);
    return read;
  });
  const result = readResult(unit, name, signature.returnType, source);
  if (!result || !parameters.every((parameter) => parameter !== undefined)) return undefined;
  return { name, declaration, source, parameters, result, documentation: documentationBefore(declaration) };
}

function readParameter(
  unit: Unit,
  kernel: string,
  parameter: ParameterNode,
  source: Source,
  earlier: readonly string[],
): KernelParameter | undefined {
  const name = parameter.name.text;
  const subject = `Parameter '${name}' of kernel '${kernel}'`;
  const fail = (message: string) => {
    unit.error(parameter.range, message);
    return undefined;
  };
  // 2: a rest parameter
  if (parameter.parameterKind === 2) return fail(`${subject} is a rest parameter: name each argument.`);
  const resolved = resolveType(unit, parameter.type, source);
  if (!resolved || resolved.kind === "void") {
    const type = written(parameter.type);
    return fail(
      type
        ? `${subject} is '${type}'; kernels take ${kernelTypes}.`
        : `${subject} has no type: write '${name}: f64' or '${name}: Float64Array'; kernels take ${kernelTypes}.`,
    );
  }
  if (resolved.nullable && (resolved.kind === "scalar" || !parameter.initializer)) {
    return fail(
      `${subject} may be null, but an item always passes it: drop '| null' or add the default '= null'.`,
    );
  }
  const shaped = shapedRow(unit, parameter, source);
  if (
    shaped !== undefined &&
    !(resolved.kind === "row" && resolved.type === "i32" && earlier.includes(shaped))
  ) {
    return fail(
      `${subject} is to be a shape: declare it as 'shape: Int32Array = shapeOf(row)', after that row.`,
    );
  }
  return {
    name,
    kind: resolved.kind,
    type: resolved.type,
    ...(parameter.initializer && { optional: true as const }),
    ...(shaped !== undefined && { shapeOf: shaped }),
  };
}

/** The row that a default value of `shapeOf(row)` speaks of. */
function shapedRow(unit: Unit, { initializer }: ParameterNode, source: Source): string | undefined {
  const { tree } = unit;
  if (!tree.is<CallExpression>(initializer, "Call")) return undefined;
  const { expression: callee, args } = initializer;
  if (!tree.is<IdentifierExpression>(callee, "Identifier") || callee.text !== "shapeOf") return undefined;
  if (isDeclared(unit, callee.text, source)) return undefined;
  return tree.is<IdentifierExpression>(args[0], "Identifier") ? args[0].text : "";
}

function readResult(unit: Unit, kernel: string, node: TypeNode, source: Source): KernelResult | undefined {
  const resolved = resolveType(unit, node, source);
  if (resolved && !resolved.nullable) {
    if (resolved.kind === "void") return { kind: "void" };
    if (resolved.kind === "scalar") return { kind: "scalar", type: resolved.type };
    if (resolved.type !== "bool") return { kind: "array", type: resolved.type };
  }
  unit.error(
    node.range,
    `Kernel '${kernel}' returns '${written(node) || "nothing"}'; kernels return void, or one of ${kernelTypes}.`,
  );
  return undefined;
}

const written = ({ range }: TypeNode) => range.source.text.substring(range.start, range.end);

// words that cannot name a constant of a JavaScript module
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield __proto__"
  ).split(" "),
);
