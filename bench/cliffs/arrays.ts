import assert from "node:assert/strict";
import { type Kernel, run } from "nogil";
import { doubled, negated, sumOf, sumOfSingles } from "../build/arrays.js";
import { measure, median } from "../measure.js";

const totalBytes = 100e6;
const goal = 0.9;

type Rows = Float64Array[] | Float32Array[] | number[][];

interface Work {
  readonly kernel: Kernel;
  readonly plain: (rows: any) => unknown;
}

function sums(rows: Rows): number[] {
  return Array.from(rows as Float64Array[], (row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i];
    return sum;
  });
}

const reading: Work = { kernel: sumOf as unknown as Kernel, plain: sums };
const writing: Work = {
  kernel: negated as unknown as Kernel,
  plain: (rows: Float64Array[]) => {
    for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = -row[i];
  },
};
const returning: Work = {
  kernel: doubled as unknown as Kernel,
  plain: (rows: Float64Array[]) =>
    rows.map((row) => {
      const result = new Float64Array(row.length);
      for (let i = 0; i < row.length; i++) result[i] = 2 * row[i];
      return result;
    }),
};
const singles: Work = { kernel: sumOfSingles as unknown as Kernel, plain: sums };

const works = { "f64, read": reading, "f64, written in place": writing, "f64, returned": returning };

/** Rows in ordinary arrays, which a call copies in and back, beside the plain loop over them. */
export async function arrays(): Promise<void> {
  const table: Record<string, object> = {};
  for (const count of [1, 100, 10_000, 100_000]) {
    const rows = rowsOf(count, (length) => new Float64Array(length), 8);
    for (const [name, work] of Object.entries(works)) {
      // an array that is made in a kernel has to fit the memory for scratch
      if (work !== returning || count > 1) await compare(table, name, rows, work);
    }
    const floats = rowsOf(count, (length) => new Float32Array(length), 4);
    await compare(table, "f32, read", floats, singles);
  }
  const numbers = rowsOf(1000, (length) => new Array<number>(length).fill(0), 8);
  await compare(table, "numbers, read", numbers, reading);
  console.log(
    `\nRows of ordinary arrays, 100 MB of elements in all, against a plain loop (goal: at least ${goal})`,
  );
  console.table(table);
}

function rowsOf<Row extends { [i: number]: number; length: number }>(
  count: number,
  make: (length: number) => Row,
  bytes: number,
): Row[] {
  return Array.from({ length: count }, (_, n) => {
    const row = make(totalBytes / bytes / count);
    for (let i = 0; i < row.length; i++) row[i] = ((n + i) * 7919) % 1009;
    return row;
  });
}

async function compare(table: Record<string, object>, name: string, rows: Rows, work: Work): Promise<void> {
  const { kernel, plain } = work;
  const before = Array.from(rows as number[][], (row) => row[row.length - 1]);
  const check = (results: unknown): void => {
    if (work === writing) {
      const now = Array.from(rows as number[][], (row) => row[row.length - 1]);
      assert.deepEqual(
        now,
        before.map((value) => -value),
      );
      for (const [i, value] of now.entries()) before[i] = value;
      return;
    }
    const each = work === returning ? (row: any) => row[row.length - 1] : (value: any) => value;
    const expected = work === returning ? before.map((value) => 2 * value) : sums(rows);
    assert.deepEqual(Array.from(results as any[], each), expected);
  };
  let held: any;
  // an item that is an array is a list of arguments
  const items = Array.isArray(rows[0]) ? rows.map((row) => [row]) : rows;
  const candidates = [
    { name: "plain loop", work: () => plain(rows) },
    {
      name: "run",
      work: async () => {
        held?.column().dispose();
        held = undefined;
        const results = (await run(kernel, items as Float64Array[])) as any;
        // the memory of what was returned serves the next call
        if (work === returning) held = results;
        return results;
      },
    },
  ];
  const [loop, call] = await measure(candidates, check, { rounds: 7 });
  held?.column().dispose();
  const ratio = median(loop.times) / median(call.times);
  table[`${rows.length.toLocaleString("en")} × ${name}`] = {
    "loop ms": median(loop.times).toPrecision(3),
    "run ms": median(call.times).toPrecision(3),
    "times as fast": ratio.toPrecision(3),
  };
}
