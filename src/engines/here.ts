import { now } from "../events/events.js";
import { publish } from "../events/stream.js";
import { Invocation, invocationAt, joinArguments, mergeNamed } from "../invocation.js";
import { cancelledItem } from "../nogil/cancelled-item.js";
import { isError, toError } from "../workers/errors.js";
import { expiry, isThenable, timeoutError } from "../workers/expiry.js";
import { Cancellation } from "./cancellation.js";
import type { Job, Outcome, PoolState, Target } from "./engine.js";

// how long items may keep timers and signals from being heard
const turn = 16;

interface Here {
  readonly target: Target;
  readonly job: Job;
  /** items that have begun and not ended */
  readonly running: Set<number>;
  begun: number;
}

const calls = new Set<Here>();

/** The state of a pool with the calls of its target that run in this thread. */
export function withHere({ target, workers, waiting }: PoolState): PoolState {
  const here = [...calls].filter((each) => each.target === target);
  return {
    target,
    workers: [
      ...workers,
      ...here.map(({ job, running }) => ({
        worker: "main",
        busy: true,
        call: job.id,
        action: job.label,
        items: [...running],
      })),
    ],
    waiting: here.reduce((sum, { job, begun }) => sum + job.invocations.length - begun, waiting),
  };
}

/** Runs a job on the event loop of this thread, so many items at once. Nothing is copied, and nothing can be ended. */
export async function runHere(target: Target, job: Job, concurrency: number): Promise<Outcome> {
  const { label, options } = job;
  const { length } = job.invocations;
  const { timeout, retry = 0 } = options;
  const values = new Array<unknown>(length).fill(undefined);
  const failures = new Map<number, Error>();
  const cancellation = new Cancellation(options, label);
  const cancellable = options.signal !== undefined || options.deadline !== undefined;
  const start = starter(job);
  const here: Here = { target, job, running: new Set(), begun: 0 };
  let turned = performance.now();

  // false: the call was cancelled first, and what comes after that comes too late
  async function settle(item: number, begun: unknown): Promise<boolean> {
    let outcome = await outcomeOf(begun, timeout);
    for (let attempts = 0; isError(outcome) && attempts < retry && !cancellation.error; attempts++) {
      outcome = await outcomeOf(start(item), timeout);
    }
    if (cancellation.error) return false;
    if (isError(outcome)) failures.set(item, outcome);
    else values[item] = outcome;
    return true;
  }

  async function lane(): Promise<void> {
    while (here.begun < length && !cancellation.error) {
      const item = here.begun++;
      const begun = start(item);
      if (!isThenable(begun) && !isError(begun)) {
        values[item] = begun;
        if (!cancellable || performance.now() - turned < turn) continue;
        await new Promise((resolve) => setTimeout(resolve));
        turned = performance.now();
        continue;
      }
      here.running.add(item);
      if (cancellable) {
        const settled = await Promise.race([settle(item, begun), cancellation.happened]);
        if (!settled) failures.set(item, cancelledItem(cancellation.error!, item));
      } else {
        await settle(item, begun);
      }
      here.running.delete(item);
    }
  }

  const began = now();
  calls.add(here);
  await Promise.all(Array.from({ length: Math.min(concurrency, length) }, lane));
  calls.delete(here);
  cancellation.ignore();
  const time = now();
  const own = { call: job.id, action: label, worker: "main" };
  publish({ type: "workDone", time, ...own, items: here.begun, began, busy: time - began });
  for (let item = here.begun; item < length; item++)
    failures.set(item, cancelledItem(cancellation.error!, item));
  return { length, values: values.some((value) => value !== undefined) ? values : undefined, failures };
}

/** Gives what an item returns, or the Error it throws. */
function starter({ work, invocations, call, bound, label }: Job): (item: number) => unknown {
  if (work.kind === "kernel") throw new TypeError(`${label}: kernels run on nogil, or on for.`);
  const run: (args: unknown[]) => unknown =
    work.kind === "method" ? (args) => work.method.apply(work.self, args) : (args) => work.fn(...args);
  return (item) => {
    const given = invocationAt(invocations, item);
    const own = bound
      ? new Invocation([...bound.positional, ...given.positional], mergeNamed(bound.named, given.named))
      : given;
    try {
      return run(joinArguments(own, call));
    } catch (thrown) {
      return toError(thrown);
    }
  };
}

async function outcomeOf(begun: unknown, timeout: number | undefined): Promise<unknown> {
  if (!isThenable(begun)) return begun;
  try {
    if (timeout !== undefined && (await expiry(begun, timeout))) return timeoutError(timeout);
    return await begun;
  } catch (thrown) {
    return toError(thrown);
  }
}
