import { bytesText, count, duration, readable, rounded, table } from "../base/text.js";
import { usedMemory } from "../columns/memory.js";
import { targets } from "../engines/registry.js";
import { now } from "../events/clock.js";
import type { Target } from "../events/target.js";
import { type ActionCounts, type BusyCounts, counts, others } from "./counts.js";

/** All calls of one action on one target. Times are in milliseconds. */
export interface ActionStats {
  /** class and method, such as `EcgBatch.standardize`, or `run(median)` */
  readonly action: string;
  /** what ran the items */
  readonly target: Target;
  /** that ended */
  readonly calls: number;
  /** of these calls */
  readonly items: number;
  /** items that failed */
  readonly failures: number;
  /** calls that could not run as a whole */
  readonly errors: number;
  /** from the invocations to the last result: init and post are not in it */
  readonly mean: number;
  /** half of the calls took no longer; within 4.4 % */
  readonly p50: number;
  /** 95 of 100 calls took no longer; within 4.4 % */
  readonly p95: number;
  /** what the longest call took */
  readonly max: number;
  /** spent in items, in all workers together */
  readonly busy: number;
  /** nanoseconds that an item took in its worker, on average; 0 before any ran */
  readonly nsPerItem: number;
  /**
   * What the busiest worker of a call was busy over what its workers were on average, over all calls: 1 when all had the same.
   * Absent when no call had more than one worker.
   */
  readonly imbalance?: number;
  /** bytes copied to where items ran */
  readonly bytesIn: number;
  /** bytes copied back */
  readonly bytesOut: number;
}

/** All that one kernel ran, wherever. */
export interface KernelStats {
  /** its name */
  readonly kernel: string;
  /** that it ran for */
  readonly items: number;
  /** milliseconds spent in items, in all workers together */
  readonly busy: number;
  /** of the time that all kernels took together, from 0 to 1 */
  readonly share: number;
  /** nanoseconds that an item took, on average */
  readonly nsPerItem: number;
}

/** All that one worker ran. */
export interface WorkerStats {
  /** `main`, `thread 3`, `process 4711` */
  readonly worker: string;
  /** what it was started for; absent for `main` */
  readonly target?: Target;
  /** whether it has not ended */
  readonly alive: boolean;
  /** how often it was handed items */
  readonly runs: number;
  /** that it ran */
  readonly items: number;
  /** milliseconds spent in items */
  readonly busy: number;
  /** of the time that all workers were busy, from 0 to 1 */
  readonly share: number;
  /** of the time that it has lived and was counted, from 0 to 1; more for `main` when several calls shared it */
  readonly utilization: number;
  /** nanoseconds that an item took, on average */
  readonly nsPerItem: number;
}

/** The workers that one engine started. */
export interface PoolStats {
  /** the engine's target */
  readonly target: Target;
  /** that have not ended */
  readonly alive: number;
  /** all of them */
  readonly started: number;
  /** workers that crashed, or were ended since an item was over its timeout or its call was cancelled */
  readonly deaths: number;
}

/** Bytes of the shared memory. All are 0 before anything used it. */
export interface MemoryStats {
  /** of columns, calls in flight and scratch memory of workers */
  readonly used: number;
  /** the most that were used at once */
  readonly peak: number;
  /** free, without growing */
  readonly free: number;
  /** from the first byte to the last, free ones and those of kernel modules included; untouched pages cost nothing */
  readonly size: number;
  /** that it can grow to */
  readonly limit: number;
}

/** What the library did in this thread. Plain data, with a readable text on Node's console. */
export interface Stats {
  /** when counting began, in milliseconds since 1970 */
  readonly since: number;
  /** when these figures were taken, in milliseconds since 1970 */
  readonly time: number;
  /** that ended */
  readonly calls: number;
  /** in flight now */
  readonly running: number;
  /** of the calls that ended */
  readonly items: number;
  /** items that failed */
  readonly failures: number;
  /** calls that could not run as a whole */
  readonly errors: number;
  /** bytes copied to where items ran */
  readonly bytesIn: number;
  /** bytes copied back */
  readonly bytesOut: number;
  /** the shared memory */
  readonly memory: MemoryStats;
  /** those that took longest first */
  readonly actions: readonly ActionStats[];
  /** those that took longest first */
  readonly kernels: readonly KernelStats[];
  /** every worker, those that have ended too */
  readonly workers: readonly WorkerStats[];
  /** of the engines that started workers */
  readonly pools: readonly PoolStats[];
}

/**
 * What the library did in this thread since it was loaded, or since `stats.reset()`: calls, items, failures, bytes copied,
 * time for each action, kernel and worker, and the shared memory. It counts always, a microsecond a call at most, and keeps
 * nothing for each item. Of more than 1000 actions or kernels, and of more than 256 workers, the rest are counted together.
 * @throws nothing
 * @cost O(actions, kernels and workers); counting costs a microsecond a call at most.
 * @example
 * import { stats } from "nogil";
 *
 * console.table(stats().actions);
 */
export function stats(): Stats {
  const time = now();
  const actions = targets().flatMap((target) =>
    [...(counts.actions[target] ?? [])]
      .filter(([, { calls }]) => calls > 0)
      .map(([action, each]) => ofAction(action, target, each)),
  );
  const sum = (key: "calls" | "items" | "failures" | "errors" | "bytesIn" | "bytesOut") =>
    actions.reduce((all, each) => all + each[key], 0);
  const made: Stats = {
    since: counts.since,
    time,
    calls: sum("calls"),
    running: counts.running,
    items: sum("items"),
    failures: sum("failures"),
    errors: sum("errors"),
    bytesIn: sum("bytesIn"),
    bytesOut: sum("bytesOut"),
    memory: ofMemory(),
    actions: actions.sort((a, b) => b.mean * b.calls - a.mean * a.calls),
    kernels: ofKernels(),
    workers: ofWorkers(time),
    pools: targets().flatMap((target) => ofPool(target)),
  };
  return readable(made, text);
}

// declared, since a declaration file has no comments of what is assigned
export declare namespace stats {
  /**
   * Counts from zero again. Workers that live stay known, and the memory's peak is what it uses now.
   * @function
   * @throws nothing
   * @cost O(workers)
   * @example
   * import { stats } from "nogil";
   *
   * stats.reset();
   * await batch.standardize();
   * console.log(stats()); // of this call alone
   */
  let reset: () => void;
}

stats.reset = () => {
  counts.reset(now());
  usedMemory()?.heap.resetPeak();
};

function ofAction(action: string, target: Target, each: ActionCounts): ActionStats {
  const { calls, items, failures, errors, latency, latencies, busy, bytesIn, bytesOut } = each;
  return {
    action,
    target,
    calls,
    items,
    failures,
    errors,
    mean: micro(latency / calls),
    p50: micro(latencies.at(0.5)),
    p95: micro(latencies.at(0.95)),
    max: micro(latencies.longest),
    busy: micro(busy),
    nsPerItem: perItem(busy, items),
    ...(each.average > 0 ? { imbalance: round(each.busiest / each.average, 1000) } : undefined),
    bytesIn,
    bytesOut,
  };
}

function ofKernels(): KernelStats[] {
  const all = busyOf(counts.kernels.values());
  return [...counts.kernels]
    .map(([kernel, { items, busy }]) => ({
      kernel,
      items,
      busy: micro(busy),
      share: shareOf(busy, all),
      nsPerItem: perItem(busy, items),
    }))
    .sort((a, b) => b.busy - a.busy);
}

function ofWorkers(time: number): WorkerStats[] {
  const all = busyOf(counts.workers.values());
  return [...counts.workers].map(([worker, { target, since, ended, runs, items, busy }]) => {
    const lived = (ended ?? time) - since;
    return {
      worker,
      ...(target ? { target } : undefined),
      alive: ended === undefined && worker !== others,
      runs,
      items,
      busy: micro(busy),
      share: shareOf(busy, all),
      utilization: lived > 0 ? busy / lived : 0,
      nsPerItem: perItem(busy, items),
    };
  });
}

function ofPool(target: Target): PoolStats[] {
  const started = counts.started.get(target) ?? 0;
  if (started === 0) return [];
  return [
    {
      target,
      alive: started - (counts.ended.get(target) ?? 0),
      started,
      deaths: counts.deaths.get(target) ?? 0,
    },
  ];
}

function ofMemory(): MemoryStats {
  const memory = usedMemory();
  if (!memory) return { used: 0, peak: 0, free: 0, size: 0, limit: 0 };
  const { heap, buffer, limit } = memory;
  const { usedBytes: used, peakBytes: peak, freeBytes: free } = heap;
  return { used, peak, free, size: buffer.byteLength, limit };
}

function busyOf(all: Iterable<BusyCounts>): number {
  let busy = 0;
  for (const each of all) busy += each.busy;
  return busy;
}

function perItem(busy: number, items: number): number {
  return items > 0 ? round((busy * 1e6) / items, 10) : 0;
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? round(part / whole, 10_000) : 0;
}

// whole microseconds: more digits of a clock say nothing
const micro = (milliseconds: number) => round(milliseconds, 1000);
const round = (value: number, parts: number) => Math.round(value * parts) / parts;

function text(stats: Stats): string {
  const { calls, running, items, failures, errors, bytesIn, bytesOut, memory } = stats;
  const part = (title: string, rows: readonly object[]) => (rows.length > 0 ? [title, table(rows)] : []);
  return [
    `${count(calls, "call")} of ${count(items, "item")} in ${duration(stats.time - stats.since)}: ` +
      `${count(failures, "item")} failed, ${count(errors, "call")} could not run, ${running} running now`,
    `copied ${bytesText(bytesIn)} in, ${bytesText(bytesOut)} out`,
    `shared memory: ${bytesText(memory.used)} used, ${bytesText(memory.peak)} at its peak, ${bytesText(memory.free)} free, limit ${bytesText(memory.limit)}`,
    ...part("actions (ms)", stats.actions),
    ...part("kernels (ms)", stats.kernels.map(withPercent)),
    ...part("workers (ms)", stats.workers.map(withPercent)),
    ...part("pools", stats.pools),
  ].join("\n");
}

function withPercent<T extends { readonly share: number; readonly utilization?: number }>(row: T): object {
  const percent = (value: number) => `${rounded(100 * value)} %`;
  const { share, utilization } = row;
  return {
    ...row,
    share: percent(share),
    ...(utilization === undefined ? undefined : { utilization: percent(utilization) }),
  };
}
