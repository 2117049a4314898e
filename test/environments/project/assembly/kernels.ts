/** The sum of a row, `scale` times. */
export function total(row: Float64Array, scale: f64 = 1): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < row.length; i++) sum += row[i];
  return scale * sum;
}

export function double(row: Float64Array): void {
  for (let i = 0; i < row.length; i++) row[i] *= 2;
}

/** Throws for an empty row, never ends for a negative one. */
export function picky(row: Float64Array): f64 {
  if (row.length == 0) throw new RangeError("an empty row");
  while (row[0] < 0) row[0] -= 1;
  return row[0];
}
