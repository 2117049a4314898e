import { Random } from "../random.js";

/** How the heart of one model recording beats. */
export interface Rhythm {
  /** `N` sinus rhythm, `A` atrial fibrillation */
  readonly label: "N" | "A";
  /** seconds */
  readonly duration: number;
  /** beats per minute */
  readonly heartRate: number;
  /** Times of the R peaks in seconds. The first lies before 0 and the last after the end, so that every instant lies between two. */
  readonly peaks: readonly number[];
}

/**
 * Times of the beats of model recording `number`, drawn without making its signal.
 *
 * Sinus rhythm: RR intervals whose power spectrum has a Gaussian peak at 0.1 Hz (Mayer waves) and one at 0.25 Hz
 * (breathing), section III of McSharry et al. 2003. The paper takes an inverse Fourier transform with random phases;
 * here the same cosines are summed at the beats alone, which is where their values are used.
 *
 * Atrial fibrillation: intervals without memory, log-normal, as the ventricles answer it irregularly.
 */
export function modelRhythm(number: number): Rhythm {
  const random = new Random(number, "rhythm");
  const label = random.chance(0.2) ? "A" : "N";
  const duration = Math.round(random.uniform(30, 60) * 10) / 10;
  const heartRate = label === "A" ? random.uniform(70, 120) : random.uniform(50, 100);
  const mean = 60 / heartRate;
  const next = label === "A" ? fibrillation(random, mean) : sinus(random, mean);

  let time = -random.uniform() * mean;
  const peaks = [time];
  while (time < duration) {
    time += next(time);
    peaks.push(time);
  }
  return { label, duration, heartRate, peaks };
}

function fibrillation(random: Random, mean: number): () => number {
  const spread = random.uniform(0.12, 0.22);
  return () => Math.max(0.32, mean * Math.exp(spread * random.normal() - spread ** 2 / 2));
}

function sinus(random: Random, mean: number): (time: number) => number {
  const bands = [
    { centre: 0.1, power: random.uniform(0.5, 2) },
    { centre: 0.25, power: 1 },
  ];
  const width = 0.01;
  const step = 1 / 256;
  const deviation = mean * random.uniform(0.02, 0.06);

  const waves: { frequency: number; amplitude: number; phase: number }[] = [];
  for (let frequency = step; frequency < 0.4; frequency += step) {
    const density = bands.reduce(
      (sum, { centre, power }) => sum + power * Math.exp(-(((frequency - centre) / width) ** 2) / 2),
      0,
    );
    if (density > 1e-6) {
      waves.push({ frequency, amplitude: Math.sqrt(density), phase: random.uniform(0, 2 * Math.PI) });
    }
  }
  // a cosine of amplitude a has the variance a² / 2
  const scale = deviation / Math.sqrt(waves.reduce((sum, { amplitude }) => sum + amplitude ** 2 / 2, 0));
  return (time) =>
    waves.reduce(
      (interval, { frequency, amplitude, phase }) =>
        interval + scale * amplitude * Math.cos(2 * Math.PI * frequency * time + phase),
      mean,
    );
}
