import { workerFlag } from "../base/keys.js";
import type { Engine, Target } from "../call/job.js";
import { checkHost } from "../hosts/node/needs.js";

/** How the declared target has a method called: for every item, or once for the kernel or function that then runs. */
export type Style = "method" | "kernel" | "function";

const possible: Record<Style, readonly Target[]> = {
  method: ["threads", "async", "for"],
  kernel: ["nogil", "for"],
  function: ["mpc", "threads", "async", "for"],
};

export function styleOf(declared: Target): Style {
  if (declared === "nogil") return "kernel";
  return declared === "mpc" ? "function" : "method";
}

export function canRun(target: Target, style: Style): boolean {
  return possible[style].includes(target);
}

// engines are loaded when first used: a page that runs kernels only never asks for Node's modules
const engines: Record<Target, () => Promise<Engine>> = {
  threads: async () => (await import("./threads.js")).threads,
  nogil: async () => (await import("./nogil.js")).nogil,
  async: async () => (await import("./async.js")).async,
  mpc: async () => (await import("./mpc.js")).mpc,
  for: async () => (await import("./for.js")).sequential,
};

const used = new Map<Target, Engine>();

/**
 * The engine of a target. Inside a worker it is always the loop: there are no pools inside pools.
 * @throws TypeError for a target that cannot run the style, listing those that can
 */
export function engineFor(target: Target, style: Style, label: string): Engine | Promise<Engine> {
  if (!canRun(target, style)) {
    throw new TypeError(
      `${label} ${described[style]}, which target "${target}" cannot run; possible are ${possible[style].join(", ")}.`,
    );
  }
  const actual = isWorker() ? "for" : target;
  return used.get(actual) ?? load(actual);
}

async function load(target: Target): Promise<Engine> {
  checkHost(target);
  const engine = await engines[target]();
  used.set(target, engine);
  return engine;
}

const described: Record<Style, string> = {
  method: "is a method that runs for each item",
  kernel: "runs a kernel",
  function: "runs a function",
};

function isWorker(): boolean {
  return workerFlag in globalThis;
}

/** The engines that were used so far. */
export function usedEngines(): Engine[] {
  return [...used.values()];
}

let ending: Promise<unknown> = Promise.resolve();

/**
 * Ends every thread and process that the library started. Later calls start new ones. Idle workers keep no program alive, so that
 * a program need not call it to end.
 * @throws what kept a worker from ending
 * @cost Milliseconds, and as many for each worker that later calls start.
 * @example
 * import { shutdown } from "nogil";
 *
 * process.env.OMP_NUM_THREADS = "1";
 * await shutdown(); // processes that start from now on have it
 */
export async function shutdown(): Promise<void> {
  // those that another call is about to end count too
  const all = Promise.all([ending, ...[...used.values()].map((engine) => engine.close())]);
  ending = all.catch(() => {}).then(() => {});
  await all;
}
