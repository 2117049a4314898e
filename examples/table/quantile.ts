/** The quantiles of robust scaling. */
export const quartiles = [0.25, 0.5, 0.75] as const;

/** Numbers around a quantile of `n` sorted ones: their ranks, and how far it lies from the lower to the upper. */
interface Place {
  readonly lower: number;
  readonly upper: number;
  readonly fraction: number;
}

function placeOf(quantile: number, n: number): Place {
  const position = (n - 1) * quantile;
  const lower = Math.floor(position);
  return { lower, upper: Math.min(lower + 1, n - 1), fraction: position - lower };
}

/**
 * The quantile between two numbers: definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The
 * American Statistician 50(4):361-365, 1996, which is the default of NumPy, R and pandas. It rounds as NumPy does.
 */
function between(a: number, b: number, fraction: number): number {
  // infinities have no difference, and no fraction of one is 0
  if (a === b || fraction === 0) return a;
  const difference = b - a;
  return fraction < 0.5 ? a + difference * fraction : b - difference * (1 - fraction);
}

/** A quantile of numbers in order; NaN where there are none. */
export function quantileOf(sorted: Float64Array, quantile: number): number {
  if (sorted.length === 0) return Number.NaN;
  const { lower, upper, fraction } = placeOf(quantile, sorted.length);
  return between(sorted[lower], sorted[upper], fraction);
}

/** A bucket that has a wanted rank. */
interface Bucket {
  readonly bucket: number;
  readonly count: number;
  /** numbers in the buckets before it, and how many of these are not wanted */
  readonly below: number;
  readonly skipped: number;
}

/**
 * Exact quartiles of numbers that are seen twice, a block at a time, and never held: the first time they are counted by the
 * first 18 bits of their sort keys, the second time only those are kept whose bucket has a wanted rank. Selection in few
 * passes: Munro and Paterson, "Selection and sorting with limited storage", Theoretical Computer Science 12(3):315-323,
 * 1980.
 */
export class Selection {
  // of the buckets that have numbers, which are few
  readonly #counts = new Map<number, number>();
  readonly #taken: Float64Array[] = [];
  /** numbers, without NaN */
  count = 0;

  /** The first time: bucket and count, of the buckets that have some. */
  addCounts(pairs: Uint32Array): void {
    for (let i = 0; i < pairs.length; i += 2) {
      const [bucket, count] = [pairs[i], pairs[i + 1]];
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
      this.count += count;
    }
  }

  /** The buckets whose numbers are needed, in order: six at most. */
  wanted(): Int32Array {
    return Int32Array.from(this.#wanted(), ({ bucket }) => bucket);
  }

  /** The second time: the numbers in the wanted buckets. */
  addTaken(values: Float64Array): void {
    this.#taken.push(values);
  }

  /** The quartiles; NaN where there are no numbers. @throws RangeError when other numbers came the second time */
  quartiles(): readonly [number, number, number] {
    const wanted = this.#wanted();
    const expected = wanted.reduce((sum, { count }) => sum + count, 0);
    const sorted = joined(this.#taken).sort();
    if (sorted.length !== expected) {
      throw new RangeError(`Expected ${expected} numbers the second time, got ${sorted.length}.`);
    }
    const at = (rank: number) => {
      const { skipped } = wanted.findLast(({ below }) => below <= rank)!;
      return sorted[rank - skipped];
    };
    return quartiles.map((quantile) => {
      if (this.count === 0) return Number.NaN;
      const { lower, upper, fraction } = placeOf(quantile, this.count);
      return between(at(lower), at(upper), fraction);
    }) as [number, number, number];
  }

  #wanted(): Bucket[] {
    if (this.count === 0) return [];
    const ranks = quartiles.flatMap((quantile) => {
      const { lower, upper } = placeOf(quantile, this.count);
      return [lower, upper];
    });
    const wanted: Bucket[] = [];
    let below = 0;
    let skipped = 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      const count = this.#counts.get(bucket)!;
      const end = below + count;
      if (ranks.some((rank) => rank >= below && rank < end)) wanted.push({ bucket, count, below, skipped });
      else skipped += count;
      below = end;
    }
    return wanted;
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
