import { isTypedArray, type TypedArray } from "../abi/dtype.js";
import { kindOf } from "../base/kind-of.js";
import { isNamed } from "../base/option-names.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { isBatch } from "../batch/batch-class.js";
import { componentsOf } from "../batch/components.js";
import { checkAlive } from "../batch/disposal.js";
import type { Bytes } from "../columns/bytes.js";
import type { Component } from "../columns/column.js";
import { isColumn } from "../columns/from-values.js";
import { flechette } from "./flechette.js";
import { checkIpcOptions, checkToArrowOptions, type IpcOptions, type ToArrowOptions } from "./options.js";
import type { ArrowTable } from "./table.js";
import { tableOf } from "./write.js";

/** What becomes an Arrow table: a batch, or columns and arrays by name. */
export type ArrowInput =
  | Pick<AnyBatch, "indices" | "data">
  | Readonly<Record<string, Component | TypedArray>>;

/**
 * A batch, or components by name, as bytes of Arrow IPC: a `"stream"` by default, or a `"file"`.
 *
 * Column `[N]` becomes a primitive column, `[N, k]` FixedSizeList, `[N, h, w, …]` FixedSizeList of all elements with the
 * extension type `arrow.fixed_shape_tensor`; ragged rows become List, ragged images the extension type
 * `arrow.variable_shape_tensor`, a Struct of a List `data` and a FixedSizeList `shape`. Ordinary arrays become Utf8, Bool,
 * Float64, Int64, Timestamp[ms, UTC], lists or structs; typed arrays, and arrays of typed arrays of one class, what the column
 * made of them becomes. Needs `@uwdata/flechette`.
 * @param input a batch, or columns and arrays by name
 * @param options stream or file, name of the column for the ids, types, rows in a record batch
 * @throws TypeError naming the component that is not an Arrow column
 * @cost The elements of columns are copied once, into the bytes.
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { toArrow } from "nogil/arrow";
 *
 * await writeFile("batch.arrow", await toArrow(batch, { format: "file" }));
 */
export async function toArrow(input: ArrowInput, options: IpcOptions = {}): Promise<Bytes> {
  checkIpcOptions(options, "toArrow()");
  const { format = "stream", ...others } = options;
  const { tableToIPC } = await flechette();
  return tableToIPC(await toArrowTable(input, others), { format }) as Bytes;
}

/**
 * A batch, or components by name, as a table of `@uwdata/flechette`, with the types that `toArrow` writes. Columns are not
 * copied: the table is a view of their memory, valid until they are disposed of.
 * @param input a batch, or columns and arrays by name
 * @param options name of the column for the ids, types, rows in a record batch
 * @throws TypeError naming the component that is not an Arrow column
 * @cost Nothing of columns is copied; arrays are, once.
 * @example
 * import { toArrowTable } from "nogil/arrow";
 *
 * const table = await toArrowTable(batch);
 * console.log(table.numRows, table.names);
 */
export async function toArrowTable(input: ArrowInput, options: ToArrowOptions = {}): Promise<ArrowTable> {
  checkToArrowOptions(options, "toArrowTable()");
  const f = await flechette();
  if (isBatch(input)) {
    checkAlive(input);
    return tableOf(componentsOf(input), input.indices, options, f);
  }
  if (!isNamed(input)) {
    throw new TypeError(
      `toArrow() takes a batch, or columns and arrays by name ({ x: column }), got ${kindOf(input)}.`,
    );
  }
  for (const [name, component] of Object.entries(input)) {
    if (Array.isArray(component) || isTypedArray(component) || isColumn(component)) continue;
    throw new TypeError(
      `toArrow() takes columns and arrays: the component "${name}" is ${kindOf(component)}.`,
    );
  }
  return tableOf(input as Record<string, Component | TypedArray>, undefined, options, f);
}
