import { afterAll, afterEach, expect, test } from "vitest";
import type { NogilEvent } from "../../dist/events/events.js";
import { subscribe } from "../../dist/events/stream.js";
import { nogil } from "../engines/loaded.js";
import { job, kernelsFrom, numbers, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "scheduling",
  `export function work(i: i32, rounds: i32): i32 {
  let x: u32 = <u32>i | 1;
  for (let r = 0; r < rounds; r++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  return x == 0 ? 0 : i + 1;
}
export function varying(i: i32, rounds: i32): i32 { return work(i, rounds); }`,
);

let events: NogilEvent[] = [];
const unsubscribe = subscribe((event) => events.push(event));
afterEach(() => {
  events = [];
});
afterAll(async () => {
  unsubscribe();
  await nogil.close();
});

const ones = (n: number) => numbers(n).map((i) => i + 1);

test("work that turned out small runs in the calling thread, until its items become expensive", async () => {
  const workersOf = async (rounds: number) => {
    events = [];
    const outcome = await nogil.run(job(k.varying, zipped(numbers(100)), { call: [rounds] }));
    expect([...outcome.column!.values]).toEqual(ones(100));
    return events.flatMap((event) => (event.type === "workDone" ? [event.worker === "main"] : []));
  };
  // a call that was measured while the machine did something else does not count as small
  const untilSmall = async () => {
    for (let call = 0; call < 200; call++) if ((await workersOf(1)).includes(true)) return true;
    return false;
  };
  const runsExpensiveHere = async () => {
    for (let attempt = 0; attempt < 50 && (await untilSmall()); attempt++)
      if ((await workersOf(50_000)).includes(true)) return true;
    return false;
  };
  expect(await workersOf(1)).not.toContain(true);
  // nothing tells that these are not small
  expect(await runsExpensiveHere()).toBe(true);
  expect(await workersOf(50_000)).not.toContain(true);
  // nor, at once, that these are
  expect(await workersOf(1)).not.toContain(true);
  expect(await untilSmall()).toBe(true);
});

test.each([
  ["timeout", { timeout: 10_000 }],
  ["deadline", { deadline: 10_000 }],
  ["signal", { signal: new AbortController().signal }],
])("a call with a %s never runs in the calling thread, where nothing could end it", async (_, options) => {
  for (let call = 0; call < 20; call++) await nogil.run(job(k.work, zipped([1]), { call: [1] }));
  events = [];
  await nogil.run(job(k.work, zipped([1]), { call: [1], options }));
  const workers = events.flatMap((event) => (event.type === "workDone" ? [event.worker] : []));
  expect(workers).toHaveLength(1);
  expect(workers).not.toContain("main");
});

test("a short call is done long before a long one that has all workers already", async () => {
  const long = nogil.run(job(k.work, zipped(numbers(1500)), { call: [500_000] }));
  const order: string[] = [];
  void long.then(() => order.push("long"));
  const short = async (i: number) => {
    await new Promise((resolve) => setTimeout(resolve, 40 * i));
    const outcome = await nogil.run(
      job(k.work, zipped(numbers(20)), { call: [1000], options: { signal: new AbortController().signal } }),
    );
    order.push("short");
    return [...outcome.column!.values];
  };
  expect(await Promise.all(numbers(5).map(short))).toEqual(numbers(5).map(() => ones(20)));
  expect([...(await long).column!.values]).toEqual(ones(1500));
  expect(order).toEqual([...numbers(5).map(() => "short"), "long"]);
});

test("calls that begin together share the workers: all have begun before the first is done", async () => {
  const calls = numbers(4).map(() => nogil.run(job(k.work, zipped(numbers(400)), { call: [100_000] })));
  await Promise.all(calls);
  const done = events.filter((event) => event.type === "workDone").filter(({ items }) => items > 0);
  const ids = [...new Set(done.map(({ call }) => call))];
  const of = (id: number) => done.filter(({ call }) => call === id);
  expect(ids).toHaveLength(4);
  const lastBegan = Math.max(...ids.map((id) => Math.min(...of(id).map(({ began }) => began))));
  const firstEnded = Math.min(...ids.map((id) => Math.max(...of(id).map(({ time }) => time))));
  expect(lastBegan).toBeLessThan(firstEnded);
});
