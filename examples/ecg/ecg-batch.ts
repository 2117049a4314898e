import {
  action,
  Batch,
  type Dense,
  type Failure,
  type Item,
  inbatchParallel,
  into,
  partial,
  type Ragged,
  type Results,
  rows,
} from "nogil";
import * as kernels from "./build/kernels.js";
import { pack } from "./codec.js";
import { type HeartRate, heartRate } from "./heart-rate.js";
import { referenceLabels } from "./records.js";
import { readRecord, toMillivolts, WfdbError } from "./wfdb.js";
import type { Header } from "./wfdb-header.js";

// targets that run elsewhere find the function among this module's exports
export { pack };

/** Rate of the windows, hertz. */
export const windowRate = 250;
/** Samples of a window before and after the R peak: 0.25 s and 0.4 s, from before the P wave to the end of the T wave. */
export const windowBefore = 62;
export const windowAfter = 100;
export const windowWidth = windowBefore + windowAfter;

/** What is known of each recording. Components after `label` are made by the action of the same idea. */
export interface Components {
  /** mV as recorded; of zero mean and unit variance after `standardize` */
  signal: Ragged<"f32">;
  /** hertz */
  fs: Dense<"f64">;
  /** whether the signal's checksum was recorded, and right */
  verified: boolean[];
  /** class of the rhythm, such as N or A; empty where none is known */
  label: string[];
  /** 1 where the lead was turned over */
  flipped: Dense<"u8">;
  /** times of the R peaks in seconds */
  beats: Ragged<"f32">;
  /** the signal at 250 Hz */
  resampled: Ragged<"f32">;
  /** `[beats × windowWidth]` of each recording, one window after another */
  windows: Ragged<"f32">;
  heart: HeartRate[];
  /** the windows as `pack` makes them */
  packed: Ragged<"u8">;
}

interface Loaded {
  readonly signal: Float32Array;
  readonly fs: number;
  readonly verified: boolean;
}

/** What the kernels are made for: resampling needs a whole rate, and the detector's buffers 24 bytes of scratch a sample. */
function checkReach({ name, fs, samples }: Header): void {
  if (!Number.isInteger(fs) || fs < 60 || fs > 10_000) {
    throw new WfdbError(
      `${name}.hea`,
      `expected a whole sampling frequency from 60 to 10000 Hz, found ${fs}.`,
    );
  }
  if (samples > 1_000_000) {
    throw new WfdbError(
      `${name}.hea`,
      `expected at most 1000000 samples, found ${samples}: cut the record into parts.`,
    );
  }
}

/** Recordings of one lead, from the record's files to the beats in them. */
export class EcgBatch extends Batch<Components, string> {
  static override module = import.meta.url;

  /** Records that could not be read; they are no items of the batch. */
  failures: readonly Failure[] = [];

  /** Reads and verifies the records of a folder. */
  @action
  @inbatchParallel({ init: "indices", post: "keepLoaded", target: "async" })
  async load(name: Item<string>, { dir }: { dir: string }): Promise<Loaded> {
    const record = await readRecord(dir, name);
    checkReach(record.header);
    return { signal: toMillivolts(record), fs: record.header.fs, verified: record.verified };
  }

  /** A batch of the records that could be read. */
  async keepLoaded(results: Results<Loaded>, { dir }: { dir: string }): Promise<EcgBatch> {
    const labels = await referenceLabels(dir);
    const names = this.indices.filter((_, i) => !(results[i] instanceof Error));
    const loaded = results.filter((result): result is Loaded => !(result instanceof Error));
    const batch = new EcgBatch(names, {
      signal: loaded.map(({ signal }) => signal),
      fs: loaded.map(({ fs }) => fs),
      verified: loaded.map(({ verified }) => verified),
      label: names.map((name) => labels.get(name) ?? ""),
    });
    batch.failures = results.failures;
    return batch;
  }

  /** Turns over, in place, the leads that were recorded with swapped electrodes. */
  @action
  @inbatchParallel({ init: rows("signal", "fs"), post: into("flipped"), target: "nogil" })
  flipLead() {
    return kernels.flipLead;
  }

  /** Takes away, in place, what is slower than `cutoff` hertz. */
  @action
  @inbatchParallel({ init: rows("signal", "fs"), target: "nogil" })
  removeBaseline({ cutoff = 0.5 } = {}) {
    return partial(kernels.removeBaseline, { cutoff });
  }

  @action
  @inbatchParallel({ init: rows("signal"), target: "nogil" })
  standardize() {
    return kernels.standardize;
  }

  /** Finds the R peaks. There is none within `refractory` seconds of another. */
  @action
  @inbatchParallel({ init: rows("signal", "fs"), post: into("beats"), target: "nogil" })
  findPeaks({ refractory = 0.25 } = {}) {
    return partial(kernels.findPeaks, { refractory });
  }

  @action
  @inbatchParallel({ init: rows("signal", "fs"), post: into("resampled"), target: "nogil" })
  resample() {
    return partial(kernels.resample, { rate: windowRate });
  }

  /** Cuts a window around every beat from the resampled signal. */
  @action
  @inbatchParallel({ init: rows("resampled", "beats"), post: into("windows"), target: "nogil" })
  cutWindows() {
    return partial(kernels.cutWindows, { rate: windowRate, before: windowBefore, after: windowAfter });
  }

  /** Heart rate of each recording and its variability. */
  @action
  @inbatchParallel({ init: "indices", post: into("heart"), target: "threads" })
  measureHeartRate(name: Item<string>): HeartRate {
    return heartRate(this.at(name).beats);
  }

  @action
  @inbatchParallel({ init: rows("windows"), post: into("packed"), target: "mpc" })
  compress() {
    return partial(pack, { width: windowWidth });
  }
}
