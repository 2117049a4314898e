import { Dataset, type Parallel, type Progress } from "nogil";
import { EcgBatch, windowBefore, windowRate, windowWidth } from "./ecg-batch.js";
import type { Trace } from "./page.js";
import { modelRhythm } from "./rhythm-model.js";
import { addScores, type Score, scoreBeats } from "./score.js";
import { wholePipeline } from "./steps.js";
import type { FailedRecord, RecordSummary } from "./summary.js";
import { readRecord, toMillivolts } from "./wfdb.js";

export const batchSize = 64;
const tracesShown = 6;

export interface Analysis {
  readonly records: readonly RecordSummary[];
  readonly failed: readonly FailedRecord[];
  readonly traces: readonly Trace[];
  /** detected beats against the model's, for recordings that it made */
  readonly score?: Score;
}

export interface AnalysisOptions {
  /** Number of the model recording with a name; without it the true beats are unknown. */
  readonly modelNumber?: (name: string) => number;
  /** a progress bar, or what is to be told of the progress */
  readonly bar?: boolean | ((progress: Progress) => void);
}

/** Runs the pipeline over the records of a folder, one batch of 64 in work while another is read off. */
export async function analyse(
  dir: string,
  names: readonly string[],
  { modelNumber, bar }: AnalysisOptions = {},
): Promise<Analysis> {
  const records: RecordSummary[] = [];
  const failed: FailedRecord[] = [];
  const traces: Trace[] = [];
  const scores: Score[] = [];
  const pipeline = wholePipeline(dir).on(new Dataset(names, EcgBatch));

  for await (const batch of pipeline.batches({ batchSize, prefetch: 1, bar })) {
    failed.push(...batch.failures.map(({ id, error }) => ({ name: String(id), problem: error.message })));
    for (const name of batch.indices) {
      const record = summarise(batch, name);
      records.push(record);
      if (modelNumber) scores.push(scoreModel(batch.at(name).beats, modelNumber(name)));
      if (traces.length < tracesShown && isNew(record, traces))
        traces.push(await traceOf(batch, record, dir));
    }
    // the columns' memory goes back now, and the next batch takes it
    batch.dispose();
  }
  return { records, failed, traces, score: modelNumber && addScores(scores) };
}

function summarise(batch: Parallel<EcgBatch>, name: string): RecordSummary {
  const { signal, fs, label, heart, flipped, verified, windows, packed } = batch.at(name);
  return {
    name,
    duration: signal.length / fs,
    label,
    heart,
    flipped: flipped === 1,
    verified,
    bytes: windows.byteLength,
    packed: packed.byteLength,
  };
}

function scoreModel(beats: Float32Array, number: number): Score {
  const { peaks, duration } = modelRhythm(number);
  return scoreBeats(
    beats,
    peaks.filter((time) => time >= 0 && time < duration),
  );
}

// the first ones, then only what looks different
function isNew({ label, flipped }: RecordSummary, traces: readonly Trace[]): boolean {
  return (
    traces.length < tracesShown / 2 ||
    !traces.some((trace) => trace.label === label && trace.flipped === flipped)
  );
}

async function traceOf(batch: Parallel<EcgBatch>, record: RecordSummary, dir: string): Promise<Trace> {
  const { signal, fs, beats, windows } = batch.at(record.name);
  return {
    name: record.name,
    label: record.label,
    flipped: record.flipped,
    heart: record.heart,
    fs,
    before: toMillivolts(await readRecord(dir, record.name)),
    after: signal.slice(),
    beats: beats.slice(),
    windows: { values: windows.slice(), rate: windowRate, before: windowBefore, width: windowWidth },
  };
}
