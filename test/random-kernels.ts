import fc from "fast-check";
import { type Dtype, dtypes, type TypedArray, typedArrays } from "../src/abi/dtype.js";
import { arrayName } from "../src/compiler/frontend/types.js";

export interface Signature {
  parameters: { kind: "row" | "scalar"; type: Dtype; optional: boolean; written: boolean }[];
  result: "void" | "number" | "array";
  /** asks for the shape of its first parameter, if that is a row */
  shaped: boolean;
}

/** Arguments of a parameter for each item; undefined leaves it to its default value. */
export type Given = readonly (readonly any[] | undefined)[];

export const signature: fc.Arbitrary<Signature> = fc.record({
  parameters: fc.array(
    fc.record({
      kind: fc.constantFrom("row" as const, "scalar" as const),
      type: fc.constantFrom(...dtypes),
      optional: fc.boolean(),
      written: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  result: fc.constantFrom("void", "number", "array"),
  shaped: fc.boolean(),
});

const isBig = (type: Dtype) => type === "i64" || type === "u64";
const asksShape = ({ parameters, shaped }: Signature) => shaped && parameters[0].kind === "row";
const isOptional = ({ parameters }: Signature, p: number) =>
  p > parameters.findLastIndex(({ optional }) => !optional);

/** A kernel that adds up all it is given, doubles the rows it writes, and gives the sum or the last row but its first element. */
export function sourceOf(signature: Signature, n: number): string {
  const { parameters, result } = signature;
  const declared = parameters.map(({ kind, type }, p) => {
    const name = kind === "row" ? arrayName[type] : type;
    const value = kind === "row" ? `new ${name}(${p + 1}).fill(2)` : `${p + 1}`;
    return `p${p}: ${name}${isOptional(signature, p) ? ` = ${value}` : ""}`;
  });
  const body = parameters.map(({ kind, written }, p) => {
    if (kind === "scalar") return `sum += <f64>p${p};`;
    const double = written ? `p${p}[i] += p${p}[i]; ` : "";
    return `for (let i = 0; i < p${p}.length; i++) { sum += <f64>p${p}[i]; ${double}}`;
  });
  if (asksShape(signature)) {
    declared.push("shape: Int32Array = shapeOf(p0)");
    body.push("for (let d = 0; d < shape.length; d++) sum = sum * 3 + <f64>shape[d];");
  }
  const last = parameters.findLastIndex(({ kind }) => kind === "row");
  const type =
    result === "array" && last >= 0 ? arrayName[parameters[last].type] : result === "void" ? "void" : "f64";
  const returned = type === "void" ? "" : type === "f64" ? "return sum;" : `return p${last}.slice(1);`;
  return `export function f${n}(${declared.join(", ")}): ${type} { let sum: f64 = 0; ${body.join(" ")} ${returned} }\n`;
}

/** What such a kernel gives for an item, and what its rows are then. */
export function reference(
  signature: Signature,
  given: Given,
  item: number,
  shapeOf: (row: TypedArray) => readonly number[] = ({ length }) => [length],
): { value: unknown; rows: (TypedArray | undefined)[] } {
  let sum = 0;
  const rows = signature.parameters.map(({ kind, type, written }, p) => {
    const value = given[p]
      ? given[p][item]
      : kind === "row"
        ? new typedArrays[type](p + 1).fill((isBig(type) ? 2n : 2) as never)
        : p + 1;
    if (kind === "scalar") {
      sum += Number(value);
      return undefined;
    }
    for (const element of value) sum += Number(element);
    return written ? value.map((element: any) => element + element) : value.slice();
  });
  if (asksShape(signature)) sum = shapeOf(rows[0]).reduce((all, size) => all * 3 + size, sum);
  const last = rows.findLast((row) => row !== undefined);
  const { result } = signature;
  return {
    value: result === "void" ? undefined : result === "array" && last ? last.slice(1) : sum,
    rows,
  };
}

const scalar = (type: Dtype): fc.Arbitrary<number | bigint> =>
  isBig(type) ? fc.integer({ min: 0, max: 1000 }).map(BigInt) : fc.integer({ min: 0, max: 100 });

function rowsOf(type: Dtype, items: number): fc.Arbitrary<TypedArray[]> {
  const row = (length?: number) =>
    fc
      .array(scalar(type), { minLength: length ?? 0, maxLength: length ?? 9 })
      .map((values) => new typedArrays[type](values as never) as TypedArray);
  const all = (one: fc.Arbitrary<TypedArray>) => fc.array(one, { minLength: items, maxLength: items });
  return fc.oneof(
    all(row()),
    fc.integer({ min: 0, max: 5 }).chain((length) => all(row(length))),
  );
}

/** Arguments for some items of a kernel. */
export function argumentsOf(
  signature: Signature,
  { least = 0, most = 6 } = {},
): fc.Arbitrary<{ items: number; given: Given }> {
  return fc.integer({ min: least, max: most }).chain((items) =>
    fc
      .tuple(
        ...signature.parameters.map(({ kind, type }, p) => {
          const column: fc.Arbitrary<any[]> =
            kind === "row"
              ? rowsOf(type, items)
              : fc.array(scalar(type), { minLength: items, maxLength: items });
          return isOptional(signature, p) ? fc.option(column, { nil: undefined }) : column;
        }),
      )
      .map((given) => ({ items, given })),
  );
}
