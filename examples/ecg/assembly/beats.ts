/** Places of the local maxima, the highest wherever several are nearer than `apart`. @returns how many there are */
export function localMaxima(energy: Float64Array, apart: i32, places: Int32Array): i32 {
  const n = energy.length;
  let count: i32 = 0;
  let best: i32 = -1;
  for (let i: i32 = 1; i < n - 1; i++) {
    if (best >= 0 && i - best >= apart) {
      places[count] = best;
      count++;
      best = -1;
    }
    const here = energy[i];
    if (here > energy[i - 1] && here >= energy[i + 1] && (best < 0 || here > energy[best])) best = i;
  }
  if (best >= 0) {
    places[count] = best;
    count++;
  }
  return count;
}

/** Which local maxima are beats: their places come first, in order. @returns how many there are */
export function chooseBeats(energy: Float64Array, places: Int32Array, count: i32, fs: f64): i32 {
  const n = energy.length;
  let signal = typicalMaximum(energy, i32(Math.round(1.5 * fs)));
  let noise = 0.1 * signal;
  let interval: f64 = 0;
  let last: i32 = -1;
  let lastCandidate: i32 = -1;
  let accepted: i32 = 0;
  for (let k: i32 = 0; k <= count; k++) {
    const place = k < count ? places[k] : n;
    const threshold = noise + 0.25 * (signal - noise);
    const isBeat = k == count || (energy[place] > threshold && !isTWave(energy, last, place, fs));
    if (!isBeat) {
      noise += 0.125 * (energy[place] - noise);
      continue;
    }
    // a gap of more than 1.66 usual intervals is searched again with half the threshold
    while (last >= 0 && interval > 0 && f64(place - last) > 1.66 * interval) {
      let best: i32 = -1;
      for (let j: i32 = lastCandidate + 1; j < k; j++) {
        const high = energy[places[j]] > 0.5 * threshold && !isTWave(energy, last, places[j], fs);
        if (high && (best < 0 || energy[places[j]] > energy[places[best]])) best = j;
      }
      if (best < 0) break;
      const missed = places[best];
      signal += 0.25 * (energy[missed] - signal);
      interval += 0.125 * (f64(missed - last) - interval);
      last = missed;
      lastCandidate = best;
      places[accepted] = missed;
      accepted++;
    }
    if (k == count) break;
    // one artefact must not lift the level beyond the beats that follow
    signal += 0.125 * (Math.min(energy[place], 4 * signal) - signal);
    if (last >= 0) interval += (interval > 0 ? 0.125 : 1) * (f64(place - last) - interval);
    last = place;
    lastCandidate = k;
    places[accepted] = place;
    accepted++;
  }
  return accepted;
}

/** A wave soon after a beat and less than half as steep: its energy, a square, is less than a quarter. */
function isTWave(energy: Float64Array, last: i32, place: i32, fs: f64): bool {
  return last >= 0 && f64(place - last) < 0.36 * fs && energy[place] < 0.25 * energy[last];
}

/** Median of the maxima of windows of `width` samples. */
function typicalMaximum(energy: Float64Array, width: i32): f64 {
  const n = energy.length;
  const windows = max<i32>(1, n / width);
  const maxima = new Float64Array(windows);
  for (let w: i32 = 0; w < windows; w++) {
    const end = min<i32>(n, (w + 1) * width);
    let highest: f64 = 0;
    for (let i: i32 = w * width; i < end; i++) {
      if (energy[i] > highest) highest = energy[i];
    }
    // kept in order as they come
    let place = w;
    while (place > 0 && maxima[place - 1] > highest) {
      maxima[place] = maxima[place - 1];
      place--;
    }
    maxima[place] = highest;
  }
  return maxima[windows >> 1];
}
