import type {
  BinaryExpression,
  CallExpression,
  FunctionDeclaration,
  IdentifierExpression,
  NewExpression,
  Node,
  ParameterNode,
  ParenthesizedExpression,
  PropertyAccessExpression,
  Source,
  UnaryExpression,
  VariableDeclaration,
  VariableStatement,
} from "assemblyscript";
import type { Dtype } from "../../abi/dtype.js";
import { definePass } from "../passes/pass.js";
import { rowType, rowTypeByName } from "./types.js";
import type { Unit } from "./unit.js";

/** A variable that a function can see: its own, or a constant of its file. */
export interface Variable {
  readonly name: string;
  readonly declaration: ParameterNode | VariableDeclaration;
  /** the statement that declares it; none for a parameter */
  readonly statement?: VariableStatement;
  /** the element type, when it certainly holds a typed array */
  readonly row?: Dtype;
  readonly isGlobal: boolean;
  readonly references: IdentifierExpression[];
  reassigned: boolean;
  /** mentioned inside a nested function */
  captured: boolean;
}

/** What names mean in the functions of a program, each looked at once. It holds for the code as its author wrote it. */
export const scopes = definePass({
  name: "scopes",
  stage: "parsed",
  run: ({ unit }) => new Scopes(unit),
});

export class Scopes {
  readonly #functions = new Map<Source, readonly FunctionDeclaration[]>();
  readonly #scopes = new Map<FunctionDeclaration, FunctionScope>();

  constructor(private readonly unit: Unit) {}

  /** Every function and method in a file, nested ones included, that has a block for a body. */
  functionsIn(source: Source): readonly FunctionDeclaration[] {
    let functions = this.#functions.get(source);
    if (!functions) {
      functions = [...functionsIn(this.unit, source)];
      this.#functions.set(source, functions);
    }
    return functions;
  }

  of(source: Source, fn: FunctionDeclaration): FunctionScope {
    let scope = this.#scopes.get(fn);
    if (!scope) {
      scope = new FunctionScope(this.unit, source, fn);
      this.#scopes.set(fn, scope);
    }
    return scope;
  }
}

function* functionsIn(unit: Unit, node: Node): Generator<FunctionDeclaration> {
  for (const [, , child] of unit.tree.children(node)) {
    if (isFunction(unit, child) && unit.tree.is(child.body, "Block")) yield child;
    yield* functionsIn(unit, child);
  }
}

const isFunction = ({ tree }: Unit, node: Node): node is FunctionDeclaration =>
  tree.is(node, "FunctionDeclaration") || tree.is(node, "MethodDeclaration");

/** The variables of one function, resolved as AssemblyScript does: a name means what was declared last, from there on. */
export class FunctionScope {
  readonly variables = new Set<Variable>();
  readonly #parents = new Map<Node, Node>();
  readonly #byReference = new Map<Node, Variable>();
  readonly #stack: Map<string, Variable>[] = [];
  /** names declared with `var`, which AssemblyScript scopes in its own way: their uses are left alone */
  readonly #opaque = new Set<string>();

  constructor(
    readonly unit: Unit,
    readonly source: Source,
    readonly fn: FunctionDeclaration,
  ) {
    this.#stack.push(globalRows(unit, source), new Map());
    for (const parameter of fn.signature.parameters) {
      this.#declare(parameter.name.text, {
        declaration: parameter,
        row: rowType(unit, parameter.type, source),
      });
    }
    for (const parameter of fn.signature.parameters) {
      if (parameter.initializer) this.#visit(parameter.initializer, parameter);
    }
    if (fn.body) this.#visit(fn.body, fn);
  }

  /** What an identifier means, when it is a variable and not behind parentheses. */
  variableOf(node: Node): Variable | undefined {
    return this.#byReference.get(node);
  }

  /** The node around this one, but for parentheses. */
  parentOf(node: Node): Node {
    const parent = this.#parents.get(node)!;
    return this.unit.tree.is<ParenthesizedExpression>(parent, "Parenthesized")
      ? this.parentOf(parent)
      : parent;
  }

  parameter(index: number): Variable | undefined {
    const declaration = this.fn.signature.parameters[index];
    return [...this.variables].find((variable) => variable.declaration === declaration);
  }

  #declare(name: string, variable: Pick<Variable, "declaration" | "statement" | "row">): void {
    const added = { name, isGlobal: false, references: [], reassigned: false, captured: false, ...variable };
    this.#stack.at(-1)!.set(name, added);
    this.variables.add(added);
  }

  #lookup(name: string): Variable | undefined {
    if (this.#opaque.has(name)) return undefined;
    return this.#stack.findLast((scope) => scope.has(name))?.get(name);
  }

  #visit(node: Node, parent: Node): void {
    const { tree } = this.unit;
    this.#parents.set(node, parent);
    if (isFunction(this.unit, node)) {
      this.#keepAwayFrom(node);
    } else if (tree.is<VariableStatement>(node, "Variable")) {
      for (const declaration of node.declarations) {
        if (declaration.initializer) this.#visit(declaration.initializer, declaration);
        this.#declareLocal(declaration, node);
      }
    } else if (tree.is<PropertyAccessExpression>(node, "PropertyAccess")) {
      this.#visit(node.expression, node);
    } else {
      if (tree.is<IdentifierExpression>(node, "Identifier")) this.#refer(node);
      const opensScope = tree.is(node, "Block") || tree.is(node, "For") || tree.is(node, "SwitchCase");
      if (opensScope) this.#stack.push(new Map());
      for (const [, , child] of tree.children(node)) this.#visit(child, node);
      if (opensScope) this.#stack.pop();
    }
    const target = assignedTo(this.unit, node);
    const assigned = target && this.variableOf(target);
    if (assigned) assigned.reassigned = true;
  }

  // AssemblyScript has no closures: what a nested function mentions by the name of our variable is not ours to judge
  #keepAwayFrom(nested: Node): void {
    if (this.unit.tree.is<IdentifierExpression>(nested, "Identifier")) {
      const variable = this.#lookup(nested.text);
      if (variable && !variable.isGlobal) variable.captured = true;
    }
    for (const [, , child] of this.unit.tree.children(nested)) this.#keepAwayFrom(child);
  }

  #refer(node: IdentifierExpression): void {
    const variable = this.#lookup(node.text);
    if (!variable) return;
    this.#byReference.set(node, variable);
    variable.references.push(node);
    this.variables.add(variable);
  }

  #declareLocal(declaration: VariableDeclaration, statement: VariableStatement): void {
    const { tree } = this.unit;
    const name = declaration.name.text;
    if (!(declaration.flags & (tree.flags.Let | tree.flags.Const))) this.#opaque.add(name);
    const row = declaration.initializer
      ? (rowType(this.unit, declaration.type, this.source) ??
        (declaration.type ? undefined : this.#rowOf(declaration.initializer)))
      : undefined;
    this.#declare(name, { declaration, statement, row });
  }

  /** The element type of an expression that certainly gives a typed array. */
  #rowOf(node: Node): Dtype | undefined {
    const { tree } = this.unit;
    if (tree.is<IdentifierExpression>(node, "Identifier")) return this.variableOf(node)?.row;
    if (tree.is<NewExpression>(node, "New")) return freshRow(this.unit, node, this.source);
    if (!tree.is<CallExpression>(node, "Call")) return undefined;
    const { expression } = node;
    if (tree.is<PropertyAccessExpression>(expression, "PropertyAccess")) {
      return givesOwnType.has(expression.property.text) ? this.#rowOf(expression.expression) : undefined;
    }
    if (!tree.is<IdentifierExpression>(expression, "Identifier") || this.variableOf(expression))
      return undefined;
    const called = this.unit.functionsOf(this.source).get(expression.text);
    return called && !called.typeParameters?.length
      ? rowType(this.unit, called.signature.returnType, this.source)
      : undefined;
  }
}

// methods of a typed array that return one of the same class
const givesOwnType = new Set(["slice", "subarray", "map", "filter", "fill", "sort", "reverse", "copyWithin"]);

function freshRow(unit: Unit, { typeName, typeArguments }: NewExpression, source: Source): Dtype | undefined {
  if (typeName.next || typeArguments?.length) return undefined;
  return rowTypeByName(unit, typeName.identifier.text, source);
}

/** Constants of a file that hold typed arrays: lookup tables, say. */
function globalRows(unit: Unit, source: Source): Map<string, Variable> {
  const { tree } = unit;
  const rows = new Map<string, Variable>();
  for (const statement of source.statements) {
    if (!tree.is<VariableStatement>(statement, "Variable")) continue;
    for (const declaration of statement.declarations) {
      const { initializer, type, flags, name } = declaration;
      if (!(flags & tree.flags.Const) || !initializer) continue;
      const fresh = tree.is<NewExpression>(initializer, "New")
        ? freshRow(unit, initializer, source)
        : undefined;
      const row = type ? rowType(unit, type, source) : fresh;
      if (!row) continue;
      rows.set(name.text, {
        name: name.text,
        declaration,
        statement,
        row,
        isGlobal: true,
        references: [],
        reassigned: false,
        captured: false,
      });
    }
  }
  return rows;
}

/** What a node assigns to, without parentheses: the left side of an assignment, or what is counted up or down. */
export function assignedTo({ tree }: Unit, node: Node): Node | undefined {
  let target: Node | undefined;
  if (tree.is<BinaryExpression>(node, "Binary") && isAssignment(tree.tokens, node.operator))
    target = node.left;
  if (tree.is(node, "UnaryPostfix") || tree.is(node, "UnaryPrefix")) {
    const { operator, operand } = node as UnaryExpression;
    if (operator === tree.tokens.Plus_Plus || operator === tree.tokens.Minus_Minus) target = operand;
  }
  while (target && tree.is<ParenthesizedExpression>(target, "Parenthesized")) target = target.expression;
  return target;
}

function isAssignment(tokens: Unit["tree"]["tokens"], operator: number): boolean {
  return operator >= tokens.Equals && operator <= tokens.Caret_Equals;
}
