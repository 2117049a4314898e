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

/** The same with four sums in each pass, so that an addition need not wait for the one before it. */
export function standardizeByFour(x: Float64Array): void {
  const n = x.length;
  const whole = n & ~3;
  let a: f64 = 0, b: f64 = 0, c: f64 = 0, d: f64 = 0;
  for (let i = 0; i < whole; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  for (let i = whole; i < n; i++) a += x[i];
  const mean = (a + b + (c + d)) / n;
  a = b = c = d = 0;
  for (let i = 0; i < whole; i += 4) {
    a += (x[i] - mean) * (x[i] - mean);
    b += (x[i + 1] - mean) * (x[i + 1] - mean);
    c += (x[i + 2] - mean) * (x[i + 2] - mean);
    d += (x[i + 3] - mean) * (x[i + 3] - mean);
  }
  for (let i = whole; i < n; i++) a += (x[i] - mean) * (x[i] - mean);
  const squares = a + b + (c + d);
  const scale = squares > 0 ? 1 / Math.sqrt(squares / n) : 0;
  for (let i = 0; i < n; i++) x[i] = (x[i] - mean) * scale;
}
