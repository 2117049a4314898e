import type { TypedArray } from "../../abi/dtype.js";

/** The values of a column in one record batch; a `Batch` of flechette has the same members. */
export interface Part {
  readonly length: number;
  readonly nullCount: number;
  /** a bit each, where there are nulls */
  readonly validity?: Uint8Array | null;
  readonly values?: TypedArray;
  readonly offsets?: TypedArray | null;
  readonly sizes?: TypedArray | null;
  readonly children?: readonly Part[];
  /** of a union, the member of each value */
  readonly typeIds?: Int8Array;
  /** what views point into */
  readonly data?: readonly Uint8Array[];
  /** absent where there is none, and no value needs it */
  readonly dictionary?: Parts;
}

/**
 * The values of a column; a `Column` of flechette has the same members. A dictionary may have more parts by now than its
 * length says.
 */
export interface Parts {
  readonly length: number;
  readonly nullCount: number;
  readonly data: readonly Part[];
  /** values up to each part, where that is known */
  readonly ends?: readonly number[];
}

export function partsOf(data: readonly Part[]): Parts {
  const sum = (key: "length" | "nullCount") => data.reduce((all, part) => all + part[key], 0);
  return { length: sum("length"), nullCount: sum("nullCount"), data };
}

/** Tells which values are null. */
export function nullTest({ nullCount, validity }: Part): (i: number) => boolean {
  if (nullCount === 0 || !validity?.length) return () => false;
  return (i) => (validity[i >> 3] & (1 << (i & 7))) === 0;
}
