import { toF64, zeroPhase } from "./filters";

/**
 * Takes away, in place, what is slower than `cutoff` hertz: wander of the baseline with breathing and movement.
 *
 * A high-pass filter run forwards and backwards. Without phase distortion a cutoff of up to 0.67 Hz leaves the ST segment
 * as it is: Kligfield et al., "Recommendations for the standardization and interpretation of the electrocardiogram, part
 * I", Circulation 115(10):1306-1324, 2007.
 *
 * @param x signal of one lead, any unit
 * @param fs hertz
 */
export function removeBaseline(x: Float32Array, fs: f64, cutoff: f64 = 0.5): void {
  const n = x.length;
  const y = toF64(x);
  zeroPhase(y, fs, cutoff, true);
  for (let i: i32 = 0; i < n; i++) x[i] = f32(y[i]);
}
