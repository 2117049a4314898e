import assert from "node:assert/strict";
import { exported, run, subscribe } from "nogil";
import { Piscina } from "piscina";
import { type Candidate, type Measured, measure, median, report } from "../measure.js";
import * as work from "./small-items.js";

const file = new URL("./small-items.js", import.meta.url).href;
const pool = () => new Piscina({ filename: file, minThreads: 2, maxThreads: 2 });

const many = 200_000;
const inChunk = 2000;
const indices = Array.from({ length: many }, (_, i) => i);

const kinds = {
  digest: indices.map((i) => `item number ${i} of the list`),
  shout: indices.map((i) => `item number ${i} of the list`),
  double: indices.map((i) => i * 1.5),
  point: indices.map((i) => ({ x: i, y: i + 1 })),
} as const;

/** Many small items on `threads`, beside Piscina in chunks that a user makes by hand. */
export async function smallItems(): Promise<void> {
  const piscina = pool();
  let bytesIn = 0;
  const unsubscribe = subscribe((event) => {
    if (event.type === "copied") bytesIn = event.bytesIn;
  });
  for (const [name, items] of Object.entries(kinds)) {
    const fn = exported(file, name);
    const expected = (items as any[]).map((work as any)[name]);
    const byHand = async () => {
      const tasks: Promise<unknown[]>[] = [];
      for (let i = 0; i < many; i += inChunk)
        tasks.push(piscina.run(items.slice(i, i + inChunk), { name: `${name}All` }));
      return (await Promise.all(tasks)).flat();
    };
    const measured = await measure(
      [
        { name: `Piscina, chunks of ${inChunk}`, work: byHand },
        { name: "threads, 2 workers", work: () => run(fn, items as any, { target: "threads", workers: 2 }) },
        { name: "threads, 1 worker", work: () => run(fn, items as any, { target: "threads", workers: 1 }) },
      ],
      (result, who) => assert.deepEqual([...(result as unknown[])], expected, who),
      { rounds: 7 },
    );
    report(`${many} items, ${name}`, "ms", 1, measured);
    const [theirs, two, one] = measured.map(({ times }) => median(times));
    const goals = name === "digest" ? " (the goals: 1.0 and 1.5)" : "";
    console.log(`${(theirs / two).toFixed(2)} of Piscina; two are ${(one / two).toFixed(2)} of one${goals}`);
    if (typeof items[0] === "string") {
      const given = (items as readonly string[]).reduce((sum, text) => sum + text.length, 0);
      console.log(`${(bytesIn / given).toFixed(2)} times the input's bytes sent (the goal: less than 2)`);
    }
  }
  unsubscribe();
  await piscina.destroy();
}

const times = 300;

/** A call on one item, beside one task. */
export async function oneItem(): Promise<void> {
  const piscina = pool();
  const fn = exported(file, "double");
  const repeated = (name: string, call: () => Promise<unknown>): Candidate => ({
    name,
    work: async () => {
      for (let i = 1; i < times; i++) await call();
      return call();
    },
  });
  const measured = await measure(
    [
      repeated("Piscina, a task", async () => [await piscina.run(3, { name: "double" })]),
      ...(["threads", "async", "mpc"] as const).map((target) =>
        repeated(target, () => run(fn, [3], { target })),
      ),
    ],
    (result, name) => assert.deepEqual([...(result as number[])], [6], name),
    { rounds: 15 },
  );
  report("A call on one item, threads warm", "µs", 1000 / times, measured);
  console.log(`threads takes ${ratioOf(measured[1], measured[0])} times a task (the goal: at most 2)`);
  await piscina.destroy();
}

function ratioOf(ours: Measured, theirs: Measured): string {
  return (median(ours.times) / median(theirs.times)).toFixed(2);
}

const failing = 1_000_000;

/** A million items that throw, by the processor time of the whole process. */
export async function failingItems(): Promise<void> {
  const items = Array.from({ length: failing }, (_, i) => i);
  const fn = exported(file, "fails");
  for (const target of ["threads", "async", "for"] as const) {
    const before = process.cpuUsage();
    const results = await run(fn, items, { target });
    const { user, system } = process.cpuUsage(before);
    assert.equal(results.failures.length, failing);
    assert.equal(results.failures[7].error.message, "item 7 is odd");
    assert.ok(results.failures[7].error instanceof TypeError);
    console.log(
      `${failing} failing items, ${target}: ${((user + system) / 1e6).toFixed(1)} s of processor time (the goal: 5)`,
    );
  }
}
