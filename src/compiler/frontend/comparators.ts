import type {
  BinaryExpression,
  CallExpression,
  ClassDeclaration,
  CommaExpression,
  ExpressionStatement,
  FunctionDeclaration,
  FunctionExpression,
  IdentifierExpression,
  Node,
  ParenthesizedExpression,
  PropertyAccessExpression,
  ReturnStatement,
  Source,
  TernaryExpression,
  UnaryPrefixExpression,
  VariableDeclaration,
} from "assemblyscript";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

/**
 * Lets `x.sort((a, b) => a - b)` order as it does in JavaScript. Differences of integers wrap in AssemblyScript, those of
 * small ones in as few bits as they have, and those of floats are not i32, so a comparator returns their sign instead:
 *
 *     (a, b) => a - b    (a, b) => nogil$difference(a, b)
 *
 * So does a function with a name, when nothing but `sort` is given it: to others a difference is a number.
 */
export const compareByDifference = definePass({
  name: "compare-by-difference",
  stage: "parsed",
  run({ unit, report }) {
    if (hasOwnSort(unit)) return;
    for (const source of unit.optimisedSources) {
      for (const fn of comparatorsIn(unit, source)) {
        const changed = new ResultRewriter(unit).rewrite(fn);
        if (changed) report("done", "a difference of two elements orders as in JavaScript", fn.range);
      }
    }
  },
});

const arrays = /^~lib\/(array|staticarray|typedarray)\.ts$/;

/** Whether a class of the program has a `sort` of its own, to which a difference may mean something else. */
function hasOwnSort({ tree, sources }: Unit): boolean {
  return sources.some(({ normalizedPath, text, statements }) => {
    if (arrays.test(normalizedPath) || !/\bsort\b/.test(text)) return false;
    return statements.some(
      (statement) =>
        (tree.is(statement, "ClassDeclaration") || tree.is(statement, "InterfaceDeclaration")) &&
        (statement as ClassDeclaration).members.some(({ name }) => name.text === "sort"),
    );
  });
}

/** The functions of a file that are given to `sort`, and to nothing else. */
function comparatorsIn(unit: Unit, source: Source): FunctionDeclaration[] {
  const { tree } = unit;
  const found: FunctionDeclaration[] = [];
  const given: string[] = [];
  const mentioned: string[] = [];
  const named: [name: string, fn: FunctionDeclaration][] = [];
  tree.walk(source, (node) => {
    if (tree.is<CallExpression>(node, "Call")) {
      const comparator = comparatorOf(unit, node);
      if (tree.is<FunctionExpression>(comparator, "Function")) found.push(comparator.declaration);
      if (tree.is<IdentifierExpression>(comparator, "Identifier")) given.push(comparator.text);
    } else if (tree.is<IdentifierExpression>(node, "Identifier")) {
      mentioned.push(node.text);
    } else if (tree.is<FunctionDeclaration>(node, "FunctionDeclaration")) {
      if (!(node.flags & tree.flags.Export)) named.push([node.name.text, node]);
    } else if (tree.is<VariableDeclaration>(node, "VariableDeclaration")) {
      const { name, initializer, flags } = node;
      if (tree.is<FunctionExpression>(initializer, "Function") && !(flags & tree.flags.Export))
        named.push([name.text, initializer.declaration]);
    }
  });
  const count = (texts: string[], name: string) => texts.filter((text) => text === name).length;
  for (const [name, fn] of named) {
    // one mention is the declaration
    if (given.includes(name) && count(mentioned, name) === count(given, name) + 1) found.push(fn);
  }
  return found;
}

function comparatorOf({ tree }: Unit, { expression, args }: CallExpression): Node | undefined {
  if (!tree.is<PropertyAccessExpression>(expression, "PropertyAccess") || expression.property.text !== "sort")
    return undefined;
  let comparator: Node | undefined = args[0];
  while (tree.is<ParenthesizedExpression>(comparator, "Parenthesized")) comparator = comparator.expression;
  return comparator;
}

class ResultRewriter {
  #changed = false;

  constructor(private readonly unit: Unit) {}

  /** @returns whether there was a difference in it */
  rewrite({ body }: FunctionDeclaration): boolean {
    const { tree } = this.unit;
    if (tree.is<ExpressionStatement>(body, "Expression")) this.#result(body, "expression");
    else if (body) this.#returns(body);
    return this.#changed;
  }

  #returns(node: Node): void {
    const { tree } = this.unit;
    if (tree.is<ReturnStatement>(node, "Return") && node.value) this.#result(node, "value");
    if (tree.is(node, "Function")) return;
    for (const [, , child] of tree.children(node)) this.#returns(child);
  }

  /** Replaces the differences among what an expression may come to. */
  #result<Key extends string>(holder: { [key in Key]: unknown }, key: Key): void {
    const { tree } = this.unit;
    const node = holder[key] as Node;
    if (tree.is<ParenthesizedExpression>(node, "Parenthesized")) this.#result(node, "expression");
    else if (tree.is<TernaryExpression>(node, "Ternary")) {
      this.#result(node, "ifThen");
      this.#result(node, "ifElse");
    } else if (tree.is<CommaExpression>(node, "Comma")) {
      this.#result(node.expressions as unknown as Record<string, unknown>, `${node.expressions.length - 1}`);
    } else if (tree.is<UnaryPrefixExpression>(node, "UnaryPrefix")) {
      if (node.operator === tree.tokens.Minus) this.#result(node, "operand");
    } else if (tree.is<BinaryExpression>(node, "Binary")) {
      const { Minus, Bar_Bar, Ampersand_Ampersand } = tree.tokens;
      if (node.operator === Minus) {
        this.#changed = true;
        holder[key] = tree.call("nogil$difference", null, [node.left, node.right], node.range);
      } else if (node.operator === Bar_Bar || node.operator === Ampersand_Ampersand) {
        // a difference is as true as its sign
        this.#result(node, "left");
        this.#result(node, "right");
      }
    }
  }
}
