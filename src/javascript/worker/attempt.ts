import { isThenable } from "../../base/thenable.js";
import { PolledSignal } from "./polled-signal.js";
import { type RunningItem, runItem } from "./running-item.js";

const call = (attempt: Attempt) => attempt.run();

/** One run of an item: with its signal and timeout, and with a way to give it up while it waits. */
export abstract class Attempt implements RunningItem {
  /** Whether the item returned a promise that has not settled, and was not given up. */
  waits = false;
  /** what still runs of it, if it was given up */
  stillRuns: PromiseLike<unknown> | undefined;
  #promise: PromiseLike<unknown> | undefined;
  #signal: PolledSignal | undefined;
  #due = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  /** @param timeout milliseconds that it may take */
  constructor(private readonly timeout: number | undefined) {}

  /** Runs the item. */
  abstract run(): unknown;
  /** Takes what the item came to: what it returned, or threw. A TimeoutError stands for both if it took too long. */
  protected abstract settle(failed: boolean, value: unknown): void;
  /** Why the call of the item is to end, once it is. */
  protected abstract cancelled(): Error | undefined;

  get signal(): AbortSignal {
    if (!this.#signal) {
      this.#signal = new PolledSignal(() => this.#reason());
      if (this.#over) this.#signal.end();
    }
    return this.#signal.signal;
  }

  /** Starts the item. It may settle before this returns; else it `waits`. */
  start(): void {
    const { timeout } = this;
    if (timeout !== undefined) this.#due = performance.now() + timeout;
    let value: unknown;
    let promise: PromiseLike<unknown> | undefined;
    try {
      value = runItem(this, call);
      // what has a then of its own may throw when it is asked for it, or called
      if (isThenable(value)) promise = value instanceof Promise ? value : Promise.resolve(value);
    } catch (thrown) {
      this.#end(true, thrown);
      return;
    }
    if (!promise) {
      this.#end(false, value);
      return;
    }
    this.waits = true;
    this.#promise = promise;
    if (timeout !== undefined) {
      const expire = () => {
        // timers may fire a little before the clock says so
        this.#due = 0;
        this.fail(timeoutError(timeout));
      };
      // longer delays would make timers fire at once
      this.#timer = setTimeout(expire, Math.min(timeout, 2 ** 31 - 1));
    }
    promise.then(
      (result) => {
        if (this.waits) this.#end(false, result);
      },
      (thrown) => {
        if (this.waits) this.#end(true, thrown);
      },
    );
  }

  /** Fails the item, if it waits for something. @returns whether it did */
  fail(error: Error): boolean {
    if (!this.waits) return false;
    this.stillRuns = this.#promise;
    this.#end(true, error);
    return true;
  }

  /** Has the item's signal look whether the call was cancelled. */
  look(): void {
    void this.#signal?.signal.aborted;
  }

  #end(failed: boolean, value: unknown): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.end();
    this.#over = true;
    const late = this.#late();
    this.settle(failed || late !== undefined, late ?? value);
  }

  // what comes after the item's end is another call's
  #reason(): Error | undefined {
    return this.#over ? undefined : (this.cancelled() ?? this.#late());
  }

  #late(): Error | undefined {
    if (this.#due === Number.POSITIVE_INFINITY || performance.now() < this.#due) return undefined;
    return timeoutError(this.timeout!);
  }
}

function timeoutError(timeout: number): DOMException {
  return new DOMException(`The item took longer than its timeout of ${timeout} ms.`, "TimeoutError");
}
