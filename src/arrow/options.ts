import type { Dtype } from "../abi/dtype.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames, isNamed, shownValue } from "../base/option-names.js";
import { isURL } from "../base/realms.js";
import { describeClass, isBatchClass } from "../batch/batch-class.js";

/** Where a file is. */
export type Path = string | URL;

/** What to do with nulls in numeric columns; `"error"` is the default. */
export type Nulls = "error" | "nan" | number;

/** An Arrow data type, as flechette's functions (`utf8()`, `dictionary(utf8())`) make them. */
export interface ArrowType {
  /** which type it is, as Arrow numbers them */
  readonly typeId: number;
}

/**
 * How a batch becomes an Arrow table.
 * @example
 * import { dictionary, utf8 } from "@uwdata/flechette";
 * import { type ToArrowOptions, toArrow } from "nogil/arrow";
 *
 * const options: ToArrowOptions = { ids: "record", types: { label: dictionary(utf8()) } };
 * const bytes = await toArrow({ label: ["high", "low", "high"] }, options);
 */
export interface ToArrowOptions {
  /** Name of the column for the items' ids, or false to leave them out. @default "id" */
  ids?: string | false | undefined;
  /** Rows in a record batch. @default all, but no more than makes a gigabyte of one column */
  batchRows?: number | undefined;
  /**
   * Arrow types of components that are ordinary arrays, such as `{ label: dictionary(utf8()) }`. A column has its own; for a
   * dense one `list(…)` says that it is written as rows of any length, as other batches may have them.
   * @default by the values of each: text, booleans, numbers, bigints, dates, arrays and plain objects
   */
  types?: Readonly<Record<string, ArrowType>> | undefined;
}

/**
 * How a batch becomes Arrow IPC bytes.
 * @example
 * import { type IpcOptions, toArrow } from "nogil/arrow";
 *
 * const options: IpcOptions = { format: "file", batchRows: 100_000 };
 * const bytes = await toArrow(batch, options);
 */
export interface IpcOptions extends ToArrowOptions {
  /**
   * `"file"` has a footer with the places of all record batches; `"stream"` is read from its beginning.
   * @default "stream"; "file" for `arrowWriter`
   */
  format?: "stream" | "file" | undefined;
}

/**
 * How Arrow data become a batch.
 * @example
 * import { type FromArrowOptions, fromArrow, toArrow } from "nogil/arrow";
 *
 * const bytes = await toArrow({ size: ["S", "L"], age: [31, null] });
 * const options: FromArrowOptions = { nulls: { age: -1 }, dtypes: { age: "i32" }, categories: { size: ["S", "M", "L"] } };
 * const { size, age } = await fromArrow(bytes, options); // columns of i32
 */
export interface FromArrowOptions {
  /** The column that has the ids. @default the one that `toArrow` wrote, else the items are numbered from 0 */
  ids?: string | undefined;
  /** The columns to take. @default all */
  columns?: readonly string[] | undefined;
  /**
   * Nulls in numeric columns: an error, NaN (floats only), or a number in their place, for all or by column. A null list
   * then becomes an empty row. Strings and other ordinary arrays keep null.
   * @default "error"
   */
  nulls?: Nulls | Readonly<Record<string, Nulls>> | undefined;
  /**
   * Dtypes to convert numeric, boolean and decimal columns to. A value that the dtype does not hold exactly is an error,
   * but for floats, which round.
   * @default the dtype that each column has in Arrow
   */
  dtypes?: Readonly<Record<string, Dtype>> | undefined;
  /**
   * Columns of strings to read as numbers, dense i32: the place of each value among these categories, and -1 for null and
   * for any other value. All batches that are read with the same categories have the same numbers.
   * @default none: columns of strings become arrays
   */
  categories?: Readonly<Record<string, readonly string[]>> | undefined;
}

const toNames = ["ids", "batchRows", "types"];
const fromNames = ["ids", "columns", "nulls", "dtypes", "categories"];

/** @throws TypeError for an option that there is not, or a value that it does not take */
export function checkToArrowOptions(options: ToArrowOptions, where: string): void {
  checkOptionNames(options, toNames, where);
  const { ids, types } = options;
  if (ids !== undefined && ids !== false && !isName(ids)) {
    throw new TypeError(
      `${where}: ids takes the name of the column for the ids, or false, got ${shownValue(ids)}.`,
    );
  }
  if (types === undefined) return;
  checkByName(types, "types", "{ label: utf8() }", where);
  for (const [name, type] of Object.entries(types)) {
    if (typeof (type as Partial<ArrowType> | null)?.typeId === "number") continue;
    throw new TypeError(
      `${where}: types takes Arrow types as @uwdata/flechette makes them, such as utf8(): "${name}" is ${shownValue(type)}.`,
    );
  }
}

/** @throws TypeError for an option that there is not, or a value that it does not take */
export function checkIpcOptions(options: IpcOptions, where: string): void {
  checkOptionNames(options, [...toNames, "format"], where);
  const { format, ...others } = options;
  checkToArrowOptions(others, where);
  if (format === undefined || format === "file" || format === "stream") return;
  throw new TypeError(`${where}: format takes "file" or "stream", got ${shownValue(format)}.`);
}

/** @throws TypeError for an option that there is not, or a value that it does not take */
export function checkFromArrowOptions(options: FromArrowOptions, where: string): void {
  checkOptionNames(options, fromNames, where);
  const { ids, columns, nulls, dtypes, categories } = options;
  if (ids !== undefined && !isName(ids)) {
    throw new TypeError(`${where}: ids takes the name of a column, got ${shownValue(ids)}.`);
  }
  const isList = Array.isArray(columns);
  if (columns !== undefined && !(isList && columns.findIndex((name) => !isName(name)) < 0)) {
    const got = isList ? columns.find((name) => !isName(name)) : columns;
    throw new TypeError(
      `${where}: columns takes names of columns in an array, got ${isList ? "one that is " : ""}${shownValue(got)}.`,
    );
  }
  if (typeof nulls === "object") checkByName(nulls, "nulls", '{ age: "nan" }', where);
  if (dtypes !== undefined) checkByName(dtypes, "dtypes", '{ age: "f32" }', where);
  if (categories !== undefined) checkByName(categories, "categories", '{ size: ["S", "M"] }', where);
}

const isName = (value: unknown) => typeof value === "string" && value !== "";

function checkByName(value: unknown, option: string, example: string, where: string): void {
  if (isNamed(value)) return;
  throw new TypeError(`${where}: ${option} takes an object by column, ${example}, got ${shownValue(value)}.`);
}

/** @throws TypeError for what is not a class of batches */
export function checkBatchClass(batchClass: unknown, where: string): void {
  if (isBatchClass(batchClass)) return;
  throw new TypeError(
    `${where} takes the class of the batches second, which extends Batch, got ${describeClass(batchClass)}.`,
  );
}

/** @throws TypeError for what is not a path */
export function checkPath(path: unknown, where: string): void {
  if ((typeof path === "string" && path !== "") || isURL(path)) return;
  throw new TypeError(
    `${where} takes the path of an Arrow file or a file URL first, got ${path === "" ? "an empty string" : kindOf(path)}.`,
  );
}
