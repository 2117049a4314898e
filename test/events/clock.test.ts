import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { fromShared, now } from "../../dist/events/clock.js";

const run = promisify(execFile);
const clock = new URL("../../dist/events/clock.js", import.meta.url).href;
// the clocks of two threads are matched to within some microseconds
const slack = 1;

const read = {
  thread: async () => {
    const worker = new Worker(
      `import(${JSON.stringify(clock)}).then(({ toShared }) =>
        require("node:worker_threads").parentPort.postMessage(toShared(performance.now())));`,
      { eval: true },
    );
    const [time] = await once(worker, "message");
    await worker.terminate();
    return time;
  },
  process: async () => {
    const program = `import { toShared } from ${JSON.stringify(clock)}; console.log(toShared(performance.now()));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 20_000,
    });
    return Number(stdout);
  },
};

test.each(["thread", "process"] as const)(
  "a %s tells a time that lies between asking and hearing",
  async (where) => {
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const asked = now();
        const told = fromShared(await read[where]());
        expect(told).toBeGreaterThan(asked - slack);
        expect(told).toBeLessThan(now() + slack);
      }),
    );
  },
);

test("it is the time since 1970", () => {
  expect(Math.abs(now() - Date.now())).toBeLessThan(60_000);
});
