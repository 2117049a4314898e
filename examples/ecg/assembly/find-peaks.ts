import { chooseBeats, localMaxima } from "./beats";
import { movingAverage, toF64, zeroPhase } from "./filters";

/**
 * Times of the R peaks in seconds, to a fraction of a sample.
 *
 * The detector of Pan and Tompkins, "A real-time QRS detection algorithm", IEEE Transactions on Biomedical Engineering
 * 32(3):230-236, 1985: band-pass, slope, square, moving window of 0.15 s, thresholds that follow the levels of beats and
 * noise, a second search in long gaps, and a rule against T waves. Two things differ, because the whole recording is
 * there: the filters run both ways, so that no delay has to be undone, and the levels start from the whole recording.
 *
 * @param x signal of one upright lead, any scale
 * @param fs hertz
 * @param refractory seconds after a beat in which there is no other
 */
export function findPeaks(x: Float32Array, fs: f64, refractory: f64 = 0.25): Float32Array {
  const n = x.length;
  if (f64(n) < fs) return new Float32Array(0);
  const energy = qrsEnergy(x, fs);
  const apart = i32(Math.round(refractory * fs));

  const places = new Int32Array(n / max<i32>(1, apart) + 2);
  const candidates = localMaxima(energy, apart, places);
  const accepted = chooseBeats(energy, places, candidates, fs);

  const peaks = new Float32Array(accepted);
  const reach = i32(Math.round(0.1 * fs));
  let found: i32 = 0;
  let last = -apart;
  for (let k: i32 = 0; k < accepted; k++) {
    const from = max<i32>(0, places[k] - reach);
    const to = min<i32>(n - 1, places[k] + reach);
    let top = from;
    for (let i: i32 = from + 1; i <= to; i++) {
      if (x[i] > x[top]) top = i;
    }
    // two energies may lead to one peak
    if (top - last < apart) continue;
    last = top;
    let offset: f64 = 0;
    if (top > 0 && top < n - 1) {
      // the top of the parabola through three samples
      const left = f64(x[top - 1]);
      const right = f64(x[top + 1]);
      const bend = left - 2 * f64(x[top]) + right;
      if (bend < 0) offset = (0.5 * (left - right)) / bend;
    }
    peaks[found] = f32((f64(top) + offset) / fs);
    found++;
  }
  return peaks.slice(0, found);
}

/** Energy of the steep parts between 5 and 15 Hz, where QRS complexes stand out. */
function qrsEnergy(x: Float32Array, fs: f64): Float64Array {
  const n = x.length;
  const band = toF64(x);
  zeroPhase(band, fs, 5, true);
  zeroPhase(band, fs, 15, false);
  const squares = new Float64Array(n);
  for (let i: i32 = 2; i < n - 2; i++) {
    const slope = (2 * (band[i + 1] - band[i - 1]) + (band[i + 2] - band[i - 2])) * (fs / 8);
    squares[i] = slope * slope;
  }
  return movingAverage(squares, i32(Math.round(0.075 * fs)));
}
