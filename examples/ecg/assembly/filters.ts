/** Mean of the samples within `reach` of each, fewer at the ends. */
export function movingAverage(x: Float64Array, reach: i32): Float64Array {
  const n = x.length;
  const averages = new Float64Array(n);
  let sum: f64 = 0;
  let from: i32 = 0;
  let to: i32 = 0;
  for (let i: i32 = 0; i < n; i++) {
    while (to < n && to <= i + reach) {
      sum += x[to];
      to++;
    }
    while (from < i - reach) {
      sum -= x[from];
      from++;
    }
    averages[i] = sum / f64(to - from);
  }
  return averages;
}

/**
 * A Butterworth filter of the second order (bilinear transform), run forwards and then backwards, in place: nothing is
 * delayed, and the attenuation doubles to 6 dB at `cutoff` hertz.
 */
export function zeroPhase(y: Float64Array, fs: f64, cutoff: f64, highPass: bool): void {
  const n = y.length;
  if (n == 0) return;
  const k = Math.tan((Math.PI * cutoff) / fs);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = highPass ? norm : k * k * norm;
  const b1 = highPass ? -2 * norm : 2 * b0;
  const a1 = 2 * (k * k - 1) * norm;
  const a2 = (1 - Math.SQRT2 * k + k * k) * norm;
  for (let pass: i32 = 0; pass < 2; pass++) {
    // as if the first value had always been there, so that the filter starts at rest
    const first = y[pass == 0 ? 0 : n - 1];
    const rest = highPass ? 0 : first;
    let s1 = rest - b0 * first;
    let s2 = b0 * first - a2 * rest;
    for (let j: i32 = 0; j < n; j++) {
      const i = pass == 0 ? j : n - 1 - j;
      const v = y[i];
      const out = b0 * v + s1;
      s1 = b1 * v - a1 * out + s2;
      s2 = b0 * v - a2 * out;
      y[i] = out;
    }
  }
}

export function toF64(x: Float32Array): Float64Array {
  const n = x.length;
  const y = new Float64Array(n);
  for (let i: i32 = 0; i < n; i++) y[i] = f64(x[i]);
  return y;
}
