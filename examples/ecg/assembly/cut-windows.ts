/**
 * Windows around the beats, one after another: `[beats × (before + after)]` samples. A window that reaches over an end of
 * the signal repeats the sample there.
 *
 * @param x signal at `rate` hertz
 * @param beats times of the R peaks in seconds
 * @param before samples of a window before the peak
 * @param after samples from the peak on
 */
export function cutWindows(x: Float32Array, beats: Float32Array, rate: f64, before: i32, after: i32): Float32Array {
  const n = x.length;
  const count = beats.length;
  const width = before + after;
  const windows = new Float32Array(count * width);
  if (n == 0) return windows;
  for (let b: i32 = 0; b < count; b++) {
    const start = i32(Math.round(f64(beats[b]) * rate)) - before;
    const first = b * width;
    for (let t: i32 = 0; t < width; t++) {
      const i = max<i32>(0, min<i32>(n - 1, start + t));
      windows[first + t] = x[i];
    }
  }
  return windows;
}
