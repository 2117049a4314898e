import type { Dataset, StepTime } from "nogil";
import { arrowWriter } from "nogil/arrow";
import type { Fit, PassOptions } from "./fit.js";
import type { Columns, ShardBatch } from "./shard-batch.js";

/** Rows that go through the steps together, unless all do. */
export const batchRows = 5_000;

export interface Transformed {
  readonly rows: number;
  readonly times: readonly StepTime[];
  /** milliseconds for which the job waited until batches were written */
  readonly writing: number;
}

/**
 * Scales and encodes a table and writes it to an Arrow file, batch after batch. The file appears when it is whole: if the job
 * ends before, there is none, or the one that was there.
 * @param whole put all rows into one batch, to compare with
 */
export async function transformTable(
  shards: Dataset<ShardBatch>,
  columns: Columns,
  fit: Fit,
  path: string,
  { whole, ...options }: PassOptions & { whole: boolean },
): Promise<Transformed> {
  const read = shards.pipeline().read({ columns, fit });
  const batches = (whole ? read : read.rebatch(batchRows)).robustScale().oneHot().batches(options);
  await using writer = arrowWriter(path, { ids: false });
  let writing = 0;
  // in this loop and not in a step, since steps of several batches run at once, in no order
  for await (using batch of batches) {
    const start = performance.now();
    await writer.write(batch);
    writing += performance.now() - start;
  }
  await writer.close();
  return { rows: writer.rows, times: batches.report.times, writing };
}
