import { movingAverage, toF64 } from "./filters";

/**
 * Turns the lead over, in place, if it was recorded with its electrodes swapped.
 *
 * The QRS complex of an upright lead points up and is by far the steepest wave, so the third central moment of the
 * signal is positive; skewness serves as a measure of an ECG's quality for the same reason (Clifford, Behar, Li and Rezek,
 * "Signal quality indices and data fusion for determining clinical acceptability of electrocardiograms", Physiological
 * Measurement 33(9):1419-1433, 2012). Each second votes, about its own moving average over 0.3 s, so that neither
 * baseline wander nor a few artefacts decide.
 *
 * @param x signal of one lead in mV, any scale
 * @param fs hertz
 * @returns whether the lead was turned over
 */
export function flipLead(x: Float32Array, fs: f64): bool {
  const n = x.length;
  const reach = i32(Math.round(0.15 * fs));
  const window = max<i32>(1, i32(Math.round(fs)));
  const level = movingAverage(toF64(x), reach);
  let up: i32 = 0;
  let down: i32 = 0;
  for (let start: i32 = 0; start + window <= n; start += window) {
    let cubes: f64 = 0;
    for (let i: i32 = start; i < start + window; i++) {
      const d = f64(x[i]) - level[i];
      cubes += d * d * d;
    }
    if (cubes > 0) up++;
    else if (cubes < 0) down++;
  }
  if (down <= up) return false;
  for (let i: i32 = 0; i < n; i++) x[i] = -x[i];
  return true;
}
