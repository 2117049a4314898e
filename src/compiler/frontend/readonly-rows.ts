import type {
  CallExpression,
  ElementAccessExpression,
  FunctionDeclaration,
  FunctionExpression,
  IdentifierExpression,
  Node,
  PropertyAccessExpression,
  ReturnStatement,
  Source,
} from "assemblyscript";
import { definePass } from "../passes/pass.js";
import { assignedTo, type FunctionScope, type Scopes, scopes } from "./scopes.js";
import { type DeclaredKernel, readKernels } from "./signatures.js";
import { isDeclared } from "./types.js";
import type { Unit } from "./unit.js";

const readingProperties = new Set(["length", "byteLength"]);
const readingMethods = new Set(["at", "includes", "indexOf", "lastIndexOf", "slice", "join", "toString"]);
// their callbacks are given the array itself, after so many other arguments
const callbackMethods = new Map([
  ...["map", "filter", "findIndex", "findLastIndex", "some", "every", "forEach"].map(
    (name) => [name, 2] as const,
  ),
  ["reduce", 3],
  ["reduceRight", 3],
]);

/** Marks the rows that a kernel certainly never writes: those of which every use is known to read only. */
export const markReadonlyRows = definePass({
  name: "mark-readonly-rows",
  stage: "parsed",
  needs: [readKernels, scopes],
  run({ unit, resultOf, report }) {
    const rows = new ReadonlyRows(unit, resultOf(scopes));
    return resultOf(readKernels).map((kernel): DeclaredKernel => {
      const { declaration, source, parameters } = kernel;
      const marked = parameters.map((parameter, i) => {
        if (parameter.kind !== "row") return parameter;
        const { range } = declaration.signature.parameters[i];
        const proved = rows.isReadonly(declaration, i, source, true);
        if (proved) report("done", `row '${parameter.name}' of '${kernel.name}' is only read`, range);
        else report("refused", `row '${parameter.name}' of '${kernel.name}' may be written`, range);
        return proved ? { ...parameter, readonly: true as const } : parameter;
      });
      return { ...kernel, parameters: marked };
    });
  },
});

class ReadonlyRows {
  readonly #known = new Map<FunctionDeclaration, Map<string, boolean>>();

  constructor(
    private readonly unit: Unit,
    private readonly scopes: Scopes,
  ) {}

  /** A returned row is copied by the range loop; a row that a helper function returns is out of sight. */
  isReadonly(fn: FunctionDeclaration, index: number, source: Source, isKernel: boolean): boolean {
    const known = this.#known.get(fn) ?? new Map<string, boolean>();
    this.#known.set(fn, known);
    const question = `${index} ${isKernel}`;
    let answer = known.get(question);
    if (answer === undefined) {
      // a recursive call is not proved while it is being asked about
      known.set(question, false);
      answer = this.#onlyReads(fn, index, source, isKernel);
      known.set(question, answer);
    }
    return answer;
  }

  #onlyReads(fn: FunctionDeclaration, index: number, source: Source, isKernel: boolean): boolean {
    const scope = this.scopes.of(source, fn);
    const row = scope.parameter(index);
    if (!row || row.reassigned || row.captured) return false;
    return row.references.every((reference) => this.#reads(scope, reference, source, isKernel));
  }

  #reads(scope: FunctionScope, reference: IdentifierExpression, source: Source, isKernel: boolean): boolean {
    const { tree } = this.unit;
    const parent = scope.parentOf(reference);
    if (tree.is<ElementAccessExpression>(parent, "ElementAccess")) {
      return parent.expression === reference && assignedTo(this.unit, scope.parentOf(parent)) !== parent;
    }
    if (tree.is<PropertyAccessExpression>(parent, "PropertyAccess")) {
      const { text } = parent.property;
      if (readingProperties.has(text)) return true;
      const call = scope.parentOf(parent);
      if (!tree.is<CallExpression>(call, "Call") || call.expression !== parent) return false;
      return readingMethods.has(text) || this.#callbackReads(call, callbackMethods.get(text));
    }
    if (tree.is<CallExpression>(parent, "Call")) return this.#callReads(scope, parent, reference, source);
    return isKernel && tree.is<ReturnStatement>(parent, "Return");
  }

  #callbackReads({ args }: CallExpression, before: number | undefined): boolean {
    const [callback] = args;
    if (before === undefined || !this.unit.tree.is<FunctionExpression>(callback, "Function")) return false;
    return callback.declaration.signature.parameters.length <= before;
  }

  #callReads(scope: FunctionScope, call: CallExpression, argument: Node, source: Source): boolean {
    const { tree } = this.unit;
    const { expression: callee, args } = call;
    const index = args.indexOf(argument as never);
    if (index < 0) return false;
    if (tree.is<PropertyAccessExpression>(callee, "PropertyAccess")) {
      // copying out of it: other.set(row)
      return callee.property.text === "set" && scope.variableOf(callee.expression)?.row !== undefined;
    }
    if (!tree.is<IdentifierExpression>(callee, "Identifier") || scope.variableOf(callee)) return false;
    if (callee.text === "shapeOf" && !isDeclared(this.unit, "shapeOf", source)) return true;
    const called = this.unit.functionsOf(source).get(callee.text);
    return called !== undefined && this.isReadonly(called, index, source, false);
  }
}
