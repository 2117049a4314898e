/** What became of one Arrow column. */
export interface ColumnReport {
  /** the Arrow type, such as `Int64`, `List<Float32>` or `Timestamp[us, UTC]` */
  readonly type: string;
  /** a column over the Arrow bytes, a column with a copy of them, or an ordinary array */
  readonly use: "in place" | "copied" | "array";
  /** bytes of elements; 0 for an ordinary array */
  readonly bytes: number;
  /** why it was copied */
  readonly why?: string;
}

/** What `fromArrow` used where it was, and what it copied. */
export interface ArrowReport {
  /** bytes of elements that columns use where the Arrow bytes are */
  readonly bytesInPlace: number;
  /** bytes of elements that were copied */
  readonly bytesCopied: number;
  /** by the names of the columns */
  readonly columns: Readonly<Record<string, ColumnReport>>;
}

const reports = new WeakMap<object, ArrowReport>();

export function keepReport<T extends object>(made: T, columns: Record<string, ColumnReport>): T {
  const bytes = (use: ColumnReport["use"]) =>
    Object.values(columns).reduce((sum, column) => sum + (column.use === use ? column.bytes : 0), 0);
  reports.set(made, { bytesInPlace: bytes("in place"), bytesCopied: bytes("copied"), columns });
  return made;
}

/**
 * Which columns of a batch, or of components, that came from Arrow use the Arrow bytes in place, and which were copied and why.
 * @param made what `fromArrow`, `load` or `readArrow` returned
 * @throws TypeError for anything else
 * @cost O(1): it is kept from when the data were read.
 * @example
 * import { arrowReport, fromArrow, toArrow } from "nogil/arrow";
 *
 * const again = await fromArrow(await toArrow(batch), EcgBatch);
 * console.table(arrowReport(again).columns);
 */
export function arrowReport(made: object): ArrowReport {
  const report = reports.get(made);
  if (report) return report;
  throw new TypeError("There is a report only on what fromArrow(), load() or readArrow() returned.");
}
