import { turn } from "#host/timing";
import type { Kernel, KernelModule } from "../abi/kernel.js";
import { isURL } from "../base/realms.js";
import { Cancellation, isCancellable } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import type { Outcome } from "../call/job.js";
import { callOptions } from "../call/options.js";
import { settings } from "../call/settings.js";
import { sharedMemory } from "../columns/memory.js";
import { now } from "../events/clock.js";
import { publish } from "../events/stream.js";
import { countItems, type Range } from "../workers/ranges.js";
import { type Instance, Instances, type Output, type Task } from "./instance.js";
import type { Execute, KernelCall, Part } from "./kernel-call.js";
import { RelocatedModules } from "./relocated-modules.js";
import type { Block, Fault } from "./round-protocol.js";

const smallestSegment = 1 << 16;
// how long this thread is not to be bothered by events, when something could cancel the call
const stretch = 10;

/** Runs a call in this thread, part by part. */
export async function runHere(call: KernelCall, execute: Execute): Promise<Outcome> {
  if (!isCancellable(call.job)) return call.run(execute);
  const cancellation = new Cancellation(call.job);
  call.job.view?.follow(call, cancellation);
  try {
    return await call.run(execute, cancellation);
  } finally {
    cancellation.ignore();
  }
}

/**
 * Runs the items of a part in this thread, in order. A signal and a deadline are looked at between items; nothing can end
 * an item.
 * @returns the milliseconds that it took
 */
export function runInline(part: Part, call: KernelCall): number | Promise<number> {
  const used = inlineWith(call.job.options.scratch);
  const instance = used.instances.loaded(part.kernel.module.description.hash);
  // small calls feel what each promise costs
  if (instance && !isCancellable(call.job)) return runAtOnce(used, instance, part, call);
  return runWaiting(used, part, call);
}

function runAtOnce(used: Inline, instance: Instance, part: Part, call: KernelCall): number {
  const segments = new Segments();
  const runItems = runner(part, call, { used, instance, segments });
  const began = now();
  let busy = 0;
  try {
    part.ranges.forEach(runItems);
  } finally {
    busy = account(part, call, segments, began);
  }
  return busy;
}

async function runWaiting(used: Inline, part: Part, call: KernelCall): Promise<number> {
  used.users++;
  try {
    const { module } = part.kernel;
    const instance = used.instances.loaded(module.description.hash) ?? (await load(module, used));
    if (!isCancellable(call.job)) return runAtOnce(used, instance, part, call);
    return await runInTurns(used, instance, part, call);
  } finally {
    // by now another may have taken its place
    if (--used.users === 0 && used !== current) free(used);
  }
}

async function runInTurns(used: Inline, instance: Instance, part: Part, call: KernelCall): Promise<number> {
  const segments = new Segments();
  const runItems = runner(part, call, { used, instance, segments });
  const began = now();
  let busy = 0;
  try {
    await inStretches(part.ranges, runItems, call.cancellation!, call);
  } finally {
    busy = account(part, call, segments, began);
  }
  return busy;
}

/** @returns the milliseconds since it began */
function account(part: Part, call: KernelCall, segments: Segments, began: number): number {
  segments.giveTo(call);
  const time = now();
  const own = { call: call.job.id, action: call.job.label, worker: "main", kernel: part.kernel.name };
  const items = countItems(part.ranges);
  publish({ type: "workDone", time, ...own, items, began, busy: time - began });
  return time - began;
}

/** Runs the items of a part in this thread, at once. @throws Error where their module cannot be loaded at once */
export function runNow(part: Part, call: KernelCall): void {
  const used = inlineWith(call.job.options.scratch);
  const { instances, modules } = used;
  const { module } = part.kernel;
  let instance = instances.loaded(module.description.hash);
  if (!instance) {
    const source = modules.getNow(module);
    if (!source) throw notReady(part.kernel);
    instance = instances.load(source);
  }
  const segments = new Segments();
  try {
    part.ranges.forEach(runner(part, call, { used, instance, segments }));
  } finally {
    segments.giveTo(call);
  }
}

/** Loads a module for calls at once. */
export async function loadHere(module: KernelModule): Promise<void> {
  // another call may have this one replaced meanwhile
  for (;;) {
    const used = inlineWith(settings().scratch);
    if (used.instances.loaded(module.description.hash)) return;
    used.users++;
    try {
      await load(module, used);
    } finally {
      if (--used.users === 0 && used !== current) free(used);
    }
  }
}

function notReady({ name, module: { source } }: Kernel): Error {
  return new Error(
    `${name}() cannot be called yet: ${isURL(source) ? source.href : "its WebAssembly"} has to be fetched, which takes a while. ` +
      `Wait for it once, before the first call: await ready(${name}).`,
  );
}

function runner(
  part: Part,
  call: KernelCall,
  { used, instance, segments }: { used: Inline; instance: Instance; segments: Segments },
): (items: Range) => void {
  const task: Task = { kernel: part.kernel.name, frame: part.frame, cell: used.cell, output: segments };
  const log = { add: (item: number, fault: Fault) => call.fault(item, fault) };
  return ({ begin, end }) => {
    used.instances.lendScratch(instance);
    instance.run(task, begin, end, log);
  };
}

async function inStretches(
  ranges: readonly Range[],
  runItems: (items: Range) => void,
  cancellation: Cancellation,
  call: KernelCall,
): Promise<void> {
  let size = 1;
  let done = 0;
  call.underway = () => done;
  for (const { begin, end } of ranges) {
    for (let from = begin; from < end; ) {
      const to = cancellation.error ? end : Math.min(end, from + size);
      if (cancellation.error) {
        for (let item = from; item < to; item++) call.fail(item, cancelledItem(cancellation.error, item));
      } else {
        const began = performance.now();
        runItems({ begin: from, end: to });
        size = performance.now() - began < stretch / 2 ? size * 2 : Math.max(1, size >> 1);
        await turn();
      }
      done += to - from;
      from = to;
    }
  }
}

interface Inline {
  readonly instances: Instances;
  readonly cell: Uint32Array;
  readonly modules: RelocatedModules;
  /** calls that run in it */
  users: number;
}

let current: Inline | undefined;

/** What runs kernels in this thread, with so much scratch memory at least. */
function inlineWith(scratch = callOptions.scratch.default): Inline {
  if (!current || current.instances.scratch.bytes < scratch) {
    const small = current;
    current = makeInline(scratch);
    if (small?.users === 0) free(small);
  }
  return current;
}

function makeInline(bytes: number): Inline {
  const memory = sharedMemory();
  const address = memory.allocate(bytes, { purpose: "scratch memory" });
  const cell = memory.allocate(4, { purpose: "a call" });
  return {
    instances: new Instances(memory.memory, { address, bytes }),
    cell: new Uint32Array(memory.bufferTo(cell + 4), cell, 1),
    modules: new RelocatedModules(bytes),
    users: 0,
  };
}

function free({ instances, cell, modules }: Inline): void {
  sharedMemory().free(instances.scratch.address);
  sharedMemory().free(cell.byteOffset);
  modules.free();
}

async function load(module: KernelModule, { instances, modules }: Inline): Promise<Instance> {
  return instances.load(await modules.get(module));
}

/** Segments for the arrays that a call returns in this thread. */
class Segments implements Output {
  block: Block = { address: 0, bytes: 0 };
  readonly #all: Block[] = [];

  more(bytes: number): Block {
    const wanted = Math.max(bytes, smallestSegment, 2 * (this.#all.at(-1)?.bytes ?? 0));
    const segment = {
      address: sharedMemory().allocate(wanted, { purpose: "a returned array" }),
      bytes: wanted,
    };
    this.#all.push(segment);
    return segment;
  }

  giveTo({ results }: KernelCall): void {
    this.#all.forEach((segment, i) => {
      results.keep(segment, i === this.#all.length - 1 ? this.block.address : undefined);
    });
  }
}
