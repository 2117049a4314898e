import assert from "node:assert/strict";
import { Batch, type Dense, inbatchParallel, into, type Results, reduce, rows } from "nogil";
import { double } from "../build/overhead.js";
import { measure, report } from "../measure.js";

const items = 10_000_000;

class Numbers extends Batch<{ x: Dense<"f64">; y: Dense<"f64"> }, number> {
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  alone() {
    return double;
  }

  @inbatchParallel({ init: rows("x"), post: into("y"), target: "nogil" })
  kept() {
    return double;
  }

  @inbatchParallel({ init: rows("x"), post: into("y", { fill: 0 }), target: "nogil" })
  filled() {
    return double;
  }

  @inbatchParallel({
    init: rows("x"),
    post: reduce((sum: number, value: number) => sum + value, 0),
    target: "nogil",
  })
  summed() {
    return double;
  }

  @inbatchParallel({ init: rows("x"), post: "keepColumn", target: "nogil" })
  columned() {
    return double;
  }
  keepColumn(results: Results<number>) {
    this.data.y = results.column() as Dense<"f64">;
  }

  @inbatchParallel({ init: rows("x"), post: "addUp", target: "nogil" })
  read() {
    return double;
  }
  addUp(results: Results<number>) {
    let sum = 0;
    for (let i = 0; i < results.length; i++) sum += results[i] as number;
    return sum;
  }
}

/** A column of numbers, item by item, beside the loop that a user would write. */
export async function columns(): Promise<void> {
  const x = Float64Array.from({ length: items }, (_, i) => i % 1000);
  const batch = Numbers.from(items, { x }) as any;
  const y = new Float64Array(items);
  const sum = x.reduce((total, each) => total + 2 * each, 0);
  const options = { workers: 2 };
  const within = batch.with(options);
  const keeps = (name: string) => async () => {
    await within[name]();
    return batch.data.y?.values[999];
  };
  const folds = (name: string) => async () => ((await within[name]()) === sum ? 1998 : -1);
  const before = process.memoryUsage().rss;
  const measured = await measure(
    [
      {
        name: "a loop",
        work: () => {
          for (let i = 0; i < items; i++) y[i] = x[i] * 2;
          return y[999];
        },
      },
      { name: "no post", work: () => within.alone().then(() => 1998) },
      { name: "into", work: keeps("kept") },
      { name: "into, with fill", work: keeps("filled") },
      { name: "column()", work: keeps("columned") },
      { name: "reduce", work: folds("summed") },
      { name: "a post that reads", work: folds("read") },
    ],
    (result, name) => assert.equal(result, 1998, name),
    { rounds: 7, warmUp: 2 },
  );
  report(
    `A column of ${items} numbers (goal: at most 1.5 times the loop)`,
    "ns an item",
    1e6 / items,
    measured,
  );
  const grown = (process.memoryUsage().rss - before) / items;
  console.log(`${grown.toFixed(1)} bytes of memory an item beside the first column`);
}
