import type { Column, DataType } from "@uwdata/flechette";
import { isDate } from "../realms.js";
import { Type, typeName } from "./types.js";

/**
 * The values of an Arrow column as an ordinary array: strings, booleans, numbers, bigints, dates, arrays and plain
 * objects, with null where the column has it.
 * @throws TypeError for types that have no such values
 */
export function arrayComponent(type: DataType, column: Column<any>, what: string): unknown[] {
  if (type.typeId === Type.Interval) {
    throw new TypeError(
      `${what} has values that no component holds: leave it out with the option columns, or turn ${typeName(type)} ` +
        "into numbers or strings first.",
    );
  }
  const values: unknown[] = new Array(column.length);
  let next = 0;
  for (const batch of column.data) {
    // an iterator would make an object a value, which for long columns is most of the garbage of reading
    for (let i = 0; i < batch.length; i++) values[next++] = plain(batch.at(i));
  }
  return values;
}

// lists of numbers come as typed arrays, views of the Arrow bytes
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isDate(value)) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
