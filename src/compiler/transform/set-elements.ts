import type {
  AssertionExpression,
  CallExpression,
  IdentifierExpression,
  TernaryExpression,
} from "assemblyscript";
import type { Unit } from "./unit.js";

/**
 * Lets `set` of a typed array of integers convert floats as the user's own code does, with an error for what does not fit:
 * AssemblyScript leaves out what is not finite. A clamped array stays as it is, since clamping is what it is for.
 *
 *     isFinite(value) ? <T>value : 0   <T>value
 */
export function checkSetElements(unit: Unit): void {
  const { tree } = unit;
  const library = unit.source("~lib/typedarray")!;
  let found = 0;
  const visit = (node: Parameters<typeof tree.children>[0]) => {
    for (const [holder, key, child] of [...tree.children(node)]) {
      if (isGuarded(child)) {
        holder[key] = child.ifThen;
        found++;
      } else visit(child);
    }
  };
  const isGuarded = (node: unknown): node is TernaryExpression => {
    const { condition, ifThen } = node as TernaryExpression;
    return (
      tree.is<TernaryExpression>(node as never, "Ternary") &&
      tree.is<CallExpression>(condition, "Call") &&
      tree.is<IdentifierExpression>(condition.expression, "Identifier") &&
      condition.expression.text === "isFinite" &&
      tree.is<AssertionExpression>(ifThen, "Assertion") &&
      tree.is(ifThen.expression, "Identifier")
    );
  };
  visit(library);
  if (found !== 1)
    unit.error(library.range, "nogil does not know how this version of AssemblyScript sets elements.");
}
