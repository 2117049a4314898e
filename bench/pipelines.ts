import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Dataset, shutdown } from "nogil";
import { type Measured, measure, median, report } from "./measure.js";
import { EmptyBatch, ReadingBatch } from "./pipelines/batches.js";

/** What a pipeline costs for each batch, what working ahead gains, and whether memory stays what it is. */
export async function pipelines(): Promise<void> {
  await emptyAction();
  await prefetchGain();
  await residentMemory();
  await shutdown();
}

const empty = 5_000;

// beside what does the same without a pipeline: a loop, and Node's streams
async function emptyAction(): Promise<void> {
  const dataset = new Dataset(empty, EmptyBatch);
  const ids = dataset.indices.map((id) => [id]);
  const work = async (given: readonly number[]) => {
    const batch = await EmptyBatch.from(given).nothing();
    const { length } = batch;
    batch.dispose();
    return length;
  };
  const job = dataset.pipeline().nothing();
  const run = async (prefetch: number) => (await job.run({ batchSize: 1, prefetch })).items;
  const measured = await measure(
    [
      {
        name: "a loop that awaits the action",
        work: async () => {
          let items = 0;
          for (const given of ids) items += await work(given);
          return items;
        },
      },
      {
        name: "Readable.map of node:stream",
        work: () =>
          Readable.from(ids)
            .map(work)
            .reduce((sum, length) => sum + length, 0),
      },
      { name: "pipeline", work: () => run(0) },
      { name: "pipeline, prefetch: 2", work: () => run(2) },
    ],
    (items, name) => assert.equal(items, empty, name),
  );
  report(`An empty action on ${empty} batches of one item`, "µs a batch", 1000 / empty, measured);
}

const batches = 20;
const batchSize = 32;

// reading waits, as it does for disks and networks; medians are computed in the worker threads
async function prefetchGain(): Promise<void> {
  const dataset = new Dataset(batches * batchSize, ReadingBatch);
  const job = (wait: number) =>
    dataset
      .pipeline()
      .read({ wait })
      .medians()
      .append("medians", (batch) => [...batch.data.median.values]);
  const run = async (wait: number, prefetch: number) =>
    (await job(wait).run({ batchSize, prefetch })).variables.medians.flat();

  // each batch is read for as long as computing took just before, whatever else the machine does
  let wait = 0;
  let waits: number[] = [];
  const computeAlone = async () => {
    const { times, variables } = await job(0).run({ batchSize });
    wait = times.find(({ step }) => step.endsWith("medians"))!.mean;
    waits.push(wait);
    return variables.medians.flat();
  };
  const expected = await computeAlone();
  waits = [];
  const measured = await measure(
    [
      { name: "computing alone", work: computeAlone },
      ...[0, 1, 2, 3].map((prefetch) => ({ name: `prefetch: ${prefetch}`, work: () => run(wait, prefetch) })),
    ],
    (medians, name) => assert.deepEqual(medians, expected, name),
    { rounds: 7, warmUp: 1 },
  );
  const usual = median(waits.sort((a, b) => a - b)).toFixed(0);
  report(`Reading for ${usual} ms, then computing as long`, "ms a batch", 1 / batches, measured);
  const [, alternating, ...ahead] = measured;
  const gain = (one: Measured) => (median(alternating.times) / median(one.times)).toFixed(2);
  console.log(`gain: ${ahead.map((one) => `${one.name} ×${gain(one)}`).join(", ")}`);
}

const many = 1_000;

async function residentMemory(): Promise<void> {
  const dataset = new Dataset(many * batchSize, ReadingBatch);
  const job = dataset.pipeline().read({ wait: 0 }).medians();
  const resident: number[] = [];
  for await (const batch of job.batches({ batchSize, prefetch: 2 })) {
    batch.dispose();
    resident.push(process.memoryUsage.rss() / 2 ** 20);
    // a moment for garbage, as reading gives it
    if (resident.length % 50 === 0) await delay(1);
  }
  assert.equal(resident.length, many);
  const tenth = (part: number) => {
    const some = resident.slice((part * many) / 10, ((part + 1) * many) / 10);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  const [first, last] = [tenth(0), tenth(9)];
  console.log(
    `\nRSS over ${many} batches of ${ReadingBatch.megabytes(batchSize)} MB: ${first.toFixed(1)} MiB in the first tenth, ` +
      `${last.toFixed(1)} MiB in the last: ratio ${(last / first).toFixed(3)}`,
  );
}
