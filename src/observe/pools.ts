import { count, duration, readable } from "../base/text.js";
import { cores } from "../call/cores.js";
import type { WorkerState } from "../call/job.js";
import { usedEngines } from "../engines/registry.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import type { Target } from "../events/target.js";
import { counts } from "./counts.js";

/** A call whose items are not all done. */
export interface CallInFlight {
  /** number of the call, in this thread */
  readonly call: number;
  /** class and method, such as `EcgBatch.standardize`, or `run(median)` */
  readonly action: string;
  /** what runs the items */
  readonly target: Target;
  /** how many there are */
  readonly items: number;
  /** name of the kernel, if one runs */
  readonly kernel?: string;
  /** milliseconds since it started */
  readonly milliseconds: number;
}

/** What one worker does at a moment. */
export interface PoolWorker {
  /** `main`, `thread 3`, `process 4711` */
  readonly worker: WorkerName;
  /** whether it works on a call */
  readonly busy: boolean;
  /** number of the call that it works on */
  readonly call?: number;
  /** what the user calls that: class and method, or `run(median)` */
  readonly action?: string;
  /** positions of the items that run in it now */
  readonly items: readonly number[];
  /** milliseconds since it was handed what it has */
  readonly milliseconds?: number;
}

/** The workers of one engine. */
export interface Pool {
  /** the engine's target */
  readonly target: Target;
  /** those that live */
  readonly workers: readonly PoolWorker[];
  /** items of the calls in flight that no worker has; kernels' items are claimed as they run, so that none waits */
  readonly waiting: number;
}

/** What every engine does at a moment. Plain data, with a readable text on Node's console and in `String()`. */
export interface Pools {
  /** in milliseconds since 1970 */
  readonly time: number;
  /** the budget of cores that all engines share */
  readonly cores: {
    /** how many there are */
    readonly total: number;
    /** how many busy workers use */
    readonly used: number;
    /** how many more are wanted */
    readonly waiting: number;
  };
  /** oldest first */
  readonly calls: readonly CallInFlight[];
  /** of the engines that were used so far */
  readonly pools: readonly Pool[];
}

/**
 * What every engine of this thread does now: the calls in flight, the workers, which items each runs of which call and since
 * when, and what waits. It asks no worker, so that it answers at once though all of them hang: for a debugger, a signal handler or
 * a health endpoint.
 * @throws nothing
 * @cost O(workers and calls in flight)
 * @example
 * import { pools } from "nogil";
 *
 * process.on("SIGUSR2", () => console.error(pools()));
 */
export function pools(): Pools {
  const time = now();
  const made: Pools = {
    time,
    cores: { total: cores.total, used: cores.used, waiting: cores.waiting },
    calls: counts.calls().map(({ call, action, target, items, kernel, time: began }) => ({
      call,
      action,
      target,
      items,
      ...(kernel === undefined ? undefined : { kernel }),
      milliseconds: time - began,
    })),
    pools: usedEngines().map((engine) => {
      const { target, workers, waiting } = engine.state();
      return { target, workers: workers.map((worker) => workerAt(worker, time)), waiting };
    }),
  };
  return readable(made, text);
}

function workerAt({ worker, busy, call, action, items }: WorkerState, time: number): PoolWorker {
  const sent = call === undefined ? undefined : counts.sentAt(call, worker);
  return {
    worker,
    busy,
    ...(call === undefined ? undefined : { call, action }),
    items,
    ...(sent === undefined ? undefined : { milliseconds: time - sent }),
  };
}

function text({ cores, calls, pools }: Pools): string {
  return [
    `${count(calls.length, "call")} in flight; ${cores.used} of ${count(cores.total, "core")} in use, ${cores.waiting} more wanted`,
    ...calls.map(
      ({ call, action, target, items, milliseconds }) =>
        `  #${call} ${action}: ${count(items, "item")} on ${target} for ${duration(milliseconds)}`,
    ),
    ...pools.flatMap(({ target, workers, waiting }) => [
      `${target}: ${count(workers.length, "worker")}, ${count(waiting, "item")} waiting`,
      ...workers.map((worker) => `  ${workerText(worker)}`),
    ]),
  ].join("\n");
}

function workerText({ worker, busy, call, action, items, milliseconds }: PoolWorker): string {
  if (!busy) return `${worker}: idle`;
  const since = milliseconds === undefined ? "" : ` for ${duration(milliseconds)}`;
  const what = call === undefined ? "busy" : `#${call} ${action}`;
  const which =
    items.length === 0 ? "no item begun" : `${items.length === 1 ? "item" : "items"} ${items.join(", ")}`;
  return `${worker}: ${what}, ${which}${since}`;
}
