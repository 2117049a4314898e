/**
 * Zero mean and unit variance, in place; the sums are in double precision, the mean taken away before squaring. A
 * constant row becomes zeros.
 */
export function standardize(x: Float32Array): void {
  const n = x.length;
  if (n == 0) return;
  let sum: f64 = 0;
  for (let i: i32 = 0; i < n; i++) sum += f64(x[i]);
  const mean = sum / f64(n);
  let squares: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const d = f64(x[i]) - mean;
    squares += d * d;
  }
  const deviation = Math.sqrt(squares / f64(n));
  // what is left of a constant row is rounding
  const scale: f64 = deviation > 1e-9 * Math.abs(mean) ? 1 / deviation : 0;
  for (let i: i32 = 0; i < n; i++) x[i] = f32((f64(x[i]) - mean) * scale);
}
