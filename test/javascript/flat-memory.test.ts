import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, test } from "vitest";
import { exported, run, shutdown } from "../../dist/index.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

afterAll(shutdown);

const items = Array.from({ length: 200_000 }, (_, i) => i);
const module =
  "data:text/javascript,export const same = (n) => n; export const fail = (n) => { throw new Error('no ' + n); };";

async function used(): Promise<number> {
  // what is to be finalised is so in later turns
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test.each([
  ["threads", "same"],
  ["async", "same"],
  ["threads", "fail"],
] as const)(
  "many trivial items leave nothing behind in this thread from call to call: %s, %s",
  async (target, name) => {
    const few = name === "fail" ? items.slice(0, 20_000) : items;
    const call = async () => {
      const results = await run(exported(module, name), few, { target, workers: 2 });
      expect(results.failures.length).toBe(name === "fail" ? few.length : 0);
    };
    for (let i = 0; i < 3; i++) await call();
    const before = await used();

    for (let i = 0; i < 6; i++) await call();
    // the lists of what six calls returned take 9.6 MB, and errors more
    expect((await used()) - before).toBeLessThan(3e6);
  },
);
