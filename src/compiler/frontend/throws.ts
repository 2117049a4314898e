import type {
  Expression,
  NewExpression,
  Source,
  StringLiteralExpression,
  ThrowStatement,
  VariableStatement,
} from "assemblyscript";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

/**
 * Keeps the class of what is thrown. WebAssembly's `abort` receives the message alone, so `throw new RangeError("…")`
 * gets the class's name and U+0000 before it; in a literal, so that throwing allocates nothing.
 */
export const keepThrownClasses = definePass({
  name: "keep-thrown-classes",
  stage: "parsed",
  run({ unit }) {
    const { tree } = unit;
    const constants = libraryMessages(unit);
    for (const source of unit.sources) {
      if (!source.text.includes("throw")) continue;
      tree.walk(source, (node) => {
        if (tree.is<ThrowStatement>(node, "Throw") && tree.is<NewExpression>(node.value, "New")) {
          prefixMessage(unit, node.value, constants);
        }
      });
    }
  },
});

function prefixMessage({ tree }: Unit, thrown: NewExpression, constants: ReadonlyMap<string, string>): void {
  const { range } = thrown;
  const prefix = `${thrown.typeName.identifier.text}\0`;
  const [message] = thrown.args;
  const literal = message ? literalText(tree, message, range.source, constants) : "";
  thrown.args[0] =
    literal === undefined
      ? tree.binary(tree.string(prefix, range), tree.tokens.Plus, tree.parenthesized(message, range), range)
      : tree.string(prefix + literal, range);
}

function literalText(
  tree: Unit["tree"],
  message: Expression,
  source: Source,
  constants: ReadonlyMap<string, string>,
): string | undefined {
  // 2: a string literal
  if (tree.is<StringLiteralExpression>(message, "Literal") && Number(message.literalKind) === 2)
    return message.value;
  const isConstant = tree.is(message, "Identifier") && source.normalizedPath.startsWith("~lib/");
  return isConstant ? constants.get((message as unknown as { text: string }).text) : undefined;
}

// the standard library throws its messages by name
function libraryMessages(unit: Unit): Map<string, string> {
  const messages = new Map<string, string>();
  for (const statement of unit.source("~lib/util/error")?.statements ?? []) {
    if (!unit.tree.is<VariableStatement>(statement, "Variable")) continue;
    for (const { name, initializer } of statement.declarations) {
      if (unit.tree.is<StringLiteralExpression>(initializer, "Literal"))
        messages.set(name.text, initializer.value);
    }
  }
  return messages;
}
