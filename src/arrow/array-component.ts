import type { DataType } from "@uwdata/flechette";
import type { Parts } from "./ipc/part.js";
import type { Reads } from "./reading-values.js";
import { readerOf } from "./values.js";

// an array of more is no list to V8, and takes many times the memory, or is none
const mostItems = 2 ** 27 - 16;

/** @throws RangeError for more rows than an array of JavaScript has */
export function checkItems(rows: number, what: string): void {
  if (rows <= mostItems) return;
  throw new RangeError(
    `${what} has ${rows} rows, and an array holds ${mostItems}: write it in several record batches, and read them with readArrow().`,
  );
}

/**
 * The values of an Arrow column as an ordinary array: strings, booleans, numbers, bigints, dates, arrays and plain
 * objects, with null where the column has it.
 * @throws TypeError for types that have no such values
 */
export function arrayComponent(type: DataType, column: Parts, reads: Omit<Reads, "exact">): unknown[] {
  checkItems(column.length, reads.what);
  const values: unknown[] = new Array(column.length);
  let next = 0;
  for (const part of column.data) {
    const read = readerOf(type, part, { ...reads, exact: true });
    for (let i = 0; i < part.length; i++) values[next++] = read(i);
  }
  return values;
}
