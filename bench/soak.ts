import type { Worker } from "node:worker_threads";
import { shutdown } from "nogil";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { sharedMemory } from "../dist/columns/memory.js";
import { collectGarbage } from "../dist/hosts/node/memory.js";
import { checkedCall, type Plan, startWorkers } from "./soak/calls.js";

const parts = 10;
const lanes = 4;
const MiB = 2 ** 20;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Thousands of calls, several at once, of which one in a hundred is cancelled, while a worker is killed for every hundredth.
 * Whether every result is right, memory stays what it is, and nothing is left at the end.
 */
export async function soak(calls: number, seed: number): Promise<void> {
  const threads = new Set<Worker>();
  const started = (worker: Worker) => {
    threads.add(worker);
    worker.once("exit", () => threads.delete(worker));
  };
  process.on("worker", started);

  const resident: number[] = [];
  const counts = { calls: 0, cancelled: 0, killed: 0 };
  const killOne = async (random: number, after: number) => {
    await pause(after);
    while (threads.size === 0) await pause(1);
    const worker = [...threads][random % threads.size];
    // not twice
    threads.delete(worker);
    await worker.terminate();
    counts.killed++;
  };
  const kills = new Set<Promise<void>>();
  let next = 0;
  const lane = async (until: number) => {
    while (next < until) {
      const n = next++;
      const random = xoroshiro128plus(seed * 2 ** 20 + n);
      const pick = (most: number) => uniformInt(random, 0, most - 1);
      const due = n % 100;
      if (due === 0) {
        const kill = killOne(pick(1000), pick(3)).finally(() => kills.delete(kill));
        kills.add(kill);
      }
      const plan: Plan = {
        seed: pick(2 ** 30),
        // in the middle of many items, and where one never ends
        abortAfter: due === 50 || due === 75 ? pick(3) : undefined,
        endless: due === 75 || n % 1000 === 25,
      };
      if (await checkedCall(plan)) counts.cancelled++;
      counts.calls++;
    }
  };
  for (let part = 1; part <= parts; part++) {
    const began = performance.now();
    await Promise.all(Array.from({ length: lanes }, () => lane((calls * part) / parts)));
    await Promise.all(kills);
    // a worker that is there or not makes a difference of 8 MiB
    for (let n = 0; n < 20; n++) await startWorkers();
    // else what is seen is how long ago the last one was; what a collection frees is given back in a moment
    for (let i = 0; i < 3; i++) {
      collectGarbage();
      await pause(100);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    resident.push(rss / MiB);
    const sizes = {
      RSS: rss,
      "JavaScript heap": heapUsed,
      external,
      "shared memory": sharedMemory().heap.usedBytes,
    };
    const shown = Object.entries(sizes).map(([name, bytes]) => `${name} ${(bytes / MiB).toFixed(1)} MiB`);
    console.log(
      `${part}/${parts}: ${counts.calls} calls, ${counts.cancelled} cancelled, ${counts.killed} workers killed; ` +
        `${shown.join(", ")}; ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
  }
  await shutdown();
  process.off("worker", started);

  const ratio = resident[parts - 1] / resident[0];
  console.log(
    `RSS after the first tenth ${resident[0].toFixed(1)} MiB, after the last ${resident[parts - 1].toFixed(1)} MiB: ` +
      `ratio ${ratio.toFixed(3)} (goal: at most 1.05)`,
  );
  const open = process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe)Wrap$/.test(name));
  console.log(`threads left: ${threads.size}; handles left: ${open.join(", ") || "none"}`);
  // as long as something else keeps the program from ending
  setTimeout(() => {
    console.error("The program does not end by itself.");
    process.exit(1);
  }, 5000).unref();
  if (ratio > 1.05 || threads.size > 0 || open.length > 0) process.exitCode = 1;
}
