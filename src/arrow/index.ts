/**
 * Batches and columns to and from Arrow tables, bytes and files. Needs `@uwdata/flechette`.
 * @module
 */

import "#host/needs";

export type { Dtype, TypedArray } from "../abi/dtype.js";
export type { Parallel } from "../batch/parallel-type.js";
// what is made here has types that a program names, though it imports "nogil" nowhere else
export type { Bytes } from "../columns/bytes.js";
export type { Column, Component, Dense, Ragged } from "../columns/column.js";
export { readArrow } from "./files.js";
export { type ArrowSource, fromArrow } from "./from-arrow.js";
export type { ArrowType, FromArrowOptions, IpcOptions, Nulls, Path, ToArrowOptions } from "./options.js";
export { type ArrowReport, arrowReport, type ColumnReport } from "./report.js";
export type { ArrowColumn, ArrowColumns, ArrowData, ArrowTable } from "./table.js";
export { type ArrowInput, toArrow, toArrowTable } from "./to-arrow.js";
export { type ArrowWriter, arrowWriter } from "./writer.js";
