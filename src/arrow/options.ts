import type { Dtype } from "../columns/dtype.js";
import { kindOf } from "../columns/from-values.js";
import { checkOptionNames } from "../option-names.js";

/** Where a file is. */
export type Path = string | URL;

/** What to do with nulls in numeric columns; `"error"` is the default. */
export type Nulls = "error" | "nan" | number;

/** An Arrow data type, as flechette's functions (`utf8()`, `dictionary(utf8())`) make them. */
export interface ArrowType {
  readonly typeId: number;
}

export interface ToArrowOptions {
  /** Name of the column for the items' ids, or false to leave them out. @default "id" */
  ids?: string | false;
  /** Rows in a record batch. @default all, but no more than makes a gigabyte of one column */
  batchRows?: number;
  /**
   * Arrow types of components that are ordinary arrays, such as `{ label: dictionary(utf8()) }`. For a dense column
   * `list(…)` says that it is written as rows of any length, as other batches may have them.
   */
  types?: Readonly<Record<string, ArrowType>>;
}

export interface IpcOptions extends ToArrowOptions {
  /** `"file"` has a footer with the places of all record batches; `"stream"` is read from its beginning. */
  format?: "stream" | "file";
}

export interface FromArrowOptions {
  /** The column that has the ids. @default the one that `toArrow` wrote, else the items are numbered from 0 */
  ids?: string;
  /** The columns to take. @default all */
  columns?: readonly string[];
  /**
   * Nulls in numeric columns: an error, NaN (floats only), or a number in their place, for all or by column. A null list
   * then becomes an empty row. Strings and other ordinary arrays keep null.
   * @default "error"
   */
  nulls?: Nulls | Readonly<Record<string, Nulls>>;
  /**
   * Dtypes to convert numeric, boolean and decimal columns to. A value that the dtype does not hold exactly is an error,
   * but for floats, which round.
   */
  dtypes?: Readonly<Record<string, Dtype>>;
  /**
   * Columns of strings to read as numbers, dense i32: the place of each value among these categories, and -1 for null and
   * for any other value. All batches that are read with the same categories have the same numbers.
   */
  categories?: Readonly<Record<string, readonly string[]>>;
}

const toNames = ["ids", "batchRows", "types"];
const fromNames = ["ids", "columns", "nulls", "dtypes", "categories"];

/** @throws TypeError for an option that there is not */
export function checkToArrowOptions(options: ToArrowOptions, where: string): void {
  checkOptionNames(options, toNames, where);
}

/** @throws TypeError for an option that there is not */
export function checkIpcOptions(options: IpcOptions, where: string): void {
  checkOptionNames(options, [...toNames, "format"], where);
}

/** @throws TypeError for an option that there is not */
export function checkFromArrowOptions(options: FromArrowOptions, where: string): void {
  checkOptionNames(options, fromNames, where);
}

/** @throws TypeError for what is no path */
export function checkPath(path: unknown, where: string): void {
  if ((typeof path === "string" && path !== "") || path instanceof URL) return;
  throw new TypeError(
    `${where} takes the path of an Arrow file or a file URL first, got ${path === "" ? "an empty string" : kindOf(path)}.`,
  );
}
