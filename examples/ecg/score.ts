/** How detected beats agree with the true ones. */
export interface Score {
  /** true beats that were found */
  readonly found: number;
  /** true beats that were not */
  readonly missed: number;
  /** detections without a beat */
  readonly wrong: number;
}

/**
 * Pairs detected and true beats, both rising times in seconds, each at most once: the way of ANSI/AAMI EC57, with a
 * narrower tolerance than its 0.15 s.
 */
export function scoreBeats(detected: ArrayLike<number>, truth: ArrayLike<number>, tolerance = 0.05): Score {
  let found = 0;
  let d = 0;
  for (let t = 0; t < truth.length; t++) {
    while (d < detected.length && detected[d] < truth[t] - tolerance) d++;
    if (d < detected.length && detected[d] <= truth[t] + tolerance) {
      found++;
      d++;
    }
  }
  return { found, missed: truth.length - found, wrong: detected.length - found };
}

export function addScores(scores: readonly Score[]): Score {
  return scores.reduce(
    (sum, { found, missed, wrong }) => ({
      found: sum.found + found,
      missed: sum.missed + missed,
      wrong: sum.wrong + wrong,
    }),
    { found: 0, missed: 0, wrong: 0 },
  );
}

/** Share of the true beats that were found. */
export function sensitivity({ found, missed }: Score): number {
  return found / (found + missed);
}

/** Share of the detections that are beats: the positive predictive value. */
export function precision({ found, wrong }: Score): number {
  return found / (found + wrong);
}
