import { isError } from "../base/realms.js";
import { type Bar, type CallProgress, type ProgressView, progressAt, progressView } from "./progress.js";

/** What a call in flight knows of its items. */
export interface Counts {
  /** items that ended, also by failing */
  done(): number;
  /** how many of these are known to have failed */
  failed(): number;
}

interface Cancelling {
  readonly error: Error | undefined;
  cancel(error: Error): void;
}

// milliseconds between two looks at a call
const every = 200;

/** Shows how far one call is: it is looked at a few times a second, which costs its items nothing. */
export class CallView {
  readonly #began = performance.now();
  readonly #view: Promise<ProgressView | undefined>;
  readonly #timer: ReturnType<typeof setInterval>;
  #opened: ProgressView | undefined;
  #counts: Counts | undefined;
  #cancelling: Cancelling | undefined;
  #items = 0;
  #thrown: { readonly error: unknown } | undefined;

  constructor(
    bar: Exclude<Bar<CallProgress>, false>,
    private readonly total: number,
  ) {
    this.#view = Promise.resolve(progressView(bar, total, troubles)).then((view) => {
      this.#opened = view;
      return view;
    });
    this.#timer = setInterval(() => this.#look(), every);
    (this.#timer as { unref?(): void }).unref?.();
  }

  /** Has what the call's engine knows of it; what runs in parts says so for each. */
  follow(counts: Counts, cancelling: Cancelling): void {
    this.#counts = counts;
    this.#cancelling = cancelling;
    if (this.#thrown) this.#cancel(this.#thrown.error);
  }

  /** Shows that all items are done, unless the call was ended early. @throws what the bar threw */
  async finish(failed: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#view;
    if (this.#cancelling?.error) this.#look();
    else this.#show({ items: this.total, failed });
    if (this.#thrown) throw this.#thrown.error;
  }

  /** Leaves the terminal as it was. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    (await this.#view.catch(() => undefined))?.stop();
  }

  #look(): void {
    const counts = this.#counts;
    if (!counts) return;
    // items that run again were counted before
    this.#items = Math.max(this.#items, Math.min(counts.done(), this.total));
    // that all are done is shown once, when the results are there
    if (this.#items < this.total) this.#show({ items: this.#items, failed: counts.failed() });
  }

  #show(counted: Pick<CallProgress, "items" | "failed">): void {
    if (this.#thrown) return;
    try {
      this.#opened?.update(progressAt(this.#began, { ...counted, total: this.total }));
    } catch (error) {
      this.#thrown = { error };
      this.#cancel(error);
    }
  }

  #cancel(thrown: unknown): void {
    const error = isError(thrown) ? thrown : new Error(`bar threw ${String(thrown)}`, { cause: thrown });
    this.#cancelling?.cancel(error);
  }
}

function troubles({ failed }: CallProgress): string {
  return failed > 0 ? `${failed} failed` : "";
}
