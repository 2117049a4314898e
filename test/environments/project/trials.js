// what is tried everywhere: each returns a text, which is the same in all environments
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rowsOf = (...lists) => lists.map((list) => Float64Array.from(list));
const describe = ({ item, name, message, code }) =>
  [item, name, typeof code === "string" ? code : message].join(" ");
const failuresOf = (results) => results.failures.map(({ error }) => describe(error)).join("; ");

async function batchOf(...lists) {
  const { Numbers } = await import("./numbers.js");
  return Numbers.from(lists.length, { x: rowsOf(...lists) });
}

export async function kernel() {
  const { run } = await import("nogil");
  const { total, double } = await import("./build/kernels.js");
  const rows = rowsOf([1, 2], [], [4]);
  await run(double, rows);
  return (await run(total, rows, { args: [{ scale: 10 }], workers: 2 })).join();
}

async function functionOn(target) {
  const { exported, run } = await import("nogil");
  const square = exported(new URL("./functions.js", import.meta.url), "square");
  return (await run(square, [1, 2, 3], { target })).join();
}
export const threads = () => functionOn("threads");
export const processes = () => functionOn("mpc");

async function methodOn(name) {
  return JSON.stringify(await (await batchOf([1, 2], [3], [4]))[name]());
}
export const kernelMethod = () => methodOn("total");
export const threadMethod = () => methodOn("thread");
export const asyncMethod = () => methodOn("later");
export const processMethod = () => methodOn("square");
export const plainMethod = () => methodOn("here");

export async function shared() {
  const numbers = await batchOf([1, 2], [3], [4]);
  await numbers.negate();
  await numbers.double();
  await numbers.measure();
  return JSON.stringify([[...numbers.data.x.values], [...numbers.data.size.values]]);
}

async function faultsOn(target) {
  const { exported, run } = await import("nogil");
  const fault = exported(new URL("./functions.js", import.meta.url), "fault");
  const results = await run(fault, [0, 1, 2, 3, 4], { target, timeout: 500, workers: 2 });
  const { BadRecord } = await import("./functions.js");
  return `${results[0]} ${results[4]} ${results[1] instanceof BadRecord}; ${failuresOf(results)}`;
}
export const threadFaults = () => faultsOn("threads");
export const processFaults = () => faultsOn("mpc");

export async function kernelFaults() {
  const { run } = await import("nogil");
  const { picky } = await import("./build/kernels.js");
  const results = await run(picky, rowsOf([1], [], [-1], [2]), { timeout: 500, workers: 2 });
  return `${results[0]} ${results[3]}; ${failuresOf(results)}`;
}

export async function disposal() {
  const { stats } = await import("nogil");
  const before = stats().memory.used;
  const numbers = await batchOf([1, 2, 3]);
  const during = stats().memory.used > before;
  numbers[Symbol.dispose]();
  return `${during} ${stats().memory.used === before}`;
}

async function printingOn(target) {
  const { exported, run } = await import("nogil");
  const print = exported(new URL("./functions.js", import.meta.url), "print");
  await run(print, [1, 2], { target, workers: 1 });
  return "printed";
}
export const threadPrinting = () => printingOn("threads");
export const processPrinting = () => printingOn("mpc");

export async function pipeline() {
  const { Dataset } = await import("nogil");
  const { Numbers } = await import("./numbers.js");
  const job = new Dataset(6, Numbers)
    .pipeline()
    .do((each) => each.set({ x: [...each.indices].map((id) => Float64Array.of(id, id)) }))
    .double()
    .append("totals", (each) => [...each.data.x.values]);
  const { variables } = await job.run({ batchSize: 2, prefetch: 2 });
  return variables.totals.join();
}

async function inFile(name, use) {
  const file = join(tmpdir(), `nogil-${process.pid}-${name}`);
  try {
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}

export async function arrow() {
  const { Numbers } = await import("./numbers.js");
  const numbers = await batchOf([1, 2], [3]);
  return inFile("x.arrow", async (file) => {
    await numbers.save(file);
    const again = await Numbers.load(file);
    return [...again.data.x.values].join();
  });
}

export async function npy() {
  const { fromNpy, toNpy } = await import("nogil/npy");
  return inFile("x.npy", async (file) => {
    await writeFile(file, toNpy(Float64Array.of(1, 2, 3)));
    return [...fromNpy(await readFile(file)).values].join();
  });
}

export async function shutdown() {
  const { shutdown } = await import("nogil");
  const first = await kernel();
  await shutdown();
  return `${first} ${await kernel()}`;
}
