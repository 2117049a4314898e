export { readArrow } from "./files.js";
export { type ArrowSource, fromArrow } from "./from-arrow.js";
export type { ArrowType, FromArrowOptions, IpcOptions, Nulls, ToArrowOptions } from "./options.js";
export { type ArrowReport, arrowReport, type ColumnReport } from "./report.js";
export { type ArrowInput, toArrow, toArrowTable } from "./to-arrow.js";
export { type ArrowWriter, arrowWriter } from "./writer.js";
