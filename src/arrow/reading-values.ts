import type { DataType } from "@uwdata/flechette";
import type { Budget } from "./ipc/budget.js";
import type { Part } from "./ipc/part.js";

/** The value at a place, null where there is none. */
export type Reader = (i: number) => unknown;

export interface Reads {
  /** how errors call the column */
  readonly what: string;
  readonly budget: Budget;
  /** whether a decimal that f64 does not hold exactly is an error */
  readonly exact: boolean;
  /** whether the same bytes may be read for many rows, so that what is made of them counts */
  readonly repeats?: boolean;
}

/** How the values of a part are read: `readerOf`. */
export type ReaderOf = (type: DataType, part: Part, reads: Reads) => Reader;
