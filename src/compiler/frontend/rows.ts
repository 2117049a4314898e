import type {
  BinaryExpression,
  BlockStatement,
  CallExpression,
  ElementAccessExpression,
  Expression,
  FunctionDeclaration,
  IdentifierExpression,
  Node,
  ParenthesizedExpression,
  PropertyAccessExpression,
  Range,
  Statement,
  Token,
  UnaryExpression,
} from "assemblyscript";
import type { Dtype } from "../../abi/dtype.js";
import { definePass, type Tools } from "../passes/pass.js";
import { importBuiltins } from "./builtins.js";
import { type FunctionScope, scopes, type Variable } from "./scopes.js";
import type { Unit } from "./unit.js";

const outOfRange = "RangeError\0Index out of range";

/**
 * Makes rows as fast as raw memory, and as safe as before. A typed array in a variable that nothing assigns to keeps its
 * address and its length, so both are read once, and `x[i]` becomes a comparison and a load:
 *
 *     x[i]       (t = i, assert(u32(t) < n$x), load<f32>(p$x + (t << 2)))
 *     x[i] = v   (t = i, u = v, assert(u32(t) < n$x), store<f32>(p$x + (t << 2), u), u)
 *     x[i] += v  (t = i, assert(u32(t) < n$x), u = load<f32>(…), u += v, store<f32>(…, u), u)
 *
 * Whatever else is done to a typed array goes through its object, as AssemblyScript compiles it.
 */
export const hoistRows = definePass({
  name: "hoist-rows",
  stage: "parsed",
  needs: [scopes, importBuiltins],
  run({ unit, resultOf, report }) {
    const all = resultOf(scopes);
    for (const source of unit.optimisedSources) {
      for (const fn of all.functionsIn(source)) {
        if (!unit.tree.is(fn.name, "Constructor")) {
          new RowRewriter(unit, all.of(source, fn), fn, report).rewrite();
        }
      }
    }
  },
});

class RowRewriter {
  readonly #hoisted = new Set<Variable>();
  readonly #temporaries: Statement[] = [];
  #unchecked: boolean;

  constructor(
    private readonly unit: Unit,
    private readonly scope: FunctionScope,
    private readonly fn: FunctionDeclaration,
    private readonly report: Tools["report"],
  ) {
    this.#unchecked = unit.options.unchecked;
  }

  rewrite(): void {
    for (const variable of this.scope.variables) {
      if (!variable.row || !this.#isIndexed(variable)) continue;
      const { name, declaration } = variable;
      const where = `row '${name}' in '${this.fn.name.text}'`;
      if (variable.reassigned || variable.captured) {
        const why = variable.reassigned ? "it is assigned to" : "a function in it has its name";
        this.report("refused", `${where} is read through its object: ${why}`, declaration.range);
      } else {
        this.report("done", `address and length of ${where} are read once`, declaration.range);
        this.#hoisted.add(variable);
      }
    }
    if (this.#hoisted.size === 0) return;
    const body = this.fn.body as BlockStatement;
    this.#visit(body, this.fn, "body");
    const atStart: Statement[] = [];
    for (const variable of this.#hoisted) {
      const hoists = this.#hoists(variable);
      if (variable.statement && !variable.isGlobal) {
        const { declarations } = variable.statement;
        declarations.splice(declarations.indexOf(variable.declaration as never) + 1, 0, ...hoists);
      } else {
        atStart.push(this.unit.tree.variables(hoists, this.fn.range));
      }
    }
    body.statements.unshift(...atStart, ...this.#temporaries);
  }

  #isIndexed(variable: Variable): boolean {
    return variable.references.some((reference) => {
      const parent = this.scope.parentOf(reference);
      return (
        this.unit.tree.is<ElementAccessExpression>(parent, "ElementAccess") && parent.expression === reference
      );
    });
  }

  // const p$x: usize = x.dataStart, n$x: u32 = u32(x.length)
  #hoists({ name, declaration: { range } }: Variable) {
    const { tree } = this.unit;
    return [
      tree.declaration(pointerOf(name), "usize", tree.member(name, "dataStart", range), range),
      tree.declaration(
        lengthOf(name),
        "u32",
        tree.cast("u32", tree.member(name, "length", range), range),
        range,
      ),
    ];
  }

  #visit(node: Node, holder: any, key: string | number): void {
    const { tree } = this.unit;
    if (tree.is(node, "FunctionDeclaration") || tree.is(node, "MethodDeclaration")) return;
    if (this.#isUncheckedCall(node)) {
      const before = this.#unchecked;
      this.#unchecked = true;
      for (const [inner, at, child] of [...tree.children(node)]) this.#visit(child, inner, at);
      this.#unchecked = before;
      return;
    }
    const replacement = this.#replace(node);
    if (replacement) holder[key] = replacement;
    else for (const [inner, at, child] of [...tree.children(node)]) this.#visit(child, inner, at);
  }

  #isUncheckedCall(node: Node): boolean {
    const { tree } = this.unit;
    return (
      tree.is<CallExpression>(node, "Call") &&
      tree.is<IdentifierExpression>(node.expression, "Identifier") &&
      node.expression.text === "unchecked"
    );
  }

  /** The expression in place of a node that reads or writes an element of a hoisted row, or its length. */
  #replace(node: Node): Expression | undefined {
    const { tree } = this.unit;
    if (tree.is<BinaryExpression>(node, "Binary")) {
      const element = this.#element(node.left);
      if (element && node.operator === tree.tokens.Equals) return this.#write(element, node);
      if (element && node.operator > tree.tokens.Equals && node.operator <= tree.tokens.Caret_Equals) {
        return this.#update(element, node);
      }
    }
    if (tree.is(node, "UnaryPostfix") || tree.is(node, "UnaryPrefix")) {
      const unary = node as UnaryExpression;
      const counts = unary.operator === tree.tokens.Plus_Plus || unary.operator === tree.tokens.Minus_Minus;
      const element = counts ? this.#element(unary.operand) : undefined;
      if (element) return this.#count(element, unary);
    }
    if (tree.is<ElementAccessExpression>(node, "ElementAccess")) {
      const element = this.#element(node);
      if (element) return this.#read(element, node.range);
    }
    if (tree.is<PropertyAccessExpression>(node, "PropertyAccess") && node.property.text === "length") {
      const variable = this.scope.variableOf(node.expression);
      if (variable && this.#hoisted.has(variable)) {
        return tree.cast("i32", tree.name(lengthOf(variable.name), node.range), node.range);
      }
    }
    return undefined;
  }

  /** `x[i]` of a hoisted row, seen through parentheses. */
  #element(node: Node): Element | undefined {
    const { tree } = this.unit;
    if (tree.is<ParenthesizedExpression>(node, "Parenthesized")) return this.#element(node.expression);
    if (!tree.is<ElementAccessExpression>(node, "ElementAccess")) return undefined;
    let array: Node = node.expression;
    while (tree.is<ParenthesizedExpression>(array, "Parenthesized")) array = array.expression;
    const variable = this.scope.variableOf(array);
    if (!variable || !this.#hoisted.has(variable)) return undefined;
    return { access: node, name: variable.name, type: variable.row!, index: "" };
  }

  #read(element: Element, range: Range): Expression {
    const index = this.#index(element);
    return this.unit.tree.sequence([index, ...this.#check(element), this.#load(element, range)], range);
  }

  #write(element: Element, node: BinaryExpression): Expression {
    const { tree } = this.unit;
    const { range } = node;
    const index = this.#index(element);
    this.#visit(node.right, node, "right");
    const value = this.#temporary(storedType(element.type), range);
    const set = tree.assign(value, node.right, range);
    const store = this.#store(element, value, range);
    const result = tree.cast(element.type, tree.name(value, range), range);
    return tree.sequence([index, set, ...this.#check(element), store, result], range);
  }

  #update(element: Element, node: BinaryExpression): Expression {
    const { tree } = this.unit;
    const { range } = node;
    const index = this.#index(element);
    this.#visit(node.right, node, "right");
    const value = this.#temporary(element.type, range);
    return tree.sequence(
      [
        index,
        ...this.#check(element),
        tree.assign(value, this.#load(element, range), range),
        tree.binary(tree.name(value, range), node.operator, node.right, range),
        this.#store(element, value, range),
        tree.name(value, range),
      ],
      range,
    );
  }

  #count(element: Element, node: UnaryExpression): Expression {
    const { tree } = this.unit;
    const { range } = node;
    const index = this.#index(element);
    const value = this.#temporary(element.type, range);
    const result = this.#temporary(element.type, range);
    node.operand = tree.name(value, range);
    return tree.sequence(
      [
        index,
        ...this.#check(element),
        tree.assign(value, this.#load(element, range), range),
        tree.assign(result, node, range),
        this.#store(element, value, range),
        tree.name(result, range),
      ],
      range,
    );
  }

  #index(element: Element): Expression {
    const { access } = element;
    this.#visit(access.elementExpression, access, "elementExpression");
    element.index = this.#temporary("i32", access.range);
    return this.unit.tree.assign(element.index, access.elementExpression, access.elementExpression.range);
  }

  #check({ name, index, access: { range } }: Element): Expression[] {
    if (this.#unchecked) return [];
    const { tree } = this.unit;
    const unsigned = tree.cast("u32", tree.name(index, range), range);
    const inRange = tree.binary(unsigned, tree.tokens.LessThan, tree.name(lengthOf(name), range), range);
    return [tree.call("nogil$assert", null, [inRange, tree.string(outOfRange, range)], range)];
  }

  #load(element: Element, range: Range): Expression {
    const { tree } = this.unit;
    // the cast keeps the load from giving the wider type that is asked for around it
    return tree.cast(
      element.type,
      tree.call("nogil$load", element.type, [this.#address(element, range)], range),
      range,
    );
  }

  #store(element: Element, value: string, range: Range): Expression {
    const { tree } = this.unit;
    return tree.call(
      "nogil$store",
      element.type,
      [this.#address(element, range), tree.name(value, range)],
      range,
    );
  }

  #address({ name, type, index }: Element, range: Range): Expression {
    const { tree } = this.unit;
    const offset = tree.binary(
      tree.cast("usize", tree.name(index, range), range),
      tree.tokens.LessThan_LessThan as Token,
      tree.call("nogil$alignof", type, [], range),
      range,
    );
    return tree.binary(
      tree.name(pointerOf(name), range),
      tree.tokens.Plus,
      tree.parenthesized(offset, range),
      range,
    );
  }

  #temporary(type: string, range: Range): string {
    const { tree } = this.unit;
    const name = `nogil$${this.#temporaries.length}`;
    this.#temporaries.push(tree.variables([tree.declaration(name, type, null, range)], range));
    return name;
  }
}

interface Element {
  readonly access: ElementAccessExpression;
  /** the row's variable */
  readonly name: string;
  readonly type: Dtype;
  /** the variable that holds the index, once it is computed */
  index: string;
}

const pointerOf = (name: string) => `nogil$p$${name}`;
const lengthOf = (name: string) => `nogil$n$${name}`;

/** What a typed array's elements are assigned as: the small integers as 32-bit ones. */
function storedType(type: Dtype): string {
  if (type === "i8" || type === "i16") return "i32";
  return type === "u8" || type === "u16" ? "u32" : type;
}
