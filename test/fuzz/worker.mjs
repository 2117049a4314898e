import { pathToFileURL } from "node:url";
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { mutations } = await import("./mutations.ts");
const { target } = await import(pathToFileURL(workerData.target).href);
const { heap } = (await import("../../dist/columns/memory.js")).sharedMemory();
const { files, seed, seconds, current } = workerData;
const place = new Int32Array(current, 0, 2);
const bytesOf = new Uint8Array(current, 8);

const counts = Object.fromEntries(
  ["truncation", "flip", "splice", "token"].map((kind) => [kind, { read: 0, refused: 0 }]),
);
const errors = {};
let most = 0;

for (const [name, bytes] of Object.entries(target.seeds)) {
  const value = await target.read(bytes, name);
  target.check(value, bytes, name);
  target.dispose?.(value);
}

const inUse = () => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};
const until = performance.now() + 1000 * seconds;
let count = 0;
for (const { kind, seed: name, bytes } of mutations(target, seed)) {
  if (seconds > 0 ? performance.now() > until : count >= files) break;
  // what is garbage is known to be so between two turns of the event loop
  if (++count % 100 === 0) await new Promise(setImmediate);
  bytesOf.set(bytes.subarray(0, bytesOf.length));
  Atomics.store(place, 1, Math.min(bytes.length, bytesOf.length));
  Atomics.store(place, 0, count);
  const shared = heap.usedBytes;
  heap.resetPeak();
  const before = inUse();
  let value;
  let refusal;
  try {
    value = await target.read(bytes, name);
  } catch (error) {
    refusal = error;
  }
  const taken = inUse() - before + heap.peakBytes - shared;
  const allowed = 8 * bytes.length + 16 * 2 ** 20;
  most = Math.max(most, taken / allowed);
  if (taken > allowed) throw new Error(`it took ${taken} bytes, and ${allowed} are allowed`);
  if (refusal === undefined) {
    counts[kind].read++;
    target.check(value, bytes, name);
    target.dispose?.(value);
  } else {
    counts[kind].refused++;
    if (!(refusal instanceof Error) || !target.refusals.test(refusal.message)) {
      throw new Error(`it was refused with ${refusal?.stack}`);
    }
    const text = refusal.message
      .replace(/^\/\S*\//, "")
      .replace(/\d+(\.\d+)?/g, "#")
      .slice(0, 24);
    const known = text in errors || Object.keys(errors).length < 40 ? text : "others";
    errors[known] = (errors[known] ?? 0) + 1;
  }
}
parentPort.postMessage({ counts, errors, memory: most });
