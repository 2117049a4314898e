import { mkdtempSync, rmSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configure } from "nogil";
import { makeFolder } from "../make-folder.js";
import { compareWithReference } from "./check.js";
import { type Fit, fitTable } from "./fit.js";
import { untilInterrupted } from "./interrupted.js";
import type { Options } from "./options.js";
import { columnsOf, makeShards, openShards } from "./shards.js";
import { columnTable, megabytes, seconds, timeTable } from "./summary.js";
import { transformTable } from "./transform.js";

/** Runs the example. @returns the exit code: 1 when what was written is not what plain TypeScript makes */
export async function runProgram(options: Options): Promise<number> {
  // each takes memory of its own, however many cores there are
  configure({ workers: options.workers });
  const { source } = options;
  const signal = untilInterrupted();
  if ("data" in source) return processTable(source.data, options, signal);

  const folder = temporaryFolder();
  const start = performance.now();
  await makeShards(folder, source.rows, { signal });
  console.log(`made: ${source.rows} rows in ${seconds(performance.now() - start)} s`);
  return processTable(folder, options, signal);
}

/** A folder that goes when the program ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nogil-table-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function processTable(
  folder: string,
  { out, check, whole }: Options,
  signal: AbortSignal,
): Promise<number> {
  const shards = await openShards(folder);
  const columns = await columnsOf(shards);
  await makeFolder(out);
  const table = join(out, "table.arrow");
  const batchSize = whole ? shards.length : 1;
  const options = { batchSize, prefetch: 1, bar: true, signal };

  const start = performance.now();
  const fit = await fitTable(shards, columns, options);
  const fitted = performance.now();
  console.log(`fitted: ${fit.rows} rows, twice, in ${seconds(fitted - start)} s\n\n${columnTable(fit)}\n`);

  const { rows, times, writing } = await transformTable(shards, columns, fit, table, { ...options, whole });
  const elapsed = performance.now() - fitted;
  await writeFit(out, fit);
  console.log(
    `written: ${rows} rows in ${seconds(elapsed)} s, ${((1000 * rows) / elapsed).toFixed(0)} rows/s\n`,
  );
  console.log(`${timeTable([...times, { step: "write", total: writing }])}\n`);
  await reportSizes(
    shards.indices.map((id) => shards.pathOf(id)),
    table,
  );
  console.log(`table: ${table}`);

  if (!check) return 0;
  const difference = await compareWithReference(shards, columns, table);
  console.log(`compared with plain TypeScript: ${difference ?? "the same, bit by bit"}`);
  return difference ? 1 : 0;
}

async function writeFit(folder: string, fit: Fit): Promise<void> {
  await writeFile(join(folder, "fit.json"), `${JSON.stringify(fit, undefined, 2)}\n`);
}

async function reportSizes(parts: readonly string[], table: string): Promise<void> {
  const sizes = await Promise.all(parts.map(async (path) => (await stat(path)).size));
  const input = sizes.reduce((sum, size) => sum + size, 0);
  const { size: output } = await stat(table);
  // kilobytes on Linux, as getrusage gives it
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(
    `read: ${megabytes(input)} MB in ${parts.length} files; written: ${megabytes(output)} MB\n` +
      `most memory of this process: ${megabytes(peak)} MB, ${(peak / output).toFixed(2)} of the table written, ` +
      `${(peak / input).toFixed(2)} of the files read`,
  );
}
