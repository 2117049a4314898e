import type { DataType } from "@uwdata/flechette";
import type { Parts } from "./ipc/part.js";
import { type Reads, readerOf } from "./values.js";

/**
 * The values of an Arrow column as an ordinary array: strings, booleans, numbers, bigints, dates, arrays and plain
 * objects, with null where the column has it.
 * @throws TypeError for types that have no such values
 */
export function arrayComponent(type: DataType, column: Parts, reads: Omit<Reads, "exact">): unknown[] {
  const values: unknown[] = new Array(column.length);
  let next = 0;
  for (const part of column.data) {
    const read = readerOf(type, part, { ...reads, exact: true });
    for (let i = 0; i < part.length; i++) values[next++] = read(i);
  }
  return values;
}
