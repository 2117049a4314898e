// buckets grow by this factor, eight of them for every power of two
const perDoubling = 8;
const growth = 2 ** (1 / perDoubling);
// from 1 µs up to 71 minutes
const buckets = 32 * perDoubling + 1;

/**
 * Quantiles of durations in one kilobyte, however many there were: counts in buckets that grow by a constant factor, so that
 * each quantile is right within 4.4 % (DDSketch: Masson, Rim and Lee, VLDB 2019). Durations under 1 µs count as 1 µs.
 */
export class Quantiles {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;
  /** the longest, exactly */
  longest = 0;

  add(milliseconds: number): void {
    const bucket = Math.ceil(Math.log2(milliseconds * 1000) * perDoubling);
    this.#counts[bucket > 0 ? Math.min(bucket, buckets - 1) : 0]++;
    this.#count++;
    if (milliseconds > this.longest) this.longest = milliseconds;
  }

  /** The duration that a share `q` of them does not exceed, in milliseconds; 0 when there is none. */
  at(q: number): number {
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (let bucket = 0; bucket < buckets; bucket++) {
      left -= this.#counts[bucket];
      // what lies in a bucket is off by the same factor to both sides
      if (left <= 0) return Math.min(this.longest, (2 * growth ** bucket) / (growth + 1) / 1000);
    }
    return 0;
  }
}
