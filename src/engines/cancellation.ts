import type { RunOptions } from "./engine.js";

/** Tells when a call is to end early: its signal was aborted, or its deadline has passed. */
export class Cancellation {
  /** what unfinished items fail with, once the call is cancelled */
  error: Error | undefined;
  /** resolves when the call is cancelled, and never else */
  readonly happened: Promise<void>;
  #happen!: () => void;
  readonly #timer?: ReturnType<typeof setTimeout>;
  readonly #due: number = Number.POSITIVE_INFINITY;
  readonly #late?: () => Error;
  readonly #signal?: AbortSignal;
  readonly #onAbort: () => void;

  constructor({ signal, deadline }: RunOptions, label: string) {
    this.happened = new Promise((resolve) => {
      this.#happen = resolve;
    });
    this.#signal = signal;
    this.#onAbort = () => this.cancel(asError(signal!.reason, label));
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
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
    this.#happen();
  }

  /** Stops listening: the call is over. */
  ignore(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }
}

function asError(reason: unknown, label: string): Error {
  if (reason instanceof Error) return reason;
  return new Error(`${label} was cancelled: ${String(reason)}`, { cause: reason });
}
