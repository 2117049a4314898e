import assert from "node:assert/strict";
import { Batch, type Kernel, type Ragged, type Results, run, subscribe } from "nogil";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { weighted } from "../build/memo.js";
import { endless, medianOf, negate, risky, sorted } from "../build/soak.js";

class RowsBatch extends Batch<{ rows: Ragged<"f64"> }, number> {}

/** What a call is to end with. */
export interface Plan {
  readonly seed: number;
  /** abort its signal after so many milliseconds */
  readonly abortAfter?: number;
  /** let one item never end */
  readonly endless: boolean;
}

let workersEnded = 0;
subscribe(({ type }) => {
  if (type === "workerEnded") workersEnded++;
});

const odd = 7;

/** Runs one call that the plan's seed decides on, and checks every item of it. @returns whether it was cancelled */
export async function checkedCall(plan: Plan): Promise<boolean> {
  const random = xoroshiro128plus(plan.seed);
  const pick = (most: number) => uniformInt(random, 0, most - 1);
  const items = plan.abortAfter === undefined || plan.endless ? 1 + pick(80) : 2000;
  const rows = Array.from({ length: items }, () => {
    const first = pick(1000);
    const length = 1 + pick(200);
    return Float64Array.from({ length }, (_, i) => ((first + i) * 7919) % 1009);
  });
  const signal = plan.abortAfter === undefined ? undefined : abortAfter(plan.abortAfter);
  const before = workersEnded;
  const call = async (kernel: Kernel, given: object, args: unknown[] = [], timeout?: number) =>
    (await run(kernel, given, { args, signal, timeout, workers: 2 })) as Results<any>;
  const check = (
    results: Results<any>,
    failsWith: (row: Float64Array) => string | undefined = () => undefined,
  ) => checkFailures(results, rows, workersEnded - before, signal, failsWith);

  const inColumn = pick(2) === 1;
  const batch = inColumn ? RowsBatch.from(items, { rows }) : undefined;
  const given = batch ? batch.rows("rows") : rows.map((row) => row.slice());
  const now = (i: number) => (batch ? batch.data.rows.at(i) : (given as Float64Array[])[i]);
  let results: Results<any>;
  if (plan.endless) {
    const { length } = rows[items >> 1];
    results = await call(endless, given, [length], signal ? undefined : 200);
    check(results, (row) => (row.length === length && !signal ? "TimeoutError" : undefined));
    compare(results, (i) => rows[i].reduce((sum, value) => sum + value, 0));
  } else {
    switch (pick(5)) {
      case 0:
        results = await call(medianOf, given);
        check(results);
        compare(results, (i) => rows[i].toSorted()[rows[i].length >> 1]);
        break;
      case 1:
        results = await call(sorted, given);
        check(results);
        compare(results, (i) => rows[i].toSorted());
        break;
      case 2:
        results = await call(negate, given);
        check(results);
        for (let i = 0; i < items; i++) {
          if (!(results[i] instanceof Error))
            assert.deepEqual(
              now(i),
              rows[i].map((value) => -value),
            );
        }
        break;
      case 3:
        // a second module in the same threads, which keeps tables from call to call
        results = await call(weighted, given);
        check(results);
        compare(results, (i) => rows[i].reduce((sum, value, k) => sum + value * k, 0));
        break;
      default:
        results = await call(risky, given, [odd]);
        check(results, (row) => (row.length % odd === 0 ? "RangeError" : undefined));
        compare(results, (i) => rows[i].length);
    }
  }
  // else they stay until the next collection of garbage, whenever that is
  if (results.failures.length === 0 && results[0] !== undefined) results.column().dispose();
  batch?.dispose();
  return results.failures.some(({ error }) => error.name === "AbortError");
}

const usualRows = Array.from({ length: 500 }, (_, i) => new Float64Array(100 + i));

/** A call that needs both workers: whichever was killed is started again. */
export async function startWorkers(): Promise<void> {
  // with a deadline nothing runs in this thread
  const { failures } = await run(medianOf, usualRows, { workers: 2, deadline: 60_000 });
  assert.equal(failures.length, 0);
}

// an item fails by itself, with its call, or with its worker: at most one for each that ended
function checkFailures(
  results: Results<any>,
  rows: readonly Float64Array[],
  ended: number,
  signal: AbortSignal | undefined,
  failsWith: (row: Float64Array) => string | undefined,
): void {
  let lost = 0;
  rows.forEach((row, i) => {
    const error = results[i] instanceof Error ? (results[i] as Error & { code?: string }) : undefined;
    if (error?.code === "ERR_NOGIL_WORKER_ENDED") lost++;
    else if (!(error?.name === "AbortError" && signal?.aborted)) assert.equal(error?.name, failsWith(row));
  });
  assert.ok(lost <= ended, `${lost} items were lost to ${ended} workers that ended.`);
}

function compare(results: Results<any>, expected: (i: number) => unknown): void {
  results.forEach((value, i) => {
    if (!(value instanceof Error)) assert.deepEqual(value, expected(i));
  });
}

function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}
