/** Zero crossings of the sinc on each side: enough that what aliases lies below the noise of a 16-bit recorder. */
const zeroCrossings: i32 = 12;

/**
 * The signal at `rate` hertz, by band-limited interpolation: a sinc with a Hann window, one set of weights for each phase
 * that the new samples have among the old (Smith and Gossett, "A flexible sampling-rate conversion method", IEEE ICASSP
 * 1984, 19.4.1-19.4.2). The signal is taken to go on with its end values.
 *
 * @param x signal
 * @param fs its rate, a whole number of hertz
 * @returns the samples from the time of the first to that of the last
 */
export function resample(x: Float32Array, fs: f64, rate: f64 = 250): Float32Array {
  if (fs != Math.floor(fs) || rate != Math.floor(rate) || fs < 1 || rate < 1) {
    throw new RangeError(`Expected whole sampling rates in Hz, got ${fs} and ${rate}.`);
  }
  const n = x.length;
  if (n == 0) return new Float32Array(0);
  const common = divisor(i32(fs), i32(rate));
  const phases = i32(rate) / common;
  const stride = i32(fs) / common;
  // the lower of the two Nyquist frequencies, as a share of the input's
  const cutoff = Math.min(1, rate / fs);
  const reach = i32(Math.ceil(f64(zeroCrossings) / cutoff));
  const width = 2 * reach;
  const taps = new Float64Array(phases * width);
  for (let p: i32 = 0; p < phases; p++) fillTaps(taps, p * width, width, f64(p) / f64(phases), cutoff);

  const length = i32((i64(n - 1) * phases) / stride) + 1;
  const out = new Float32Array(length);
  let centre: i32 = 0;
  let phase: i32 = 0;
  for (let m: i32 = 0; m < length; m++) {
    const start = centre - reach + 1;
    const first = phase * width;
    let sum: f64 = 0;
    if (start >= 0 && start + width <= n) {
      for (let t: i32 = 0; t < width; t++) sum += taps[first + t] * f64(x[start + t]);
    } else {
      for (let t: i32 = 0; t < width; t++) {
        const i = max<i32>(0, min<i32>(n - 1, start + t));
        sum += taps[first + t] * f64(x[i]);
      }
    }
    out[m] = f32(sum);
    phase += stride;
    while (phase >= phases) {
      phase -= phases;
      centre++;
    }
  }
  return out;
}

/** Weights of the samples around a time that lies `fraction` of a sample after the middle one; they add up to 1. */
function fillTaps(taps: Float64Array, first: i32, width: i32, fraction: f64, cutoff: f64): void {
  const reach = width / 2;
  let total: f64 = 0;
  for (let t: i32 = 0; t < width; t++) {
    const distance = f64(t - (reach - 1)) - fraction;
    const angle = Math.PI * distance * cutoff;
    const sinc: f64 = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / f64(reach));
    const weight = sinc * window;
    taps[first + t] = weight;
    total += weight;
  }
  for (let t: i32 = 0; t < width; t++) taps[first + t] = taps[first + t] / total;
}

function divisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
