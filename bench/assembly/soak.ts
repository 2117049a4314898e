/** The median of a row, which it leaves as it is. */
export function medianOf(x: Float64Array): f64 {
  return x.slice().sort()[x.length >> 1];
}

/** The row in ascending order, as a new one. */
export function sorted(x: Float64Array): Float64Array {
  return x.slice().sort();
}

/** Turns every sign in place. */
export function negate(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = -x[i];
}

/** How many elements the row has; fails for those of a multiple of `odd`. */
export function risky(x: Float64Array, odd: i32): i32 {
  if (x.length % odd == 0) throw new RangeError("a multiple");
  return x.length;
}

/** The sum of the row; never ends for one of `length` elements. */
export function endless(x: Float64Array, length: i32): f64 {
  while (x.length == length) {}
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}
