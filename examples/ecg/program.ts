import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolder } from "../make-folder.js";
import { type Analysis, analyse, batchSize } from "./analysis.js";
import { addReports, checkTable, compareWithFor } from "./check.js";
import type { Options } from "./options.js";
import { pageOf } from "./page.js";
import { makeRecords, modelNumber, recordNames } from "./records.js";
import { precision, sensitivity } from "./score.js";
import { recordTable, totals } from "./summary.js";

/** Runs the example. @returns the exit code: 1 when a record failed or a target disagrees with `for` */
export async function runProgram(options: Options): Promise<number> {
  if ("data" in options.source) return analyseFolder(options.source.data, options, false);

  const folder = temporaryFolder();
  const start = performance.now();
  await makeRecords(folder, options.source.records);
  console.log(`recordings made: ${options.source.records} in ${seconds(start)} s, on target threads\n`);
  return analyseFolder(folder, options, true);
}

/** A folder that goes when the program ends, also by Ctrl-C. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nogil-ecg-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  return folder;
}

async function analyseFolder(folder: string, { out, check }: Options, made: boolean): Promise<number> {
  const names = await recordNames(folder);
  // before all the work, since it may not be possible
  await makeFolder(out);
  const start = performance.now();
  const analysis = await analyse(folder, names, {
    modelNumber: made ? modelNumber : undefined,
    bar: names.length > batchSize,
  });
  report(analysis, start);

  const agree = await compare(folder, names, check ? names.length : batchSize);
  await writePage(out, analysis, made ? "made with an ECG model" : "read from a folder");
  return agree && analysis.failed.length === 0 ? 0 : 1;
}

function report({ records, failed, score }: Analysis, start: number): void {
  if (records.length > 0) console.log(`${recordTable(records)}\n`);
  console.log(totals(records, failed));
  if (score) {
    console.log(
      `detector against the model's beats, within 50 ms: sensitivity ${percent(sensitivity(score))}, ` +
        `positive predictive value ${percent(precision(score))}`,
    );
  }
  const memory = process.resourceUsage().maxRSS / 1000;
  console.log(`${seconds(start)} s in all, at most ${memory.toFixed(0)} MB of memory in this process\n`);
}

async function compare(folder: string, names: readonly string[], most: number): Promise<boolean> {
  const compared = names.slice(0, most);
  const reports = [];
  for (let i = 0; i < compared.length; i += batchSize) {
    reports.push(await compareWithFor(compared.slice(i, i + batchSize), folder));
  }
  const sums = addReports(reports);
  const agree = sums.every(({ difference }) => difference === undefined);
  console.log(checkTable(sums));
  console.log(
    `compared: ${compared.length} of ${names.length} records; the targets ${agree ? "agree" : "DO NOT AGREE"} with "for"\n`,
  );
  return agree;
}

async function writePage(folder: string, { records, traces }: Analysis, origin: string): Promise<void> {
  const beats = records.reduce((sum, { heart }) => sum + heart.beats, 0);
  const about = `${traces.length} of ${records.length} recordings ${origin}; ${beats} beats in all.`;
  const file = join(folder, "index.html");
  await writeFile(file, await pageOf(traces, about));
  console.log(`plots: ${pathToFileURL(file)}`);
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(2);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
