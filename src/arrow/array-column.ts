import type { Column, DataType, Field } from "@uwdata/flechette";
import { type Dtype, dtypeOf, isTypedArray, type TypedArray } from "../abi/dtype.js";
import { withoutHoles } from "../base/holes.js";
import { kindOf } from "../base/kind-of.js";
import { isDate, isError, isPlainObject } from "../base/realms.js";
import type { Flechette } from "./flechette.js";
import { type PlainKind, plainColumn } from "./plain-column.js";
import { arrowTypeOf, Type, typeName } from "./types.js";

/**
 * An ordinary array as an Arrow column. Strings become Utf8, booleans Bool, numbers Float64, bigints Int64, dates
 * Timestamp[ms, UTC], lists and plain objects what flechette infers; null, undefined and holes are null.
 * @param type the Arrow type, where it is given
 * @throws TypeError naming the component and the first value that does not fit
 */
export function arrayColumn(
  values: readonly unknown[] | TypedArray,
  given: DataType | undefined,
  batchRows: number,
  what: string,
  f: Flechette,
): Column<any> {
  if (given) checkWritten(given, what);
  const kind = given ? undefined : kindIn(values as readonly unknown[], what);
  const type = given ? ownType(given) : inferType(kind, values as readonly unknown[], f);
  if (isPlain(kind)) return plainColumn(kind, type!, values as readonly unknown[], batchRows, what, f);
  const options = { maxBatchRows: batchRows, useBigInt: true };
  try {
    // what is no list or object has a type by now
    const all = filled(values) as readonly unknown[];
    const column = f.columnFromArray(all as any[], type, options) as Column<any>;
    if (given) checkFit(all, column, given, what);
    return column;
  } catch (cause) {
    if (cause instanceof Misfit) throw new RangeError(cause.message);
    const why = isError(cause) ? cause.message : String(cause);
    throw new TypeError(`${what} has values that make no Arrow column: ${why}`, { cause });
  }
}

// flechette passes over holes, those of lists within the values too, so that rows would be lost
function filled<T>(value: T): T {
  if (Array.isArray(value)) return filledIn(withoutHoles(value), value.keys()) as T;
  return isPlainObject(value) ? filledIn(value, Object.keys(value)) : value;
}

function filledIn<T extends object>(value: T, keys: Iterable<PropertyKey>): T {
  let copy: T | undefined;
  for (const key of keys as Iterable<keyof T>) {
    const part = value[key];
    if (typeof part !== "object") continue;
    const own = filled(part);
    if (own === part) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as T;
    copy[key] = own;
  }
  return copy ?? value;
}

// flechette tells dictionaries apart by their type objects, and users give one to several columns
function ownType<T extends DataType>(type: T): T {
  const parts = type as { dictionary?: DataType; children?: readonly Field[] };
  return {
    ...type,
    ...(parts.dictionary && { dictionary: ownType(parts.dictionary) }),
    ...(parts.children && {
      children: parts.children.map((each) => ({ ...each, type: ownType(each.type) })),
    }),
  };
}

// flechette leaves the children of such types out of the schema, so that nobody could read it
function checkWritten(type: DataType, what: string): void {
  const parts = type as { dictionary?: DataType; children?: readonly Field[] };
  const { children } = (parts.dictionary ?? {}) as typeof parts;
  if (children && children.length > 0) {
    throw new TypeError(
      `${what} is written as ${typeName(type)}, and @uwdata/flechette writes dictionaries of plain values only: set ` +
        `the type ${typeName(parts.dictionary!)}.`,
    );
  }
  for (const child of parts.children ?? []) checkWritten(child.type, what);
}

class Misfit extends Error {}

// builders turn what they get into their type, so that 300 would become 44 as Int8
function checkFit(values: readonly unknown[], column: Column<any>, type: DataType, what: string): void {
  let item = 0;
  for (const made of column) {
    const value = values[item];
    const fits =
      value === null || value === undefined
        ? made === null
        : isDate(value)
          ? Number(made) === value.getTime()
          : typeof value === "object" || (type.typeId === Type.Float && typeof value === "number")
            ? made !== null
            : made === value || (typeof made === "bigint" && BigInt(made) === value);
    if (!fits) throw new Misfit(`${what} does not fit ${typeName(type)}: item ${item} is ${String(value)}.`);
    item++;
  }
}

type Kind = PlainKind | "list" | "object";

const isPlain = (kind: Kind | undefined): kind is PlainKind =>
  kind !== undefined && kind !== "list" && kind !== "object";

/** The kind of all values; undefined where there are only nulls. */
function kindIn(values: readonly unknown[], what: string): Kind | undefined {
  let first: { kind: Kind; item: number } | undefined;
  // the kind of the first, where the language has it as a type
  let simple: "string" | "number" | "boolean" | undefined;
  for (let item = 0; item < values.length; item++) {
    const value = values[item];
    if (value === null || value === undefined || typeof value === simple) continue;
    const kind = kindOfValue(value, what, item);
    first ??= { kind, item };
    if (kind === "string" || kind === "number" || kind === "boolean") simple = kind;
    if (kind === first.kind) continue;
    throw new TypeError(
      `${what} has values of two kinds, and an Arrow column has one: item ${first.item} is a ${first.kind}, ` +
        `item ${item} a ${kind}.`,
    );
  }
  return first?.kind;
}

function inferType(kind: Kind | undefined, values: readonly unknown[], f: Flechette): DataType | undefined {
  switch (kind) {
    case undefined:
      return f.nullType();
    case "string":
      return f.utf8();
    case "boolean":
      return f.bool();
    case "number":
      return f.float64();
    case "bigint":
      return f.int64();
    case "date":
      return f.timestamp(1, "UTC");
    case "list":
      return rowType(values, f);
    default:
      return undefined;
  }
}

// what is in typed arrays has their type, whichever type its values would fit
function rowType(values: readonly unknown[], f: Flechette): DataType | undefined {
  let common: Dtype | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const dtype = isTypedArray(value) ? dtypeOf(value) : undefined;
    if (dtype === undefined || dtype !== (common ?? dtype)) return undefined;
    common = dtype;
  }
  return common && f.list(f.field("item", arrowTypeOf(common, f)));
}

function kindOfValue(value: unknown, what: string, item: number): Kind {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return typeof value as Kind;
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return "bigint";
      throw new RangeError(`${what} has a bigint that 64 bits do not hold: item ${item} is ${value}.`);
    case "object":
      if (isDate(value)) {
        if (!Number.isNaN(value.getTime())) return "date";
        throw new RangeError(
          `${what} has an invalid date: item ${item}. Use null for a date that is not known.`,
        );
      }
      if (Array.isArray(value) || isTypedArray(value)) return "list";
      if (isPlainObject(value)) return "object";
  }
  throw new TypeError(
    `${what} has values that Arrow has no type for: item ${item} is ${kindOf(value)}. Expected strings, booleans, ` +
      "numbers, bigints, dates, lists or plain objects of these; delete the component, or make it of these.",
  );
}
