import type { Toolchain } from "./toolchain.js";

type Binaryen = Toolchain["binaryen"] & {
  // in the library, not in its types
  readonly If: { setIfTrue(expression: Expression, ifTrue: Expression): void };
  readonly Function: { setBody(fn: number, body: Expression): void };
};
type Module = InstanceType<Binaryen["Module"]>;
type Expression = number;

/**
 * Moves what throws out of loops, to the end of its function.
 *
 *     loop { if (i >= n) { abort(…); unreachable } … }
 *     block $cold { loop { if (i >= n) br $cold; … } return }  abort(…); unreachable
 *
 * V8 keeps the memory's address in a register through a loop only if nothing in the loop can call, so that each check of
 * an index made every access slower (Node 20: 1.5 to 3 times).
 */
export function moveThrowsOutOfLoops({ binaryen: library }: Toolchain, module: Module): void {
  const binaryen = library as Binaryen;
  for (let i = 0; i < module.getNumFunctions(); i++) {
    new FunctionPass(binaryen, module, module.getFunctionByIndex(i)).run();
  }
}

class FunctionPass {
  readonly #cold: { label: string; body: Expression }[] = [];

  constructor(
    private readonly binaryen: Binaryen,
    private readonly module: Module,
    private readonly fn: number,
  ) {}

  run(): void {
    const { binaryen, module } = this;
    const { body, results } = binaryen.getFunctionInfo(this.fn) as { body: Expression; results: number };
    if (!body) return;
    this.#visit(body, false);
    let wrapped = body;
    this.#cold.forEach(({ label, body: cold }, i) => {
      const returned =
        i > 0 ? [wrapped] : results === binaryen.none ? [wrapped, module.return()] : [module.return(wrapped)];
      wrapped = module.block(null, [module.block(label, returned, binaryen.none), cold]);
    });
    if (wrapped !== body) binaryen.Function.setBody(this.fn, wrapped);
  }

  #visit(expression: Expression, inLoop: boolean): void {
    const { binaryen, module } = this;
    if (!expression) return;
    const id = binaryen.getExpressionId(expression);
    if (id === binaryen.IfId && inLoop) {
      const { ifTrue, ifFalse } = this.#info(expression);
      if (!ifFalse && this.#throws(ifTrue)) {
        const label = `cold$${this.#cold.length}`;
        this.#cold.push({ label, body: ifTrue });
        binaryen.If.setIfTrue(expression, module.br(label));
      }
    }
    for (const child of this.#children(expression)) this.#visit(child, inLoop || id === binaryen.LoopId);
  }

  /** Whether code runs straight into an `unreachable`, so that it may as well stand elsewhere. */
  #throws(expression: Expression): boolean {
    const { binaryen } = this;
    if (binaryen.getExpressionId(expression) !== binaryen.BlockId) return false;
    const { name, children } = this.#info(expression);
    const last = children.at(-1);
    return (
      !name &&
      children.some((child: Expression) => binaryen.getExpressionId(child) === binaryen.CallId) &&
      binaryen.getExpressionId(last) === binaryen.UnreachableId &&
      children.every((child: Expression) => this.#isStraight(child))
    );
  }

  #isStraight(expression: Expression): boolean {
    const { binaryen } = this;
    const id = binaryen.getExpressionId(expression);
    const leaves = [
      binaryen.UnreachableId,
      binaryen.ConstId,
      binaryen.LocalGetId,
      binaryen.GlobalGetId,
      binaryen.NopId,
    ];
    if (leaves.includes(id)) return true;
    const inner = [binaryen.CallId, binaryen.BinaryId, binaryen.UnaryId, binaryen.LoadId, binaryen.DropId];
    return inner.includes(id) && this.#children(expression).every((child) => this.#isStraight(child));
  }

  #info(expression: Expression): Record<string, any> {
    return this.binaryen.getExpressionInfo(expression);
  }

  #children(expression: Expression): Expression[] {
    const keys = childKeys(this.binaryen).get(this.binaryen.getExpressionId(expression));
    if (!keys) return [];
    const info = this.#info(expression);
    return keys.flatMap((key) => info[key] ?? []).filter(Boolean);
  }
}

let known: Map<number, string[]> | undefined;

/** Where each kind of expression has its children. What is not listed is left as it is, with all that is in it. */
function childKeys(binaryen: Binaryen): Map<number, string[]> {
  known ??= new Map<number, string[]>([
    [binaryen.BlockId, ["children"]],
    [binaryen.IfId, ["condition", "ifTrue", "ifFalse"]],
    [binaryen.LoopId, ["body"]],
    [binaryen.BreakId, ["condition", "value"]],
    [binaryen.SwitchId, ["condition", "value"]],
    [binaryen.CallId, ["operands"]],
    [binaryen.CallIndirectId, ["target", "operands"]],
    [binaryen.LocalSetId, ["value"]],
    [binaryen.GlobalSetId, ["value"]],
    [binaryen.LoadId, ["ptr"]],
    [binaryen.StoreId, ["ptr", "value"]],
    [binaryen.UnaryId, ["value"]],
    [binaryen.BinaryId, ["left", "right"]],
    [binaryen.SelectId, ["ifTrue", "ifFalse", "condition"]],
    [binaryen.DropId, ["value"]],
    [binaryen.ReturnId, ["value"]],
    [binaryen.SIMDExtractId, ["vec"]],
    [binaryen.SIMDReplaceId, ["vec", "value"]],
    [binaryen.SIMDLoadId, ["ptr"]],
    [binaryen.MemoryCopyId, ["dest", "source", "size"]],
    [binaryen.MemoryFillId, ["dest", "value", "size"]],
  ]);
  return known;
}
