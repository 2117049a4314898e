/**
 * Every kernel of `assembly/` in plain TypeScript: what the tests compare the WebAssembly with. Both do the same
 * arithmetic in the same order, in double precision between 32-bit inputs and outputs.
 */

/** Turns the lead over, in place, if most of it points downwards. @returns whether it did */
export function flipLead(x: Float32Array, fs: number): boolean {
  const reach = Math.round(0.15 * fs);
  const window = Math.max(1, Math.round(fs));
  const level = movingAverage(x, reach);
  let up = 0;
  let down = 0;
  for (let start = 0; start + window <= x.length; start += window) {
    let cubes = 0;
    for (let i = start; i < start + window; i++) {
      const d = x[i] - level[i];
      cubes += d * d * d;
    }
    if (cubes > 0) up++;
    else if (cubes < 0) down++;
  }
  if (down <= up) return false;
  for (let i = 0; i < x.length; i++) x[i] = -x[i];
  return true;
}

/** Mean of the samples within `reach` of each, fewer at the ends. */
function movingAverage(x: Float32Array | Float64Array, reach: number): Float64Array {
  const n = x.length;
  const averages = new Float64Array(n);
  let sum = 0;
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    while (to < n && to <= i + reach) sum += x[to++];
    while (from < i - reach) sum -= x[from++];
    averages[i] = sum / (to - from);
  }
  return averages;
}

/** Takes away, in place, what is slower than `cutoff` hertz. */
export function removeBaseline(x: Float32Array, fs: number, cutoff = 0.5): void {
  const n = x.length;
  if (n === 0) return;
  const y = Float64Array.from(x);
  zeroPhase(y, fs, cutoff, true);
  for (let i = 0; i < n; i++) x[i] = y[i];
}

/** A Butterworth filter of the second order, forwards and then backwards, so that nothing is delayed. */
function zeroPhase(y: Float64Array, fs: number, cutoff: number, highPass: boolean): void {
  const n = y.length;
  const k = Math.tan((Math.PI * cutoff) / fs);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = highPass ? norm : k * k * norm;
  const b1 = highPass ? -2 * norm : 2 * b0;
  const a1 = 2 * (k * k - 1) * norm;
  const a2 = (1 - Math.SQRT2 * k + k * k) * norm;
  for (let pass = 0; pass < 2; pass++) {
    // as if the first value had always been there, so that the filter starts at rest
    const first = y[pass === 0 ? 0 : n - 1];
    const rest = highPass ? 0 : first;
    let s1 = rest - b0 * first;
    let s2 = b0 * first - a2 * rest;
    for (let j = 0; j < n; j++) {
      const i = pass === 0 ? j : n - 1 - j;
      const v = y[i];
      const out = b0 * v + s1;
      s1 = b1 * v - a1 * out + s2;
      s2 = b0 * v - a2 * out;
      y[i] = out;
    }
  }
}

/** Zero mean and unit variance, in place. A constant row becomes zeros. */
export function standardize(x: Float32Array): void {
  const n = x.length;
  if (n === 0) return;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const d = x[i] - mean;
    squares += d * d;
  }
  const deviation = Math.sqrt(squares / n);
  // what is left of a constant row is rounding
  const scale = deviation > 1e-9 * Math.abs(mean) ? 1 / deviation : 0;
  for (let i = 0; i < n; i++) x[i] = (x[i] - mean) * scale;
}

/** Times of the R peaks in seconds. */
export function findPeaks(x: Float32Array, fs: number, refractory = 0.25): Float32Array {
  const n = x.length;
  if (n < fs) return new Float32Array(0);
  const energy = qrsEnergy(x, fs);
  const apart = Math.round(refractory * fs);

  const places = new Int32Array(Math.floor(n / Math.max(1, apart)) + 2);
  const candidates = localMaxima(energy, apart, places);
  const accepted = decide(energy, places, candidates, fs);

  const peaks = new Float32Array(accepted);
  const reach = Math.round(0.1 * fs);
  let found = 0;
  let last = -apart;
  for (let k = 0; k < accepted; k++) {
    const from = Math.max(0, places[k] - reach);
    const to = Math.min(n - 1, places[k] + reach);
    let top = from;
    for (let i = from + 1; i <= to; i++) if (x[i] > x[top]) top = i;
    // two energies may lead to one peak
    if (top - last < apart) continue;
    last = top;
    let offset = 0;
    if (top > 0 && top < n - 1) {
      const left = x[top - 1];
      const right = x[top + 1];
      const bend = left - 2 * x[top] + right;
      if (bend < 0) offset = (0.5 * (left - right)) / bend;
    }
    peaks[found++] = (top + offset) / fs;
  }
  return peaks.slice(0, found);
}

/** Energy of the steep parts between 5 and 15 Hz, where QRS complexes stand out. */
function qrsEnergy(x: Float32Array, fs: number): Float64Array {
  const n = x.length;
  const band = Float64Array.from(x);
  zeroPhase(band, fs, 5, true);
  zeroPhase(band, fs, 15, false);
  const squares = new Float64Array(n);
  for (let i = 2; i < n - 2; i++) {
    const slope = (2 * (band[i + 1] - band[i - 1]) + (band[i + 2] - band[i - 2])) * (fs / 8);
    squares[i] = slope * slope;
  }
  return movingAverage(squares, Math.round(0.075 * fs));
}

/** Places of the local maxima, the highest wherever several are nearer than `apart`. */
function localMaxima(energy: Float64Array, apart: number, places: Int32Array): number {
  let count = 0;
  let best = -1;
  for (let i = 1; i < energy.length - 1; i++) {
    if (best >= 0 && i - best >= apart) {
      places[count++] = best;
      best = -1;
    }
    if (energy[i] > energy[i - 1] && energy[i] >= energy[i + 1] && (best < 0 || energy[i] > energy[best]))
      best = i;
  }
  if (best >= 0) places[count++] = best;
  return count;
}

/** Which local maxima are beats: their places come first, in order. @returns how many there are */
function decide(energy: Float64Array, places: Int32Array, count: number, fs: number): number {
  let signal = typicalMaximum(energy, Math.round(1.5 * fs));
  let noise = 0.1 * signal;
  let interval = 0;
  let last = -1;
  let lastCandidate = -1;
  let accepted = 0;
  for (let k = 0; k <= count; k++) {
    const place = k < count ? places[k] : energy.length;
    const threshold = noise + 0.25 * (signal - noise);
    const isBeat = k === count || (energy[place] > threshold && !isTWave(energy, last, place, fs));
    if (!isBeat) {
      noise += 0.125 * (energy[place] - noise);
      continue;
    }
    // a gap of more than 1.66 usual intervals is searched again with half the threshold
    while (last >= 0 && interval > 0 && place - last > 1.66 * interval) {
      let best = -1;
      for (let j = lastCandidate + 1; j < k; j++) {
        const high = energy[places[j]] > 0.5 * threshold && !isTWave(energy, last, places[j], fs);
        if (high && (best < 0 || energy[places[j]] > energy[places[best]])) best = j;
      }
      if (best < 0) break;
      signal += 0.25 * (energy[places[best]] - signal);
      interval += 0.125 * (places[best] - last - interval);
      last = places[best];
      lastCandidate = best;
      places[accepted++] = last;
    }
    if (k === count) break;
    // one artefact must not lift the level beyond the beats that follow
    signal += 0.125 * (Math.min(energy[place], 4 * signal) - signal);
    if (last >= 0) interval += (interval > 0 ? 0.125 : 1) * (place - last - interval);
    last = place;
    lastCandidate = k;
    places[accepted++] = place;
  }
  return accepted;
}

/** A wave soon after a beat and less than half as steep: its energy, a square, is less than a quarter. */
function isTWave(energy: Float64Array, last: number, place: number, fs: number): boolean {
  return last >= 0 && place - last < 0.36 * fs && energy[place] < 0.25 * energy[last];
}

/** Median of the maxima of windows of `width` samples. */
function typicalMaximum(energy: Float64Array, width: number): number {
  const windows = Math.max(1, Math.floor(energy.length / width));
  const maxima = new Float64Array(windows);
  for (let w = 0; w < windows; w++) {
    const end = Math.min(energy.length, (w + 1) * width);
    for (let i = w * width; i < end; i++) if (energy[i] > maxima[w]) maxima[w] = energy[i];
  }
  maxima.sort();
  return maxima[windows >> 1];
}

/** The signal at `rate` hertz: band-limited interpolation at the times of the new samples. */
export function resample(x: Float32Array, fs: number, rate = 250): Float32Array {
  if (fs !== Math.floor(fs) || rate !== Math.floor(rate) || fs < 1 || rate < 1) {
    throw new RangeError(`Expected whole sampling rates in Hz, got ${fs} and ${rate}.`);
  }
  const n = x.length;
  if (n === 0) return new Float32Array(0);
  const common = divisor(fs, rate);
  const phases = rate / common;
  const stride = fs / common;
  // of the lower of the two Nyquist frequencies, as a share of the input's
  const cutoff = Math.min(1, rate / fs);
  const reach = Math.ceil(zeroCrossings / cutoff);
  const width = 2 * reach;
  const taps = new Float64Array(phases * width);
  for (let p = 0; p < phases; p++) fillTaps(taps, p * width, width, p / phases, cutoff);

  const out = new Float32Array(Math.floor(((n - 1) * phases) / stride) + 1);
  let centre = 0;
  let phase = 0;
  for (let m = 0; m < out.length; m++) {
    const start = centre - reach + 1;
    const first = phase * width;
    let sum = 0;
    if (start >= 0 && start + width <= n) {
      for (let t = 0; t < width; t++) sum += taps[first + t] * x[start + t];
    } else {
      for (let t = 0; t < width; t++) {
        const i = start + t;
        sum += taps[first + t] * x[i < 0 ? 0 : i >= n ? n - 1 : i];
      }
    }
    out[m] = sum;
    phase += stride;
    while (phase >= phases) {
      phase -= phases;
      centre++;
    }
  }
  return out;
}

const zeroCrossings = 12;

/** Weights of the samples around a time that lies `fraction` of a sample after the middle one; they add up to 1. */
function fillTaps(taps: Float64Array, first: number, width: number, fraction: number, cutoff: number): void {
  const reach = width / 2;
  let total = 0;
  for (let t = 0; t < width; t++) {
    const distance = t - (reach - 1) - fraction;
    const angle = Math.PI * distance * cutoff;
    const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    taps[first + t] = sinc * window;
    total += sinc * window;
  }
  for (let t = 0; t < width; t++) taps[first + t] /= total;
}

function divisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Windows around the beats, one after another: `[beats × (before + after)]` samples. */
export function cutWindows(
  x: Float32Array,
  beats: Float32Array,
  rate: number,
  before: number,
  after: number,
): Float32Array {
  const width = before + after;
  const windows = new Float32Array(beats.length * width);
  const n = x.length;
  if (n === 0) return windows;
  for (let b = 0; b < beats.length; b++) {
    const start = Math.round(beats[b] * rate) - before;
    for (let t = 0; t < width; t++) {
      const i = start + t;
      windows[b * width + t] = x[i < 0 ? 0 : i >= n ? n - 1 : i];
    }
  }
  return windows;
}
