import { fixed, formatTable } from "../format-table.js";
import type { HeartRate } from "./heart-rate.js";

/** What the table tells of one record. */
export interface RecordSummary {
  readonly name: string;
  /** seconds */
  readonly duration: number;
  readonly label: string;
  readonly heart: HeartRate;
  readonly flipped: boolean;
  readonly verified: boolean;
  /** bytes of the windows, before and after compression */
  readonly bytes: number;
  readonly packed: number;
}

/** A record that could not be read, and why. */
export interface FailedRecord {
  readonly name: string;
  readonly problem: string;
}

const labelNames: Record<string, string> = {
  N: "normal rhythm",
  A: "atrial fibrillation",
  O: "other rhythm",
  "~": "noise",
};

/** The class in words, where the challenge of 2017 knows it. */
export function labelName(label: string): string {
  return labelNames[label] ?? label;
}

/** The table of records: the first of them, and how many more there are. */
export function recordTable(records: readonly RecordSummary[], shown = 20): string {
  const lines = records.slice(0, shown).map((record) => {
    const { heart } = record;
    return [
      record.name,
      record.duration.toFixed(1),
      String(heart.beats),
      fixed(heart.rate),
      fixed(heart.sdnn),
      fixed(heart.rmssd),
      fixed(heart.pnn50),
      `${kilobytes(record.packed)} (${fixed(record.bytes / record.packed, 1)}x)`,
      labelName(record.label),
      record.flipped ? "lead turned over" : "",
    ];
  });
  const table = formatTable(
    ["record", "s", "beats", "bpm", "SDNN ms", "RMSSD ms", "pNN50 %", "packed kB", "class", "note"],
    lines,
    new Set([1, 2, 3, 4, 5, 6, 7]),
  );
  const more = records.length - lines.length;
  return more > 0 ? `${table}\n… and ${more} more` : table;
}

/** One paragraph on all records together. */
export function totals(records: readonly RecordSummary[], failed: readonly FailedRecord[]): string {
  const seconds = sum(records.map(({ duration }) => duration));
  const beats = sum(records.map(({ heart }) => heart.beats));
  const before = sum(records.map(({ bytes }) => bytes));
  const after = sum(records.map(({ packed }) => packed));
  const verified = records.filter((record) => record.verified).length;
  const flipped = records.filter((record) => record.flipped).length;
  return [
    `records: ${records.length}, ${(seconds / 60).toFixed(1)} minutes, ${beats} beats; leads turned over: ${flipped}`,
    `windows: ${kilobytes(before)} kB, packed ${kilobytes(after)} kB`,
    `checksums: ${verified} verified, ${records.length - verified} not recorded in their headers`,
    ...(failed.length > 0 ? [`failed: ${failed.length}`] : []),
    ...failed.map(({ name, problem }) => `  ${name}: ${problem}`),
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
