import assert from "node:assert/strict";
import { Batch, type Dense, type Kernel, run } from "nogil";
import { Piscina } from "piscina";
import { standardize, standardizeByFour } from "../build/engine.js";
import { standardizeSimd } from "../build/simd.js";
import { type Candidate, type Measured, measure, median, report } from "../measure.js";
import { CProgram, cCompiler } from "./c-program.js";
import { standardizeRows, standardizeRowsByFour } from "./forms.js";

const count = 2048;
const length = 4096;
const threads = 2;

class Rows extends Batch<{ x: Dense<"f64", [number]> }, number> {}

/** Standardising rows in place: kernels beside plain JavaScript, in workers too, and beside C. */
export async function standardizing(): Promise<void> {
  const raw = Float64Array.from(
    { length: count * length },
    (_, i) => 3 + Math.sin(i * 0.37) * (1 + (i % 11)),
  );
  const expected = raw.slice();
  standardizeRows(expected, length, 0, count);

  const pools: Piscina[] = [];
  const programs: CProgram[] = [];
  const inWorkers = (form: string, tasks: number): Candidate["work"] => {
    const buffer = new SharedArrayBuffer(raw.byteLength);
    const all = new Float64Array(buffer);
    all.set(raw);
    const filename = new URL("./piscina-worker.js", import.meta.url).href;
    // threads that wait at hand, each with the rows
    const pool = new Piscina({
      filename,
      minThreads: threads,
      maxThreads: threads,
      workerData: { buffer, length },
    });
    pools.push(pool);
    const each = count / tasks;
    const ranges = Array.from({ length: tasks }, (_, i) => ({ form, begin: i * each, end: (i + 1) * each }));
    return async () => {
      await Promise.all(ranges.map((range) => pool.run(range)));
      return all;
    };
  };
  const here = (form: (all: Float64Array, length: number, begin: number, end: number) => void) => {
    const all = raw.slice();
    return () => {
      form(all, length, 0, count);
      return all;
    };
  };
  const kernel = (kernel: Kernel, workers: number) => {
    const rows = Rows.from(count);
    const x = rows.allocate("x", { dtype: "f64", shape: [length], values: raw });
    return async () => {
      const { failures } = await run(kernel, rows.rows("x"), { workers });
      assert.equal(failures.length, 0);
      return x.values;
    };
  };
  const inC = (...flags: string[]): Omit<Candidate, "name"> => {
    const program = new CProgram(flags, raw, count, threads);
    programs.push(program);
    const work = async () => {
      await program.run();
      return program.rows(raw.length);
    };
    return { work, clock: () => program.run() };
  };

  const compiler = cCompiler();
  const names = {
    plain: "kernel, two workers",
    four: "kernel with four sums, two workers",
    simd: "SIMD kernel, two workers",
    halves: "JavaScript, two Piscina workers, a half each",
    tasks: "JavaScript, two Piscina workers, 16 tasks",
    fourHalves: "JavaScript with four sums, two Piscina workers, a half each",
    c: "C -O3 with OpenMP, two threads",
  };
  const candidates: Candidate[] = [
    { name: names.plain, work: kernel(standardize, 2) },
    { name: "kernel, one worker", work: kernel(standardize, 1) },
    { name: names.halves, work: inWorkers("standardizeRows", 2) },
    { name: names.tasks, work: inWorkers("standardizeRows", 16) },
    { name: "JavaScript, this thread", work: here(standardizeRows) },
    { name: names.four, work: kernel(standardizeByFour, 2) },
    { name: names.fourHalves, work: inWorkers("standardizeRowsByFour", 2) },
    { name: "JavaScript with four sums, this thread", work: here(standardizeRowsByFour) },
    { name: names.simd, work: kernel(standardizeSimd, 2) },
    { name: "SIMD kernel, one worker", work: kernel(standardizeSimd, 1) },
  ];
  if (compiler) {
    candidates.push(
      { name: names.c, ...inC("-O3") },
      {
        name: "C -O3 -march=native -ffast-math with OpenMP, two threads",
        ...inC("-O3", "-march=native", "-ffast-math"),
      },
    );
  }
  const inOrder = new Set([names.plain, names.halves, names.tasks, names.c]);
  const measured = await measure(
    candidates,
    (result, name) => {
      checkRows(result as Float64Array, expected, inOrder.has(name) ? 0 : 1e-11, name);
    },
    { rounds: 41, warmUp: 10 },
  );
  report(`Standardising ${count} rows of ${length} f64 in place`, "ms", 1, measured);

  const time = (name: string) => median(timesOf(measured, name));
  const javascript = Math.min(time(names.halves), time(names.tasks));
  const times = (of: number, than: number) => `${(of / than).toFixed(2)} times as fast as`;
  console.log(
    `two workers each: the kernel is ${times(javascript, time(names.plain))} plain JavaScript (goal: 1.5 on Node 24, 1 on Node 20), ` +
      `with four sums ${times(time(names.fourHalves), time(names.four))} JavaScript with four sums, ${times(javascript, time(names.four))} plain JavaScript`,
  );
  if (compiler) {
    console.log(
      `the SIMD kernel is ${times(time(names.c), time(names.simd))} C -O3 with OpenMP (goal: 1; ${compiler})`,
    );
  } else {
    console.log("no C compiler with OpenMP was found (cc -O3 -fopenmp), so C is left out");
  }
  console.log(
    "All take the mean first, then the sum of squares, then scale. The plain forms and C -O3 add in one order and return the same bits;  " +
      "SIMD, four sums and -ffast-math add in other orders, and differ from them by less than 1e-11.",
  );

  for (const program of programs) program.end();
  await Promise.all(pools.map((pool) => pool.destroy()));
}

function timesOf(measured: readonly Measured[], name: string): readonly number[] {
  return measured.find((one) => one.name === name)!.times;
}

function checkRows(rows: Float64Array, expected: Float64Array, tolerance: number, name: string): void {
  for (let i = 0; i < expected.length; i++) {
    if (Math.abs(rows[i] - expected[i]) <= tolerance) continue;
    throw new Error(`${name}: element ${i} is ${rows[i]}, not ${expected[i]}.`);
  }
}
