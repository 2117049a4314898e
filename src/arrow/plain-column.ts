import type { Column as ArrowColumn, DataType } from "@uwdata/flechette";
import { batch, cut } from "./batches.js";
import type { Flechette } from "./flechette.js";
import { int64From } from "./int64.js";
import { encodeStrings } from "./utf8.js";

/** What the values of an array are, where a loop makes a column of them. */
export type PlainKind = "string" | "boolean" | "number" | "bigint" | "date";

/** Makes the buffers of the values from `begin` up to `end`. */
type Fill = (values: readonly unknown[], begin: number, end: number, what: string) => object;

const fills: Readonly<Record<PlainKind, Fill>> = {
  string: encodeStrings,
  boolean: (values, begin, end) => {
    const bits = new Uint8Array(Math.ceil((end - begin) / 8));
    for (let i = begin; i < end; i++)
      if (values[i] === true) bits[(i - begin) >> 3] |= 1 << ((i - begin) & 7);
    return { values: bits };
  },
  number: (values, begin, end) => {
    const numbers = new Float64Array(end - begin);
    for (let i = begin; i < end; i++) {
      const value = values[i];
      if (typeof value === "number") numbers[i - begin] = value;
    }
    return { values: numbers };
  },
  bigint: (values, begin, end) => {
    const integers = new BigInt64Array(end - begin);
    for (let i = begin; i < end; i++) {
      const value = values[i];
      if (typeof value === "bigint") integers[i - begin] = value;
    }
    return { values: integers };
  },
  date: (values, begin, end) => {
    const times = new Float64Array(end - begin);
    for (let i = begin; i < end; i++) {
      const value = values[i];
      if (value !== null && value !== undefined) times[i - begin] = (value as Date).getTime();
    }
    return { values: int64From(times) };
  },
};

/** Values of one kind, and null, undefined and holes, as an Arrow column of the type that goes with them. */
export function plainColumn(
  kind: PlainKind,
  type: DataType,
  values: readonly unknown[],
  batchRows: number,
  what: string,
  f: Flechette,
): ArrowColumn<any> {
  const fill = fills[kind];
  return cut(
    type,
    values.length,
    batchRows,
    (begin, end) =>
      batch(type, end - begin, { ...fill(values, begin, end, what), ...nullsIn(values, begin, end) }, f),
    f,
  );
}

function nullsIn(values: readonly unknown[], begin: number, end: number): object {
  let nullCount = 0;
  for (let i = begin; i < end; i++) if (values[i] === null || values[i] === undefined) nullCount++;
  if (nullCount === 0) return {};
  const validity = new Uint8Array(Math.ceil((end - begin) / 8));
  for (let i = begin; i < end; i++) {
    if (values[i] !== null && values[i] !== undefined) validity[(i - begin) >> 3] |= 1 << ((i - begin) & 7);
  }
  return { nullCount, validity };
}
