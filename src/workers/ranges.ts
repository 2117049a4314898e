/** Items from `begin` up to `end`. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** How many items the ranges have together. */
export function countItems(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
}
