import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { frameBytes, writeFrame } from "../../../src/abi/frame.js";
import { relocate } from "../../../src/abi/relocate.js";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { compileAndLink } from "../../../src/compiler/link/link.js";
import { defaults, instantiate } from "../harness.js";

const text = `
const table: i32[] = [31, 37];
export function hash(v: f64): i32 {
  const text = v.toString();
  let h = 0;
  for (let i = 0; i < text.length; i++) h = h * table[i & 1] + text.charCodeAt(i);
  return h;
}`;

// what the engine's workers do, in a few lines of plain JavaScript
const worker = `
const { workerData: { module, memory, arena, begin, end, frame, cell }, parentPort } = require("node:worker_threads");
const abort = () => { throw new Error("abort"); };
const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
exports.arena(arena, 1 << 16);
exports.start();
exports.mark();
exports["run$hash"](begin, end, frame, cell);
parentPort.postMessage("done");
`;

test("two threads on one memory turn numbers to strings, and none comes out wrong", async () => {
  const items = 40_000;
  const linked = await compileAndLink(await loadToolchain(import.meta.dirname), "kernels.ts", {
    ...defaults,
    text,
  });
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65536, shared: true });
  const numbers = new Float64Array(memory.buffer, 8 << 20, items);
  for (let i = 0; i < items; i++) numbers[i] = Math.sin(i) * 10 ** (i % 40);
  const hashes = new Int32Array(memory.buffer, 16 << 20, items);
  const frame = 24 << 20;
  const cells = frame + frameBytes(1);
  writeFrame(memory.buffer, frame, {
    results: hashes.byteOffset,
    lengths: 0,
    parameters: [{ base: numbers.byteOffset, stride: 8, length: 0, lengths: 0 }],
  });
  const threads = [0, 1].map((thread) => {
    const wasm = relocate(linked.wasm, linked.description, (1 + thread) << 20);
    const workerData = {
      module: new WebAssembly.Module(wasm),
      memory,
      arena: (4 + thread) << 20,
      begin: (thread * items) / 2,
      end: ((thread + 1) * items) / 2,
      frame,
      cell: cells + 4 * thread,
    };
    return once(new Worker(worker, { eval: true, workerData }), "message");
  });
  await Promise.all(threads);
  const { run } = await instantiate(linked);
  const { values } = run("hash", [[...numbers]]);
  expect([...hashes].filter((hash, i) => hash !== values[i])).toEqual([]);
  expect(new Set(hashes).size).toBeGreaterThan(items * 0.9);
});
