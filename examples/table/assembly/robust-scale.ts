/** Takes `center` away and divides by `scale`, in place; NaN stays NaN. */
export function robustScale(x: Float64Array, center: f64, scale: f64): void {
  for (let i: i32 = 0; i < x.length; i++) x[i] = (x[i] - center) / scale;
}
