/** Heart rate of a recording and its variability over the recording. NaN where there are too few beats to tell. */
export interface HeartRate {
  readonly beats: number;
  /** beats per minute */
  readonly rate: number;
  /** standard deviation of the intervals between beats, ms */
  readonly sdnn: number;
  /** root mean square of the differences between neighbouring intervals, ms */
  readonly rmssd: number;
  /** percentage of neighbouring intervals that differ by more than 50 ms */
  readonly pnn50: number;
}

/**
 * Time-domain measures of "Heart rate variability: standards of measurement, physiological interpretation and clinical
 * use", Task Force of the European Society of Cardiology and the North American Society of Pacing and
 * Electrophysiology, Circulation 93(5):1043-1065, 1996. Every interval counts: ectopic beats are not told apart.
 *
 * @param peaks times of the R peaks in seconds, rising
 */
export function heartRate(peaks: ArrayLike<number>): HeartRate {
  const intervals = Array.from(
    { length: Math.max(0, peaks.length - 1) },
    (_, i) => 1000 * (peaks[i + 1] - peaks[i]),
  );
  const differences = intervals.slice(1).map((interval, i) => interval - intervals[i]);
  const average = mean(intervals);
  const spread = intervals.reduce((sum, interval) => sum + (interval - average) ** 2, 0);
  return {
    beats: peaks.length,
    rate: 60_000 / average,
    sdnn: intervals.length > 1 ? Math.sqrt(spread / (intervals.length - 1)) : Number.NaN,
    rmssd: Math.sqrt(mean(differences.map((difference) => difference ** 2))),
    pnn50: 100 * mean(differences.map((difference) => (Math.abs(difference) > 50 ? 1 : 0))),
  };
}

function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : Number.NaN;
}
