import type { Compiler, DiagnosticMessage, Node, Source, Type } from "assemblyscript";
import { placePackages } from "../frontend/packages.js";
import { Tree } from "../frontend/tree.js";
import { definePass, type Tools } from "./pass.js";

type Operation = Node & { operator: number; left: Node; right: Node };

/**
 * Warns where the user's own files divide integers and use the result as a float without saying so: `x.length / 2` drops the
 * fraction there, where JavaScript keeps it. Types are known only inside AssemblyScript's compiler, which is why that is asked.
 */
export const warnOfIntegerDivisions = definePass({
  name: "warn-of-integer-divisions",
  stage: "compiling",
  needs: [placePackages],
  run({ toolchain, extend, resultOf, report }) {
    const divisions = new IntegerDivisions(new Tree(toolchain), resultOf(placePackages).isOwn, report);
    // a warning is not worth a build that fails over another version of the compiler, which may have no such method
    extend("convertExpression", {
      instead(compiler, _expression, from, to, explicit, node) {
        if (!explicit) divisions.check(compiler, from, to, node);
        return undefined;
      },
    });
  },
});

class IntegerDivisions {
  // a function is compiled once for each of its types
  readonly #told = new Set<Node>();

  constructor(
    private readonly tree: Tree,
    private readonly isOwn: (source: Source) => boolean,
    private readonly report: Tools["report"],
  ) {}

  check(compiler: Compiler, from: Type, to: Type, node: Node): void {
    // others need a cast, and are the compiler's errors
    if (!from.isIntegerValue || !to.isFloatValue || !from.isAssignableTo(to)) return;
    const { source, start } = node.range;
    if (!this.isOwn(source)) return;
    // who cuts the fraction off loses nothing
    if (/\btrunc\(\s*$/.test(source.text.slice(Math.max(0, start - 20), start))) return;
    for (const division of this.#divisionsIn(node)) this.#warn(compiler, division, from, to);
  }

  // what adds up to an integer has integers in all its parts
  *#divisionsIn(node: Node): Generator<Operation> {
    const { tree } = this;
    const { Slash, Plus, Minus, Asterisk } = tree.tokens;
    if (tree.is<Operation>(node, "Binary")) {
      if (node.operator === Slash) yield node;
      if (![Slash, Plus, Minus, Asterisk].includes(node.operator)) return;
      yield* this.#divisionsIn(node.left);
      yield* this.#divisionsIn(node.right);
    } else if (tree.is<Node & { expression: Node }>(node, "Parenthesized")) {
      yield* this.#divisionsIn(node.expression);
    } else if (tree.is<Node & { operator: number; operand: Node }>(node, "UnaryPrefix")) {
      if (node.operator === Minus) yield* this.#divisionsIn(node.operand);
    } else if (tree.is<Node & { ifThen: Node; ifElse: Node }>(node, "Ternary")) {
      yield* this.#divisionsIn(node.ifThen);
      yield* this.#divisionsIn(node.ifElse);
    }
  }

  #warn(compiler: Compiler, division: Operation, from: Type, to: Type): void {
    if (this.#told.has(division)) return;
    this.#told.add(division);
    const text = ({ range }: Node) => range.source.text.slice(range.start, range.end);
    const [a, b] = [text(division.left), text(division.right)];
    const { diagnostics } = compiler as unknown as { diagnostics: DiagnosticMessage[] };
    const before = diagnostics.length;
    // the compiler's one code for messages of others, which puts "User-defined:" before them
    compiler.warning(102, division.range, "");
    const message = `${from} / ${from} drops the fraction before it becomes ${to}: write <${to}>${a} / ${b}, or <${from}>(${a} / ${b}) if that is meant.`;
    this.report("refused", message, division.range);
    if (diagnostics.length > before) Object.assign(diagnostics[before], { message });
  }
}
