import { Random } from "../random.js";
import { modelRhythm, type Rhythm } from "./rhythm-model.js";

/** One recording made by the model, in the units that a recorder stores. */
export interface ModelRecording extends Rhythm {
  /** hertz */
  readonly fs: number;
  /** units of the analogue-to-digital converter in 1 mV */
  readonly gain: number;
  readonly samples: Int16Array;
  /** the electrodes were swapped: every deflection points the other way */
  readonly inverted: boolean;
}

const fs = 300;
const gain = 1000;

/** P, Q, R, S and T: angle on the cycle, size and width, table I of McSharry et al. 2003. */
const waves = {
  angle: [-Math.PI / 3, -Math.PI / 12, 0, Math.PI / 12, Math.PI / 2],
  size: [1.2, -5, 30, -7.5, 0.75],
  width: [0.25, 0.1, 0.1, 0.1, 0.4],
};
const [P, R] = [0, 2];

/**
 * Recording `number`: the same samples for the same number, always.
 *
 * The dynamical model of McSharry, Clifford, Tarassenko and Smith, "A dynamical model for generating synthetic
 * electrocardiogram signals", IEEE Transactions on Biomedical Engineering 50(3):289-294, 2003. A point runs round a
 * cycle, once a beat; each wave pushes its height up or down as the point passes the wave's angle:
 *
 *     dz/dt = -Σ aᵢ Δθᵢ exp(-Δθᵢ² / 2bᵢ²) - z
 *
 * On the limit cycle the angle is known at every instant, so only the height is integrated (Runge-Kutta, fourth order,
 * one step a sample). Added to it, as real recordings have them: baseline wander, mains hum, noise, now and then swapped
 * electrodes; in atrial fibrillation fibrillatory waves in place of the P wave.
 */
export function modelRecording(number: number): ModelRecording {
  const rhythm = modelRhythm(number);
  const random = new Random(number, "signal");
  const inverted = random.chance(0.2);
  const heights = integrate(rhythm, random);
  const tallest = heights.reduce((max, height) => Math.max(max, height), 0);
  const millivolts = random.uniform(0.7, 1.6) / tallest;
  const disturbance = disturbances(rhythm, random);
  const sign = inverted ? -1 : 1;
  const samples = new Int16Array(heights.length);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = Math.round(gain * (sign * millivolts * heights[i] + disturbance(i / fs)));
  }
  return { ...rhythm, fs, gain, samples, inverted };
}

function integrate({ duration, heartRate, label, peaks }: Rhythm, random: Random): Float64Array {
  const size = waves.size.map((a) => a * random.uniform(0.85, 1.15));
  if (label === "A") size[P] = 0;
  // faster hearts have wider waves in angle, as ecgsyn, the authors' program, has it
  const stretch = Math.sqrt(heartRate / 60);
  const width = waves.width.map((b) => b * stretch);
  const angle = waves.angle.map((theta, i) => (i === R ? 0 : theta * Math.sqrt(stretch)));

  const push = (theta: number): number => {
    let sum = 0;
    for (let i = 0; i < size.length; i++) {
      let difference = theta - angle[i];
      if (difference > Math.PI) difference -= 2 * Math.PI;
      else if (difference < -Math.PI) difference += 2 * Math.PI;
      const scaled = difference / width[i];
      // beyond six widths the wave adds less than rounding does
      if (scaled < 6 && scaled > -6) sum -= size[i] * difference * Math.exp((-scaled * scaled) / 2);
    }
    return sum;
  };

  let beat = 0;
  const angleAt = (time: number): number => {
    while (peaks[beat + 1] <= time) beat++;
    const turn = (time - peaks[beat]) / (peaks[beat + 1] - peaks[beat]);
    return 2 * Math.PI * (turn > 0.5 ? turn - 1 : turn);
  };

  const h = 1 / fs;
  const heights = new Float64Array(Math.round(duration * fs));
  let z = 0;
  let start = push(angleAt(0));
  for (let i = 0; i < heights.length; i++) {
    heights[i] = z;
    const middle = push(angleAt((i + 0.5) * h));
    const end = push(angleAt(Math.min((i + 1) * h, duration)));
    const k1 = start - z;
    const k2 = middle - (z + (h / 2) * k1);
    const k3 = middle - (z + (h / 2) * k2);
    const k4 = end - (z + h * k3);
    z += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    start = end;
  }
  return heights;
}

/** Everything in a recording that is not the heart's ventricles, in mV at a time in seconds. */
function disturbances({ label }: Rhythm, random: Random): (time: number) => number {
  const wave = (frequency: number, amplitude: number) => {
    const phase = random.uniform(0, 2 * Math.PI);
    return (time: number) => amplitude * Math.sin(2 * Math.PI * frequency * time + phase);
  };
  const breathing = wave(random.uniform(0.15, 0.35), random.uniform(0.03, 0.2));
  const drift = wave(random.uniform(0.02, 0.06), random.uniform(0.05, 0.3));
  const mains = wave(random.chance(0.5) ? 50 : 60, random.uniform(0, 0.02));
  const fibrillation = wave(random.uniform(5, 8), label === "A" ? random.uniform(0.02, 0.06) : 0);
  const noise = random.uniform(0.005, 0.04);
  return (time) => breathing(time) + drift(time) + mains(time) + fibrillation(time) + noise * random.normal();
}
