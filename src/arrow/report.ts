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
  readonly bytesInPlace: number;
  readonly bytesCopied: number;
  readonly columns: Readonly<Record<string, ColumnReport>>;
}

const reports = new WeakMap<object, ArrowReport>();

export function keepReport<T extends object>(made: T, columns: Record<string, ColumnReport>): T {
  const bytes = (use: ColumnReport["use"]) =>
    Object.values(columns).reduce((sum, column) => sum + (column.use === use ? column.bytes : 0), 0);
  reports.set(made, { bytesInPlace: bytes("in place"), bytesCopied: bytes("copied"), columns });
  return made;
}

/** What of a batch, or of components, that came from Arrow lies where the Arrow bytes were, and what was copied and why. */
export function arrowReport(made: object): ArrowReport {
  const report = reports.get(made);
  if (report) return report;
  throw new TypeError("There is a report only on what fromArrow(), load() or readArrow() returned.");
}
