import type { Worker } from "node:worker_threads";
import { expect } from "vitest";
import type { Kernel } from "../../dist/abi/kernel.js";
import type { Outcome } from "../../dist/call/job.js";
import type { RunOptions } from "../../dist/call/options.js";
import { type Column, dense, raggedFrom, subset } from "../../dist/columns/index.js";
import { subscribe } from "../../dist/events/stream.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { nogil } from "../engines/loaded.js";
import { job, numbers, zipped } from "./kernels.js";
import type { CallStep, Step } from "./race-steps.js";

export const source = `
function effort(steps: i32): i32 {
  let x: u32 = 1;
  for (let i = 0; i < steps; i++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  return x == 0 ? 1 : 0;
}
export function rise(x: Int32Array, by: i32, steps: i32): void {
  const nothing = effort(steps);
  for (let i = 0; i < x.length; i++) x[i] += by + nothing;
}
export function total(x: Int32Array, by: i32, steps: i32): i32 {
  let sum = effort(steps);
  for (let i = 0; i < x.length; i++) sum += x[i] * by;
  return sum;
}
export function repeat(x: Int32Array, times: i32, steps: i32): Int32Array {
  const out = new Int32Array(x.length * times + effort(steps));
  for (let i = 0; i < out.length; i++) out[i] = x[i % x.length];
  return out;
}
export function picky(x: Int32Array, bad: i32, steps: i32): i32 {
  const first = x.length > 0 ? x[0] + effort(steps) : 0;
  if (first % (bad + 2) == 1) throw new RangeError("picky");
  return first % (bad + 2) == 2 ? x[x.length] : first;
}
export function stuck(x: Int32Array, at: i32, steps: i32): Int32Array {
  if (x.length > 0 && x[0] % 97 == at) for (;;) effort(steps);
  return x.slice(effort(steps));
}
`;

/** What each kernel gives for a row, and what it leaves in its place; undefined where it fails or never ends. */
const reference: Record<string, (row: Int32Array, by: number) => number | Int32Array | undefined> = {
  total: (row, by) => row.reduce((sum, value) => sum + value * by, 0),
  repeat: (row, times) => Int32Array.from({ length: row.length * times }, (_, i) => row[i % row.length]),
  picky: (row, bad) => {
    const first = row.length > 0 ? row[0] : 0;
    return [1, 2].includes(first % (bad + 2)) ? undefined : first;
  },
  stuck: (row, at) => (row.length > 0 && row[0] % 97 === at ? undefined : row),
};

/** A column, or a view of one that is gone, and what has to be in it. */
interface Live {
  column?: Column;
  view?: Int32Array;
  readonly shadow: Int32Array[];
  readers: number;
  writers: number;
}

const timeout = 300;

/** Columns that calls read and write while workers are killed, calls cancelled and garbage collected; and copies of all. */
export class RaceModel {
  readonly #live: Live[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #failed: unknown[] = [];
  readonly #unsubscribe: () => void;
  #workersEnded = 0;

  constructor(
    readonly kernels: Record<string, Kernel>,
    readonly threads: ReadonlySet<Worker>,
  ) {
    this.#unsubscribe = subscribe(({ type }) => {
      if (type === "workerEnded") this.#workersEnded++;
    });
  }

  async take(step: Step): Promise<void> {
    const one = this.#live[step.which % Math.max(1, this.#live.length)] as Live | undefined;
    switch (step.do) {
      case "dense":
        this.#makeDense(step.items, step.size);
        break;
      case "ragged":
        this.#makeRagged(step.items, step.size);
        break;
      case "subset":
        if (one?.column && one.writers === 0) this.#makeSubset(one as Live & { column: Column }, step.items);
        break;
      case "call":
        if (one?.column) this.#call(one as Live & { column: Column }, step);
        break;
      case "kill":
        void [...this.threads][step.which % Math.max(1, this.threads.size)]?.terminate();
        break;
      case "dispose":
        if (one) {
          one.column?.dispose();
          this.#live.splice(this.#live.indexOf(one), 1);
        }
        break;
      case "drop":
        if (one) this.#drop(one);
        break;
      case "collect":
        collectGarbage();
        break;
    }
    if (step.wait > 0) await new Promise((resolve) => setTimeout(resolve, step.wait));
    this.check();
  }

  /** Every column that no call writes holds what it has to. */
  check(): void {
    for (const failure of this.#failed) throw failure;
    for (const { column, view, shadow, writers } of this.#live) {
      if (writers > 0) continue;
      if (view) expect(view).toEqual(shadow[0]);
      if (column) expect(checksum(rowsOf(column))).toBe(checksum(shadow));
    }
  }

  /** Waits for every call, checks all, and lets go of it. */
  async end(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.check();
    for (const { column } of this.#live.splice(0)) column?.dispose();
    this.#unsubscribe();
  }

  #add(column: Column, shadow: Int32Array[]): void {
    this.#live.push({ column, shadow, readers: 0, writers: 0 });
  }

  #makeDense(items: number, size: number): void {
    const column = dense("i32", [items, size]);
    for (let i = 0; i < column.values.length; i++) column.values[i] = (i * 31) % 1009;
    this.#add(column, rowsOf(column));
  }

  #makeRagged(items: number, size: number): void {
    const row = (i: number) =>
      Int32Array.from({ length: (i * 7) % (size + 1) }, (_, k) => (i * 13 + k) % 1009);
    const rows = numbers(items).map(row);
    this.#add(raggedFrom(rows, "i32"), rows);
  }

  #makeSubset({ column, shadow }: Live & { column: Column }, items: number): void {
    if (shadow.length === 0) return;
    const positions = numbers(items).map((i) => (i * 17) % shadow.length);
    this.#add(
      subset(column, positions),
      positions.map((i) => shadow[i].slice()),
    );
  }

  // a view of a column keeps it alive
  #drop(one: Live): void {
    const { column, shadow, writers } = one;
    this.#live.splice(this.#live.indexOf(one), 1);
    one.column = undefined;
    if (!column || writers > 0 || column.length === 0 || column.shape.length === 1) return;
    this.#live.push({
      view: column.at(0) as Int32Array,
      shadow: [shadow[0].slice()],
      readers: 0,
      writers: 0,
    });
  }

  #call(one: Live & { column: Column }, step: CallStep): void {
    const { kernel } = step;
    // rows that are shared with a call that writes them are the user's to keep apart
    const writes = kernel === "rise";
    if (one.column.shape.length === 1 || one.writers > 0 || (writes && one.readers > 0)) return;
    const options: RunOptions = { workers: step.workers, chunkSize: step.chunkSize || undefined };
    if (kernel === "stuck") options.timeout = timeout;
    if (step.ending === "deadline") options.deadline = 1 + step.after;
    if (step.ending === "signal") options.signal = abortAfter(step.after);
    if (writes) one.writers++;
    else one.readers++;
    const before = one.shadow.map((row) => row.slice());
    const endedBefore = this.#workersEnded;
    const running = nogil
      .run(job(this.kernels[kernel], zipped(one.column), { call: [step.by, step.steps], options }))
      .then((outcome) => {
        this.#checkFailures(outcome, before, step, this.#workersEnded - endedBefore);
        if (writes) this.#checkRisen(one, before, step.by, outcome);
        else this.#checkResults(before, step, outcome);
      })
      .catch((error) => void this.#failed.push(error))
      .finally(() => {
        if (writes) one.writers--;
        else one.readers--;
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  // an item fails by itself, with its call, or with its worker: one for each call on each worker that ended
  #checkFailures({ failures }: Outcome, before: Int32Array[], step: CallStep, workersEnded: number): void {
    const { kernel, by, ending } = step;
    const failsByItself = (row: Int32Array) => kernel !== "rise" && reference[kernel](row, by) === undefined;
    const cancelled = { none: undefined, signal: "AbortError", deadline: "TimeoutError" }[ending];
    let lost = 0;
    for (const [item, error] of failures) {
      if ((error as { code?: string }).code === "ERR_NOGIL_WORKER_ENDED") lost++;
      else if (error.name !== cancelled) {
        expect(error.name).toBe(kernel === "stuck" ? "TimeoutError" : "RangeError");
        expect(failsByItself(before[item])).toBe(true);
      }
    }
    expect(lost).toBeLessThanOrEqual(workersEnded);
    const silent = numbers(before.length).filter((i) => failsByItself(before[i]) && !failures.has(i));
    expect(silent).toEqual([]);
  }

  // no item runs twice: what one left that failed is old, or new, from its beginning on
  #checkRisen({ column, shadow }: Live, before: Int32Array[], by: number, { failures }: Outcome): void {
    if (!column) return;
    // disposed of while the call ran
    if (!this.#live.some((one) => one.column === column)) return;
    rowsOf(column).forEach((row, i) => {
      const risen = before[i].map((value) => value + by);
      if (failures.has(i)) {
        const until = by === 0 ? 0 : row.findIndex((value, k) => value === before[i][k]);
        const done = until < 0 ? row.length : until;
        expect(row).toEqual(Int32Array.of(...risen.subarray(0, done), ...before[i].subarray(done)));
      } else expect(row).toEqual(risen);
      shadow[i] = row;
    });
  }

  #checkResults(before: Int32Array[], { kernel, by }: CallStep, { column, failures }: Outcome): void {
    const expected = before.map((row, i) => (failures.has(i) ? undefined : reference[kernel](row, by)));
    const shadow = expected.map((value) =>
      typeof value === "number"
        ? Int32Array.of(value)
        : (value ?? new Int32Array(scalars.has(kernel) ? 1 : 0)),
    );
    expect(rowsOf(column!)).toEqual(shadow);
    this.#add(column!, shadow);
  }
}

const scalars = new Set(["total", "picky"]);

function rowsOf(column: Column): Int32Array[] {
  return numbers(column.length).map((i) => {
    const row = column.at(i);
    return typeof row === "number" ? Int32Array.of(row) : Int32Array.from(row as Int32Array);
  });
}

// FNV-1a over lengths and elements
function checksum(rows: readonly Int32Array[]): number {
  let sum = 0x811c9dc5;
  const add = (word: number) => {
    sum = Math.imul(sum ^ word, 0x01000193);
  };
  for (const row of rows) {
    add(row.length);
    for (const value of row) add(value);
  }
  return sum >>> 0;
}

function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  if (milliseconds === 0) controller.abort();
  else setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}
