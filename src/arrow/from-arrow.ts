import type { Field } from "@uwdata/flechette";
import { kindOf } from "../base/kind-of.js";
import { suggestion } from "../base/near-miss.js";
import { shownValue } from "../base/option-names.js";
import type { AnyBatchClass } from "../batch/any-batch.js";
import { assemble } from "../batch/assemble.js";
import type { Parallel } from "../batch/parallel-type.js";
import type { Component } from "../columns/column.js";
import { checkDtype } from "../columns/dense.js";
import { isColumn } from "../columns/from-values.js";
import { arrayComponent, checkItems } from "./array-component.js";
import { flechette } from "./flechette.js";
import { numbersFrom } from "./int64.js";
import { checkBatchClass, checkFromArrowOptions, type FromArrowOptions, type Nulls } from "./options.js";
import { type How, readColumn } from "./read.js";
import { type ColumnReport, keepReport } from "./report.js";
import { openSource, type Source } from "./source.js";
import type { ArrowColumns } from "./table.js";
import { dtypeOfArrow, type Role, roleKey } from "./types.js";

/** Arrow IPC bytes, a stream or a file; the messages of a stream one by one; or a table of `@uwdata/flechette`. */
export type ArrowSource = Uint8Array | ArrayBufferLike | readonly Uint8Array[] | ArrowColumns;

/**
 * A batch of a class, made of Arrow data: numeric columns become dense, those of FixedSizeList too, and those of List
 * ragged columns; dates, times and durations their counts as i32 or i64; all others ordinary arrays.
 *
 * Bytes in shared memory, such as those that were read into `sharedBytes(n).values`, are used where they are: no element
 * is copied, and writing to a column writes to these bytes, which stay as long as a column is over them. That takes
 * the column's dtype, no nulls, and for dense columns one record batch. Anything else is copied once. `arrowReport(batch)`
 * returns which. Needs `@uwdata/flechette`.
 * @param source the bytes, the messages of a stream, or a table of `@uwdata/flechette`
 * @param batchClass the class of the batch
 * @param options the columns to take, what nulls become, dtypes to convert to
 * @throws TypeError, RangeError naming the column, for what no component holds, and for nulls in numbers unless `nulls`
 * says what they become
 * @cost Nothing is copied of bytes in shared memory, see above; else each column once.
 * @example
 * import { fromArrow, toArrow } from "nogil/arrow";
 *
 * const bytes = await toArrow(batch);
 * const again = await fromArrow(bytes, EcgBatch);
 */
export function fromArrow<T extends AnyBatchClass>(
  source: ArrowSource,
  batchClass: T,
  options?: FromArrowOptions,
): Promise<Parallel<InstanceType<T>>>;
/**
 * The same as components by name, without a batch.
 * @param source the bytes, the messages of a stream, or a table of `@uwdata/flechette`
 * @param options the columns to take, what nulls become, dtypes to convert to
 * @throws TypeError, RangeError naming the column, for what no component holds, and for nulls in numbers unless `nulls` says what
 * they become
 * @cost Nothing is copied of bytes in shared memory; else each column once.
 * @example
 * import type { Dense } from "nogil";
 * import { fromArrow, toArrow } from "nogil/arrow";
 *
 * const bytes = await toArrow({ x: new Float32Array(3) });
 * const { x } = await fromArrow<{ x: Dense<"f32"> }>(bytes);
 */
export function fromArrow<C extends object = Record<string, Component>>(
  source: ArrowSource,
  options?: Omit<FromArrowOptions, "ids">,
): Promise<C>;
export async function fromArrow(
  given: ArrowSource,
  batchClass?: AnyBatchClass | FromArrowOptions,
  options: FromArrowOptions = {},
): Promise<unknown> {
  const how = typeof batchClass === "function" ? options : batchClass === undefined ? options : batchClass;
  checkFromArrowOptions(how, "fromArrow()");
  if (typeof batchClass === "function") checkBatchClass(batchClass, "fromArrow()");
  const source = openSource(given, await flechette());
  try {
    return typeof batchClass === "function"
      ? batchOf(source, batchClass, options)
      : componentsIn(source, how);
  } finally {
    source.close();
  }
}

/** @internal @param firstRow the number of the first item, where there are no ids */
export function batchOf<T extends AnyBatchClass>(
  source: Source,
  batchClass: T,
  options: FromArrowOptions,
  firstRow = 0,
): Parallel<InstanceType<T>> {
  const { ids, columns } = parts(source, options);
  checkItems(source.rows, "The Arrow data");
  const { components, reports } = read(source, columns, options);
  const indices = ids === undefined ? numbered(firstRow, source.rows) : idsIn(source, ids);
  const batch = assemble(batchClass as any, indices, components) as Parallel<InstanceType<T>>;
  return keepReport(batch as object, reports) as Parallel<InstanceType<T>>;
}

/** @internal @throws TypeError, RangeError as `batchOf` for a source of this kind, whether it has rows or not */
export function checkParts(source: Source, options: FromArrowOptions): void {
  dispose(read(source, parts(source, options).columns, options).components);
}

/** What of a source makes a batch: the column of ids, if there is one, and those of components. */
function parts(source: Source, options: FromArrowOptions) {
  const ids = options.ids ?? source.fields.find(hasIds)?.name;
  const columns = checkNames(source, options.columns ?? source.fields.map(({ name }) => name), "columns");
  if (ids !== undefined) checkNames(source, [ids], "ids");
  return { ids, columns: columns.filter((name) => name !== ids) };
}

function dispose(components: Record<string, Component>): void {
  for (const component of Object.values(components)) if (isColumn(component)) component.dispose();
}

function numbered(first: number, rows: number): readonly number[] | number {
  return first === 0 ? rows : Array.from({ length: rows }, (_, i) => first + i);
}

function componentsIn(source: Source, options: FromArrowOptions): Record<string, Component> {
  const names = options.columns ?? source.fields.map(({ name }) => name);
  const { components, reports } = read(source, checkNames(source, names, "columns"), options);
  return keepReport(components, reports);
}

function read(source: Source, names: readonly string[], options: FromArrowOptions) {
  for (const key of ["nulls", "dtypes", "categories"] as const) {
    const by = options[key];
    if (typeof by === "object") checkNames(source, Object.keys(by), key);
  }
  const places = placesOf(source);
  const components: Record<string, Component> = {};
  const reports: Record<string, ColumnReport> = {};
  try {
    for (const name of names) {
      const at = places.get(name)!;
      const [field, column] = [source.fields[at], source.column(at)];
      const dtype = options.dtypes?.[name];
      if (dtype !== undefined) checkDtype(dtype);
      const categories = options.categories?.[name];
      if (categories !== undefined && dtype !== undefined) {
        throw new TypeError(`The column "${name}" is read either as categories or as ${dtype}, not both.`);
      }
      const { budget, copiedBefore } = source;
      const how: How = { nulls: nullsFor(name, options.nulls), dtype, categories, budget, copiedBefore };
      const made = readColumn(field, column, how);
      components[name] = made.component;
      reports[name] = made.report;
    }
  } catch (error) {
    dispose(components);
    throw error;
  }
  return { components, reports };
}

function nullsFor(name: string, nulls: FromArrowOptions["nulls"] = "error"): Nulls {
  const own = typeof nulls === "object" ? (nulls[name] ?? "error") : nulls;
  if (own === "error" || own === "nan" || typeof own === "number") return own;
  throw new TypeError(`nulls takes "error", "nan" or a number, got ${shownValue(own)}.`);
}

function idsIn(source: Source, name: string): readonly (string | number)[] {
  const at = placesOf(source).get(name)!;
  const [field, column] = [source.fields[at], source.column(at)];
  const refuse = (row: number, id: unknown): never => {
    const what = typeof id === "bigint" ? String(id) : kindOf(id);
    throw new TypeError(`Ids are strings or numbers: the column "${name}" has ${what} at row ${row}.`);
  };
  if (dtypeOfArrow(field.type) === "i64" && column.nullCount === 0) {
    const parts = column.data.map(({ values, length }) => {
      const part = (values as BigInt64Array).subarray(0, length);
      return numbersFrom(part, (i) => refuse(i, part[i]));
    });
    return parts.length === 1 ? parts[0] : parts.flat();
  }
  const what = `The column "${name}" of ids`;
  const ids = arrayComponent(field.type, column, { what, budget: source.budget });
  return ids.map((id, row) => {
    if (typeof id === "string" || typeof id === "number") return id;
    return typeof id === "bigint" && Number.isSafeInteger(Number(id)) ? Number(id) : refuse(row, id);
  });
}

function hasIds({ metadata }: Field): boolean {
  return metadata?.get(roleKey) === ("ids" satisfies Role);
}

const placesOf = ({ fields }: Source) => new Map(fields.map(({ name }, at) => [name, at]));

function checkNames({ fields }: Source, names: readonly string[], option: string): readonly string[] {
  const there = fields.map(({ name }) => name);
  const known = new Set(there);
  if (known.size < there.length) {
    const twice = there.find((name, i) => there.indexOf(name) < i);
    throw new TypeError(`Two columns are called "${twice}": components have different names, so rename one.`);
  }
  for (const name of names) {
    if (known.has(name)) continue;
    throw new TypeError(
      `${option} names a column "${name}", which is not there${suggestion(name, there)} ` +
        `There are: ${there.join(", ")}.`,
    );
  }
  return names;
}
