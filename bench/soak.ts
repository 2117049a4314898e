import assert from "node:assert/strict";
import { Batch, type Ragged, run, shutdown } from "nogil";
import { medianOf } from "./build/soak.js";

const items = 10_000;
const parts = 10;

class RowsBatch extends Batch<{ rows: Ragged<"f64"> }, number> {}

/** Whether memory stays what it is while kernels copy and sort 10,000 ragged rows for minutes. */
export async function soak(seconds = 120): Promise<void> {
  const rows = Array.from({ length: items }, (_, n) =>
    Float64Array.from({ length: 1 + ((n * 7919) % 1000) }, (_, i) => Math.sin(n + i * i) * 1000),
  );
  const expected = rows.map((row) => row.toSorted()[row.length >> 1]);
  const { data } = RowsBatch.from(items, { rows });
  const resident: number[] = [];
  let calls = 0;
  for (let part = 0; part < parts; part++) {
    const end = performance.now() + (seconds * 1000) / parts;
    do {
      const results = await run(medianOf, data.rows);
      // else it stays until the next collection of garbage, whenever that is
      results.column().dispose();
      if (calls++ % 100 === 0) assert.deepEqual([...results], expected);
    } while (performance.now() < end);
    resident.push(process.memoryUsage.rss() / 2 ** 20);
    console.log(`${part + 1}/${parts}: ${calls} calls, RSS ${resident[part].toFixed(1)} MiB`);
  }
  const [first, last] = [resident[0], resident[parts - 1]];
  console.log(
    `RSS after the first tenth ${first.toFixed(1)} MiB, after the last ${last.toFixed(1)} MiB: ratio ${(last / first).toFixed(3)}`,
  );
  await shutdown();
}
