import { type Dtype, type TypedArray, typedArrays } from "../abi/dtype.js";
import { shownValue } from "../base/option-names.js";
import type { Nulls } from "./options.js";
import type { Rows } from "./rows.js";

/** A level of a column where nulls may be: its entries have so many elements each. */
export interface Level {
  readonly width: number;
  readonly nullCount: number;
  isNull(entry: number): boolean;
}

/**
 * Takes elements that are null, and the row that they are of. A null list is a range without elements.
 * @returns true to end the search
 */
export type TakeNulls = (row: number, begin: number, end: number) => boolean | void;

/** Every null of a record batch that is within a row, in no particular order. */
export function eachNull(
  levels: readonly Level[],
  itemLength: number,
  items: number,
  rows: Rows | undefined,
  take: TakeNulls,
): void {
  for (const { width, nullCount, isNull } of levels) {
    if (nullCount === 0) continue;
    for (let row = 0; row < items; row++) {
      // lists themselves, and items without elements
      if (width === 0) {
        if (isNull(row) && take(row, 0, 0)) return;
        continue;
      }
      const start = rows ? rows.starts[row] : row * itemLength;
      const length = rows ? rows.lengths[row] : itemLength;
      for (let begin = start; begin < start + length; begin += width) {
        if (isNull(begin / width) && take(row, begin, begin + width)) return;
      }
    }
  }
}

/** @returns what to put in the place of nulls. @throws TypeError, RangeError where the dtype has no such value */
export function fillFor(nulls: Exclude<Nulls, "error">, dtype: Dtype, what: string): number | bigint {
  if (nulls === "nan") {
    if (dtype.startsWith("f")) return Number.NaN;
    throw new TypeError(
      `${what} has nulls, and ${dtype} has no NaN for them: set nulls to a number, or make it f64 with dtypes.`,
    );
  }
  if (typeof nulls !== "number") {
    throw new TypeError(`nulls takes "error", "nan" or a number, got ${shownValue(nulls)}.`);
  }
  const big = dtype === "i64" || dtype === "u64";
  const held = new typedArrays[dtype](1) as TypedArray;
  if (!big || Number.isInteger(nulls)) held[0] = (big ? BigInt(nulls) : nulls) as never;
  if (dtype.startsWith("f") || (Number.isInteger(nulls) && Number(held[0]) === nulls)) return held[0];
  throw new RangeError(`${what} has nulls, and ${dtype} does not hold ${nulls} in their place.`);
}

export function nullError(row: number, what: string, name: string): TypeError {
  return new TypeError(
    `${what} has a null at row ${row}, and a column of numbers holds none. Say what nulls become: ` +
      `{ nulls: { ${JSON.stringify(name)}: "nan" } }, or a number instead of "nan".`,
  );
}
