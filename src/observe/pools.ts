import { count, duration, readable } from "../base/text.js";
import { cores } from "../call/cores.js";
import type { Target, WorkerState } from "../call/job.js";
import { usedEngines } from "../engines/registry.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { counts } from "./counts.js";

/** A call whose items are not all done. */
export interface CallInFlight {
  /** number of the call, in this thread */
  readonly call: number;
  /** class and method, such as `EcgBatch.standardize`, or `run(median)` */
  readonly action: string;
  readonly target: Target;
  readonly items: number;
  readonly kernel?: string;
  /** milliseconds since it started */
  readonly milliseconds: number;
}

export interface PoolWorker {
  /** `main`, `thread 3`, `process 4711` */
  readonly worker: WorkerName;
  readonly busy: boolean;
  /** number of the call that it works on, and what the user calls that */
  readonly call?: number;
  readonly action?: string;
  /** positions of the items that run in it now */
  readonly items: readonly number[];
  /** milliseconds since it was handed what it has */
  readonly milliseconds?: number;
}

/** The workers of one engine. */
export interface Pool {
  readonly target: Target;
  readonly workers: readonly PoolWorker[];
  /** items of the calls in flight that no worker has; kernels' items are claimed as they run, so that none waits */
  readonly waiting: number;
}

/** What every engine does at a moment. Plain data, with a readable text on Node's console and in `String()`. */
export interface Pools {
  /** in milliseconds since 1970 */
  readonly time: number;
  /** of the budget that all engines share: how many there are, how many busy workers use, and how many are waited for */
  readonly cores: { readonly total: number; readonly used: number; readonly waiting: number };
  /** oldest first */
  readonly calls: readonly CallInFlight[];
  /** of the engines that were used so far */
  readonly pools: readonly Pool[];
}

/**
 * What every engine of this thread does now: the calls in flight, the workers, which items each runs of which call and since
 * when, and what waits. It asks no worker, so that it answers at once though all of them hang: for a debugger, a signal handler or
 * a health endpoint.
 *
 * @example process.on("SIGUSR2", () => console.error(pools()));
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
