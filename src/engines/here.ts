import { now } from "../events/events.js";
import { publish } from "../events/stream.js";
import { Invocation, invocationAt, joinArguments, mergeNamed } from "../invocation.js";
import { cancelledItem } from "../nogil/cancelled-item.js";
import { isError, toError } from "../workers/errors.js";
import { expiry, isThenable, timeoutError } from "../workers/expiry.js";
import { Cancellation } from "./cancellation.js";
import type { Job, Outcome } from "./engine.js";

// how long items may keep timers and signals from being heard
const turn = 16;

/** Runs a job on the event loop of this thread, so many items at once. Nothing is copied, and nothing can be ended. */
export async function runHere(job: Job, concurrency: number): Promise<Outcome> {
  const { label, options } = job;
  const { length } = job.invocations;
  const { timeout, retry = 0 } = options;
  const values = new Array<unknown>(length).fill(undefined);
  const failures = new Map<number, Error>();
  const cancellation = new Cancellation(options, label);
  const cancellable = options.signal !== undefined || options.deadline !== undefined;
  const start = starter(job);
  let next = 0;
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
    while (next < length && !cancellation.error) {
      const item = next++;
      const begun = start(item);
      if (!isThenable(begun) && !isError(begun)) {
        values[item] = begun;
        if (!cancellable || performance.now() - turned < turn) continue;
        await new Promise((resolve) => setTimeout(resolve));
        turned = performance.now();
      } else if (cancellable) {
        const settled = await Promise.race([settle(item, begun), cancellation.happened]);
        if (!settled) failures.set(item, cancelledItem(cancellation.error!, item));
      } else {
        await settle(item, begun);
      }
    }
  }

  const began = now();
  await Promise.all(Array.from({ length: Math.min(concurrency, length) }, lane));
  cancellation.ignore();
  const time = now();
  const own = { call: job.id, action: label, worker: "main" };
  publish({ type: "workDone", time, ...own, items: next, began, busy: time - began });
  for (; next < length; next++) failures.set(next, cancelledItem(cancellation.error!, next));
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
