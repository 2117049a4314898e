/** So many steps of a random number generator: work that touches no memory. */
export function spin(seed: u32, steps: i32): u32 {
  let x = seed;
  for (let step = 0; step < steps; step++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
  }
  return x;
}

/** Zero mean, unit variance; a constant row becomes zeros. */
export function standardize(x: Float64Array): void {
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const mean = sum / x.length;
  let squares: f64 = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - mean) * (x[i] - mean);
  const scale = squares > 0 ? 1 / Math.sqrt(squares / x.length) : 0;
  for (let i = 0; i < x.length; i++) x[i] = (x[i] - mean) * scale;
}
