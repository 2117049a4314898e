import type { DataType, Field } from "@uwdata/flechette";
import type { Dtype } from "../abi/dtype.js";
import type { Flechette } from "./flechette.js";

/** Under this key of a field's metadata stands what the field is to nogil, where its type does not say it. */
export const roleKey = "nogil";
/** `ids` of the items; `array`, a component that is an ordinary array. */
export type Role = "ids" | "array";

export const extensionKey = "ARROW:extension:name";
export const extensionData = "ARROW:extension:metadata";
/** Canonical extension types of Arrow for items of more than one dimension. */
export const fixedTensor = "arrow.fixed_shape_tensor";
export const variableTensor = "arrow.variable_shape_tensor";

// as Arrow's Schema.fbs numbers them; dictionary is flechette's
export const Type = {
  Dictionary: -1,
  Null: 1,
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Timestamp: 10,
  Interval: 11,
  List: 12,
  Struct: 13,
  Union: 14,
  FixedSizeBinary: 15,
  FixedSizeList: 16,
  Map: 17,
  Duration: 18,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
  RunEndEncoded: 22,
  BinaryView: 23,
  Utf8View: 24,
  ListView: 25,
  LargeListView: 26,
} as const;

const names = new Map<number, string>(Object.entries(Type).map(([name, id]) => [id, name]));
const timeUnits = ["s", "ms", "us", "ns"];

export function arrowTypeOf(dtype: Dtype, { int, float }: Flechette): DataType {
  const bits = Number(dtype.slice(1));
  return dtype.startsWith("f") ? float((bits / 32) as 1 | 2) : int(bits as 32, dtype.startsWith("i"));
}

/** The dtype whose elements are the values of an Arrow type as they lie in memory; undefined where there is none. */
export function dtypeOfArrow(type: DataType): Dtype | undefined {
  switch (type.typeId) {
    case Type.Int:
      return `${type.signed ? "i" : "u"}${type.bitWidth}` as Dtype;
    case Type.Float:
      return type.precision === 0 ? undefined : type.precision === 1 ? "f32" : "f64";
    case Type.Date:
      return type.unit === 0 ? "i32" : "i64";
    case Type.Time:
      return type.bitWidth === 32 ? "i32" : "i64";
    case Type.Timestamp:
    case Type.Duration:
      return "i64";
    default:
      return undefined;
  }
}

/** How an Arrow type is named in errors and reports: `Int32`, `List<Float64>`, `Timestamp[ms, UTC]`. */
export function typeName(type: DataType): string {
  const name = names.get(type.typeId) ?? `type ${type.typeId}`;
  const children = (type as { children?: Field[] | null }).children;
  switch (type.typeId) {
    case Type.Dictionary:
      return `Dictionary<${typeName(type.dictionary)}>`;
    case Type.Int:
      return `${type.signed ? "Int" : "UInt"}${type.bitWidth}`;
    case Type.Float:
      return `Float${[16, 32, 64][type.precision]}`;
    case Type.Decimal:
      return `Decimal${type.bitWidth}[${type.precision}, ${type.scale}]`;
    case Type.Date:
      return `Date[${type.unit === 0 ? "day" : "ms"}]`;
    case Type.Time:
    case Type.Duration:
      return `${name}[${timeUnits[type.unit]}]`;
    case Type.Timestamp:
      return `${name}[${timeUnits[type.unit]}${type.timezone ? `, ${type.timezone}` : ""}]`;
    case Type.FixedSizeBinary:
      return `${name}[${type.stride}]`;
    case Type.FixedSizeList:
      return `${name}[${type.stride}]<${typeName(type.children[0].type)}>`;
    case Type.Struct:
      return `${name}<${children!.map((child) => `${child.name}: ${typeName(child.type)}`).join(", ")}>`;
    default:
      return children?.length ? `${name}<${children.map((child) => typeName(child.type)).join(", ")}>` : name;
  }
}
