import type { Binaryen, Expression } from "./binaryen.js";

/** What an expression is made of, by its kind. */
export const infoOf = (binaryen: Binaryen, expression: Expression): Record<string, any> =>
  binaryen.getExpressionInfo(expression);

/** The expressions within one, in order; undefined for a kind that is not known here, which may have any. */
export function childrenOf(binaryen: Binaryen, expression: Expression): readonly Expression[] | undefined {
  const keys = childKeys(binaryen).get(binaryen.getExpressionId(expression));
  if (!keys || keys.length === 0) return keys && none;
  const info = infoOf(binaryen, expression);
  return keys.flatMap((key) => info[key] ?? []).filter(Boolean);
}

const none: readonly Expression[] = [];

let known: Map<number, readonly string[]> | undefined;

/** Where each kind of expression has its children. */
function childKeys(binaryen: Binaryen): ReadonlyMap<number, readonly string[]> {
  known ??= new Map<number, readonly string[]>([
    [binaryen.ConstId, []],
    [binaryen.LocalGetId, []],
    [binaryen.GlobalGetId, []],
    [binaryen.NopId, []],
    [binaryen.UnreachableId, []],
    [binaryen.MemorySizeId, []],
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
