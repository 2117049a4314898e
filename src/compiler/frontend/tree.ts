import type { Expression, Node, Range, Statement, Token } from "assemblyscript";
import { type Enums, enumsOf, type Toolchain } from "../build/toolchain.js";

/** Reading, walking and building AssemblyScript's syntax tree. */
export class Tree {
  readonly kinds: Enums["NodeKind"];
  readonly tokens: Enums["Token"];
  readonly flags: Enums["CommonFlags"];
  readonly #make: typeof Node;

  constructor(readonly toolchain: Toolchain) {
    const { NodeKind, Token, CommonFlags } = enumsOf(toolchain);
    this.kinds = NodeKind;
    this.tokens = Token;
    this.flags = CommonFlags;
    this.#make = toolchain.syntax.Node;
  }

  is<T extends Node>(node: Node | null | undefined, kind: string): node is T {
    return node?.kind === this.kinds[kind];
  }

  /** The direct children of a node, each with the place that holds it. */
  *children(node: Node): Generator<[holder: any, key: string | number, child: Node]> {
    for (const [key, value] of Object.entries(node)) {
      if (isNode(value)) yield [node, key, value];
      else if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) if (isNode(value[i])) yield [value, i, value[i]];
      }
    }
  }

  /** Calls `visit` for a node and everything in it. The whole standard library is walked so, in the time of every build. */
  walk(node: Node, visit: (node: Node) => void): void {
    visit(node);
    for (const key in node) {
      const value = (node as unknown as Record<string, unknown>)[key];
      if (isNode(value)) this.walk(value, visit);
      else if (Array.isArray(value)) for (const child of value) if (isNode(child)) this.walk(child, visit);
    }
  }

  name(text: string, range: Range) {
    return this.#make.createIdentifierExpression(text, range);
  }

  type(text: string, range: Range) {
    return this.#make.createNamedType(this.#make.createSimpleTypeName(text, range), null, false, range);
  }

  call(callee: string, type: string | null, args: Expression[], range: Range) {
    const types = type === null ? null : [this.type(type, range)];
    return this.#make.createCallExpression(this.name(callee, range), types, args, range);
  }

  binary(left: Expression, operator: Token, right: Expression, range: Range) {
    return this.#make.createBinaryExpression(operator, left, right, range);
  }

  assign(variable: string, value: Expression, range: Range) {
    return this.binary(this.name(variable, range), this.tokens.Equals, value, range);
  }

  cast(type: string, value: Expression, range: Range) {
    // 0: a prefix assertion, `<T>value`
    return this.#make.createAssertionExpression(0, value, this.type(type, range), range);
  }

  member(object: string, property: string, range: Range) {
    return this.#make.createPropertyAccessExpression(
      this.name(object, range),
      this.name(property, range),
      range,
    );
  }

  string(text: string, range: Range) {
    return this.#make.createStringLiteralExpression(text, range);
  }

  /** Expressions one after the other; the value is that of the last. */
  sequence(expressions: Expression[], range: Range) {
    return this.#make.createParenthesizedExpression(
      this.#make.createCommaExpression(expressions, range),
      range,
    );
  }

  parenthesized(expression: Expression, range: Range) {
    return this.#make.createParenthesizedExpression(expression, range);
  }

  declaration(name: string, type: string, value: Expression | null, range: Range) {
    return this.#make.createVariableDeclaration(
      this.name(name, range),
      null,
      this.flags.Let,
      this.type(type, range),
      value,
      range,
    );
  }

  variables(declarations: ReturnType<Tree["declaration"]>[], range: Range): Statement {
    return this.#make.createVariableStatement(null, declarations, range);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value && "range" in value;
}
