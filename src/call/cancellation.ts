import { isError } from "../base/realms.js";
import type { Job } from "./job.js";

type Cancellable = Pick<Job, "label" | "options" | "within">;

/** Whether anything can end a call early: a bar that throws does. */
export function isCancellable({ options: { signal, deadline, bar }, within }: Cancellable): boolean {
  return signal !== undefined || within !== undefined || deadline !== undefined || Boolean(bar);
}

/** Tells when a call is to end early: a signal of its was aborted, or its deadline has passed. */
export class Cancellation {
  /** what unfinished items fail with, once the call is cancelled */
  error: Error | undefined;
  /** resolves when the call is cancelled, and never else */
  readonly happened: Promise<void>;
  #happen!: () => void;
  readonly #timer?: ReturnType<typeof setTimeout>;
  readonly #due: number = Number.POSITIVE_INFINITY;
  readonly #late?: () => Error;
  readonly #signals: readonly AbortSignal[];
  readonly #onAbort: () => void;

  constructor({ label, options: { signal, deadline }, within }: Cancellable) {
    this.happened = new Promise((resolve) => {
      this.#happen = resolve;
    });
    this.#signals = [signal, within].filter((each) => each !== undefined);
    // not the event's target, which not every polyfill tells
    this.#onAbort = () => this.cancel(asError(this.#signals.find(({ aborted }) => aborted)?.reason, label));
    // not AbortSignal.any(), of which a signal that outlives the call would keep a trace
    for (const each of this.#signals) {
      if (each.aborted) this.cancel(asError(each.reason, label));
      else each.addEventListener("abort", this.#onAbort, { once: true });
    }
    if (deadline !== undefined) {
      const text = `${label} took longer than its deadline of ${deadline} ms.`;
      this.#due = performance.now() + deadline;
      this.#late = () => new DOMException(text, "TimeoutError");
      // longer delays would make timers fire at once
      this.#timer = setTimeout(() => this.cancel(this.#late!()), Math.min(deadline, 2 ** 31 - 1));
    }
  }

  /** The error of the call if it is cancelled, even where nothing has let a timer fire. */
  look(): Error | undefined {
    if (!this.error && performance.now() >= this.#due) this.cancel(this.#late!());
    return this.error;
  }

  /** Cancels the call now. */
  cancel(error: Error): void {
    this.error ??= error;
    reasons.add(error);
    this.#happen();
  }

  /** Stops listening: the call is over. */
  ignore(): void {
    clearTimeout(this.#timer);
    for (const each of this.#signals) each.removeEventListener("abort", this.#onAbort);
  }
}

// what calls were cancelled for
const reasons = new WeakSet<Error>();

/** What a call was cancelled for, if that is why there is this error: an item's, a call's or a pipeline's. */
export function cancellationOf(error: unknown): Error | undefined {
  // an item's error is caused by the reason, a call's by the first item's, and a pipeline's by the call's
  for (let cause = error, depth = 0; isError(cause) && depth < 8; cause = cause.cause, depth++) {
    if (reasons.has(cause)) return cause;
  }
  return undefined;
}

/** What a call or pipeline is cancelled for, as an error of which `cancellationOf` knows that. */
export function reasonOf(reason: unknown, label: string): Error {
  const error = asError(reason, label);
  reasons.add(error);
  return error;
}

function asError(reason: unknown, label: string): Error {
  if (isError(reason)) return reason;
  if (reason === undefined) return new DOMException(`${label} was cancelled.`, "AbortError");
  return new Error(`${label} was cancelled: ${String(reason)}`, { cause: reason });
}
