/** The sum of the row. */
export function sumOf(x: Float64Array): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum;
}

/** The sum of a row of single precision. */
export function sumOfSingles(x: Float32Array): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += <f64>x[i];
  return sum;
}

/** Turns every sign in place. */
export function negated(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = -x[i];
}

/** Twice the row, as a new one. */
export function doubled(x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = 2 * x[i];
  return y;
}
