import { cpus } from "node:os";

/** One thing to measure. */
export interface Candidate {
  name: string;
  /** Does the work once and gives its result, which is checked before anything is timed. */
  work: () => unknown;
  /** Does it too, timed where it runs: gives milliseconds. For programs that are not part of this one. */
  clock?: () => Promise<number>;
}

export interface Measured {
  name: string;
  /** milliseconds of each round, sorted */
  times: number[];
}

/**
 * Times candidates in turns, so that a slow moment of the machine meets all of them.
 * @param rounds how often each runs, after warm-up rounds that are not counted
 */
export async function measure(
  candidates: readonly Candidate[],
  check: (result: unknown, name: string) => void,
  { rounds = 9, warmUp = 2 } = {},
): Promise<Measured[]> {
  for (const { name, work } of candidates) check(await work(), name);
  const times = candidates.map(() => [] as number[]);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, { work, clock }] of candidates.entries()) {
      const start = performance.now();
      const own = clock ? await clock() : await work();
      const took = clock ? (own as number) : performance.now() - start;
      if (round >= 0) times[i].push(took);
    }
  }
  return candidates.map(({ name }, i) => ({ name, times: times[i].sort((a, b) => a - b) }));
}

export const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Prints medians with their quartiles, and each as a multiple of the first.
 * @param speedup how many times as fast as the first, in place of how long
 */
export function report(
  title: string,
  unit: string,
  perUnit: number,
  measured: readonly Measured[],
  { speedup = false } = {},
): void {
  const value = (milliseconds: number) => (milliseconds * perUnit).toPrecision(3);
  const base = median(measured[0].times);
  console.log(
    `\n${title} (Node ${process.version}, ${cpus().length} cores, ${measured[0].times.length} rounds)`,
  );
  console.table(
    Object.fromEntries(
      measured.map(({ name, times }) => [
        name,
        {
          [`median ${unit}`]: value(median(times)),
          quartiles: `${value(times[times.length >> 2])} … ${value(times[(times.length * 3) >> 2])}`,
          ...(speedup
            ? { "times as fast": (base / median(times)).toPrecision(3) }
            : { ratio: (median(times) / base).toPrecision(3) }),
        },
      ]),
    ),
  );
}
