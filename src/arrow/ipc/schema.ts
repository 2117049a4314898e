import type { DataType, Field } from "@uwdata/flechette";
import { Type, typeName } from "../types.js";
import { broken, unsupported } from "./broken.js";
import type { FlatTable } from "./flat-table.js";

/** The type of values that are places in a dictionary. */
export interface Coded {
  readonly typeId: -1;
  readonly id: bigint;
  readonly dictionary: DataType;
  readonly indices: DataType & { typeId: 2 };
  readonly ordered: boolean;
}

export interface Schema {
  readonly fields: readonly Field[];
  readonly bigEndian: boolean;
  /** by id, the type of a dictionary's values */
  readonly dictionaries: ReadonlyMap<bigint, DataType>;
}

export const isCoded = (type: DataType): type is DataType & Coded => type.typeId === Type.Dictionary;

export const childrenOf = (type: DataType): readonly Field[] =>
  (type as { children?: readonly Field[] | null }).children ?? [];

// deeper than any table, and not so deep that reading it would take more of the stack than there is
const mostLevels = 64;

/** Tables and fields as Arrow's Schema.fbs numbers them. */
export function readSchema(table: FlatTable): Schema {
  const order = table.i16(0, 0);
  if (order !== 0 && order !== 1) throw broken(`its byte order is neither little- nor big-endian: ${order}`);
  const dictionaries = new Map<bigint, DataType>();
  const fields = table.tables(1).map((field) => readField(field, 1, dictionaries));
  readMetadata(table, 2);
  return { fields, bigEndian: order === 1, dictionaries };
}

function readField(table: FlatTable, level: number, dictionaries: Map<bigint, DataType>): Field {
  if (level > mostLevels) throw unsupported(`columns within columns more than ${mostLevels} deep`);
  const name = table.text(0);
  const children = table.tables(5).map((child) => readField(child, level + 1, dictionaries));
  const plain = readType(table, children, name);
  const encoding = table.table(4);
  return {
    name,
    nullable: table.bool(1),
    type: encoding ? coded(plain, encoding, name, dictionaries) : plain,
    metadata: readMetadata(table, 6)!,
  };
}

function coded(
  values: DataType,
  encoding: FlatTable,
  name: string,
  dictionaries: Map<bigint, DataType>,
): DataType {
  const id = encoding.i64(0);
  if (encoding.i16(3, 0) !== 0)
    throw unsupported(`a dictionary of a kind that there was not yet ("${name}")`);
  const own = encoding.table(1);
  const indices = own ? integer(own, name) : { typeId: Type.Int, bitWidth: 32, signed: true };
  // so that none is in itself either, since its type would be another one there
  const before = dictionaries.get(id);
  if (before && typeName(before) !== typeName(values)) {
    throw broken(`its dictionary ${id} is one of ${typeName(before)} and of ${typeName(values)}`);
  }
  dictionaries.set(id, values);
  const type: Coded = {
    typeId: Type.Dictionary,
    id,
    dictionary: values,
    indices: indices as never,
    ordered: encoding.bool(2),
  };
  return type as unknown as DataType;
}

/** The dictionaries that the values of a type are in. */
export function dictionariesIn(type: DataType): readonly bigint[] {
  return isCoded(type) ? [type.id] : childrenOf(type).flatMap((child) => dictionariesIn(child.type));
}

/** Keys and values of `custom_metadata`. */
export function readMetadata(table: FlatTable, field: number): Map<string, string> | null {
  const entries = table.tables(field).map((entry): [string, string] => [entry.text(0), entry.text(1)]);
  return entries.length > 0 ? new Map(entries) : null;
}

function readType(field: FlatTable, children: readonly Field[], name: string): DataType {
  const typeId = field.u8(2, 0);
  const what = `the type of its column "${name}"`;
  const table = field.table(3);
  if (!table) throw broken(`${what} is missing`);
  const wanted = childCounts.get(typeId) ?? 0;
  if (children.length !== wanted && wanted !== anyNumber) {
    throw broken(`${what} has ${children.length} children, expected ${wanted}`);
  }
  return { typeId, ...propertiesOf(typeId, table, children, name, what) } as unknown as DataType;
}

const anyNumber = -1;
const childCounts = new Map<number, number>([
  [Type.List, 1],
  [Type.LargeList, 1],
  [Type.ListView, 1],
  [Type.LargeListView, 1],
  [Type.FixedSizeList, 1],
  [Type.Map, 1],
  [Type.RunEndEncoded, 2],
  [Type.Struct, anyNumber],
  [Type.Union, anyNumber],
]);

function propertiesOf(
  typeId: number,
  table: FlatTable,
  children: readonly Field[],
  name: string,
  what: string,
): object {
  const oneOf = (value: number, allowed: readonly number[], of: string) => {
    if (allowed.includes(value)) return value;
    throw broken(`${what} has the ${of} ${value}, expected ${allowed.join(", ")}`);
  };
  const unit = (fallback: number, last = 3) =>
    oneOf(table.i16(0, fallback), [0, 1, 2, 3].slice(0, last + 1), "unit");
  const size = (of: string) => {
    const stride = table.i32(0, 0);
    if (stride >= 0) return stride;
    throw broken(`${what} has the ${of} ${stride}`);
  };
  switch (typeId) {
    case Type.Null:
    case Type.Bool:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return {};
    case Type.Int:
      return integer(table, name);
    case Type.Float:
      return { precision: oneOf(table.i16(0, 0), [0, 1, 2], "precision") };
    case Type.Decimal:
      return decimal(table, what, oneOf);
    case Type.Date:
      return { unit: unit(1, 1) };
    case Type.Time: {
      const own = unit(1);
      return { unit: own, bitWidth: oneOf(table.i32(1, 32), [own < 2 ? 32 : 64], "number of bits") };
    }
    case Type.Timestamp:
      return { unit: unit(0), timezone: table.text(1) || null };
    case Type.Duration:
      return { unit: unit(1) };
    case Type.Interval:
      return { unit: unit(0, 2) };
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.Struct:
      return { children };
    case Type.FixedSizeBinary:
      return { stride: size("number of bytes") };
    case Type.FixedSizeList:
      return { children, stride: size("number of elements") };
    case Type.Map:
      return { children: mapChildren(children, what), keysSorted: table.bool(0) };
    case Type.Union:
      return union(table, children, what, oneOf);
    case Type.RunEndEncoded:
      return { children: runChildren(children, what) };
    default:
      throw unsupported(`a column "${name}" of a type that there was not yet (${typeId})`);
  }
}

type OneOf = (value: number, allowed: readonly number[], of: string) => number;

function integer(table: FlatTable, name: string): object {
  const bitWidth = table.i32(0, 0);
  if ([8, 16, 32, 64].includes(bitWidth)) return { typeId: Type.Int, bitWidth, signed: table.bool(1) };
  throw broken(`the type of its column "${name}" has integers of ${bitWidth} bits`);
}

function decimal(table: FlatTable, what: string, oneOf: OneOf): object {
  const bitWidth = oneOf(table.i32(2, 128), [32, 64, 128, 256], "number of bits");
  const digits = { 32: 9, 64: 18, 128: 38, 256: 76 }[bitWidth]!;
  const [precision, scale] = [table.i32(0, 0), table.i32(1, 0)];
  if (precision < 1 || precision > digits) {
    throw broken(`${what} has ${precision} digits in ${bitWidth} bits, which hold 1 to ${digits}`);
  }
  if (Math.abs(scale) > 400) throw unsupported(`decimals with the scale ${scale}`);
  return { bitWidth, precision, scale };
}

function mapChildren(children: readonly Field[], what: string): readonly Field[] {
  const [{ type }] = children;
  if (type.typeId === Type.Struct && type.children.length === 2) return children;
  throw broken(`${what} is a Map of ${typeName(type)}, expected a Struct of keys and values`);
}

function runChildren(children: readonly Field[], what: string): readonly Field[] {
  const [{ type }] = children;
  if (type.typeId === Type.Int && type.signed && type.bitWidth > 8) return children;
  throw broken(`${what} has ends of runs that are ${typeName(type)}, expected Int16, Int32 or Int64`);
}

function union(table: FlatTable, children: readonly Field[], what: string, oneOf: OneOf): object {
  const mode = oneOf(table.i16(0, 0), [0, 1], "mode");
  const { length, at, view } = table.vector(1, 4);
  const typeIds = table.has(1)
    ? Array.from({ length }, (_, i) => view.getInt32(at + 4 * i, true))
    : children.map((_, i) => i);
  const odd = typeIds.find((id, i) => id < 0 || id > 127 || typeIds.indexOf(id) < i);
  if (odd !== undefined) throw broken(`${what} has the member ${odd} twice, or one outside 0 to 127`);
  if (typeIds.length !== children.length) {
    throw broken(`${what} has ${children.length} members and names ${typeIds.length}`);
  }
  const typeMap = Object.fromEntries(typeIds.map((id, child) => [id, child]));
  return { mode, typeIds, typeMap, children };
}
