import type { Column as ArrowColumn, Batch, DataType } from "@uwdata/flechette";
import type { Flechette } from "./flechette.js";

/** A column in record batches of so many rows, each of which `make` makes. */
export function cut(
  type: DataType,
  length: number,
  batchRows: number,
  make: (begin: number, end: number) => Batch<any>,
  f: Flechette,
): ArrowColumn<any> {
  const batches: Batch<any>[] = [];
  for (let begin = 0; begin < length; begin += batchRows) {
    batches.push(make(begin, Math.min(length, begin + batchRows)));
  }
  return new f.Column(batches, type);
}

const none = new Uint8Array(0);

/** @param buffers those of the type, and `nullCount` and `validity` where there are nulls */
export function batch(type: DataType, length: number, buffers: object, f: Flechette): Batch<any> {
  const Class = f.batchType(type, { useBigInt: true }) as unknown as new (options: object) => Batch<any>;
  return new Class({ length, nullCount: 0, type, validity: none, ...buffers });
}
