import type { NamedTypeNode, Source, TypeDeclaration, TypeNode } from "assemblyscript";
import { type Dtype, dtypes, typedArrays } from "../../abi/dtype.js";
import type { ScalarType } from "../../abi/kernel.js";
import type { Unit } from "./unit.js";

/** The name of each dtype's typed array in AssemblyScript. */
export const arrayName: Record<Dtype, string> = {
  ...(Object.fromEntries(dtypes.map((dtype) => [dtype, typedArrays[dtype].name])) as Record<Dtype, string>),
  i64: "Int64Array",
  u64: "Uint64Array",
};

const rowTypes = new Map<string, Dtype>(dtypes.map((dtype) => [arrayName[dtype], dtype]));
const scalarTypes = new Map<string, ScalarType>([
  ...dtypes.map((dtype): [string, ScalarType] => [dtype, dtype]),
  ["bool", "bool"],
  ["boolean", "bool"],
  ["number", "f64"],
]);

/** Log2 of an element's bytes. */
export const alignment = (type: ScalarType) =>
  type === "bool" ? 0 : Math.log2(typedArrays[type].BYTES_PER_ELEMENT);

export interface ResolvedType {
  readonly kind: "void" | "scalar" | "row";
  readonly type: ScalarType;
  readonly nullable: boolean;
}

/** What a type in a source is: a scalar, a typed array or void, by name or by an alias in the same file. */
export function resolveType(unit: Unit, node: TypeNode | null, source: Source): ResolvedType | undefined {
  const named = simpleName(unit, node);
  if (named === undefined) return undefined;
  const nullable = node!.isNullable;
  const alias = typeDeclaration(unit, named, source);
  if (alias) {
    const resolved = alias.type === node ? undefined : resolveType(unit, alias.type, source);
    return resolved && { ...resolved, nullable: nullable || resolved.nullable };
  }
  if (isDeclared(unit, named, source)) return undefined;
  if (named === "void") return { kind: "void", type: "i32", nullable };
  const scalar = scalarTypes.get(named);
  if (scalar) return { kind: "scalar", type: scalar, nullable };
  const row = rowTypes.get(named);
  return row && { kind: "row", type: row, nullable };
}

/** The dtype of a variable that certainly holds a typed array, from its declared type. */
export function rowType(unit: Unit, node: TypeNode | null, source: Source): Dtype | undefined {
  const resolved = resolveType(unit, node, source);
  return resolved?.kind === "row" && !resolved.nullable ? (resolved.type as Dtype) : undefined;
}

/** The dtype of `new Float32Array(…)` and the like. */
export function rowTypeByName(unit: Unit, name: string, source: Source): Dtype | undefined {
  return isDeclared(unit, name, source) ? undefined : rowTypes.get(name);
}

/** Whether a file gives a name of the standard library a meaning of its own. */
export function isDeclared(unit: Unit, name: string, source: Source): boolean {
  return unit.topLevelNames(source).has(name);
}

function simpleName(unit: Unit, node: TypeNode | null): string | undefined {
  if (!unit.tree.is<NamedTypeNode>(node, "NamedType")) return undefined;
  if (node.name.next || node.typeArguments?.length) return undefined;
  return node.name.identifier.text;
}

function typeDeclaration(unit: Unit, name: string, source: Source): TypeDeclaration | undefined {
  return source.statements.find(
    (statement): statement is TypeDeclaration =>
      unit.tree.is<TypeDeclaration>(statement, "TypeDeclaration") && statement.name.text === name,
  );
}
