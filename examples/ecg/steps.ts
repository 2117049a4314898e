import { type Parallel, pipeline, type Target, type Template } from "nogil";
import { type Components, EcgBatch } from "./ecg-batch.js";

export interface Step {
  readonly name: string;
  readonly target: Target;
  /** components that it makes or changes */
  readonly makes: readonly (keyof Components)[];
  readonly run: (batch: Parallel<EcgBatch>, dir: string) => Promise<Parallel<EcgBatch>>;
}

/** What happens to a batch of records, step by step. */
export const steps: readonly Step[] = [
  { name: "load", target: "async", makes: ["signal", "fs"], run: (batch, dir) => batch.load({ dir }) },
  { name: "flipLead", target: "nogil", makes: ["signal", "flipped"], run: (batch) => batch.flipLead() },
  { name: "removeBaseline", target: "nogil", makes: ["signal"], run: (batch) => batch.removeBaseline() },
  { name: "standardize", target: "nogil", makes: ["signal"], run: (batch) => batch.standardize() },
  { name: "findPeaks", target: "nogil", makes: ["beats"], run: (batch) => batch.findPeaks() },
  { name: "resample", target: "nogil", makes: ["resampled"], run: (batch) => batch.resample() },
  { name: "cutWindows", target: "nogil", makes: ["windows"], run: (batch) => batch.cutWindows() },
  { name: "measureHeartRate", target: "threads", makes: ["heart"], run: (batch) => batch.measureHeartRate() },
  { name: "compress", target: "mpc", makes: ["packed"], run: (batch) => batch.compress() },
];

/** The same steps as one pipeline, for any dataset of records in the folder. */
export function wholePipeline(dir: string): Template<EcgBatch> {
  return pipeline(EcgBatch)
    .load({ dir })
    .flipLead()
    .removeBaseline()
    .standardize()
    .findPeaks()
    .resample()
    .cutWindows()
    .measureHeartRate()
    .compress();
}
