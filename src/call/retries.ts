import { kindOf } from "../base/kind-of.js";
import { textOf } from "../base/text.js";
import { isThenable } from "../base/thenable.js";
import { now } from "../events/clock.js";
import { observed, publish } from "../events/stream.js";
import { shortText } from "./failures.js";
import type { Job } from "./job.js";
import { ownError } from "./own-error.js";
import { type Retry, retryOf } from "./retry.js";

// longer delays would make timers fire at once
const longest = 2 ** 31 - 1;

/** The items of a call that failed and run again: how often each did, and those that wait for it, with no worker. */
export class Retries {
  readonly #attempts = new Map<number, number>();
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #seen = new WeakSet<Error>();
  #due: number[] = [];
  #taken: number[] = [];
  #next: Promise<void> | undefined;
  #wake = () => {};

  /** Those of a call; undefined where no item may run again. */
  static of(job: Pick<Job, "id" | "label" | "options" | "first">): Retries | undefined {
    const { retry = 0 } = job.options;
    const read = retryOf(retry);
    return read.times > 0 ? new Retries(job, read) : undefined;
  }

  private constructor(
    private readonly job: Pick<Job, "id" | "label" | "first">,
    private readonly retry: Retry,
  ) {}

  /** How many items wait, or are due. */
  get waiting(): number {
    return this.#timers.size + this.#due.length + this.#taken.length;
  }

  /** How many items are due. */
  get due(): number {
    return this.#due.length;
  }

  /** Whether anyone reads the errors of items that run again. */
  get reads(): boolean {
    return this.retry.when !== undefined || observed();
  }

  /**
   * What becomes of an item that failed.
   * @param made its error, which is made only where it is read
   * @returns milliseconds until it runs again; or the error that it ends with, undefined if that is its own
   */
  judge(item: number, made: () => Error): number | Error | undefined {
    const { times, when } = this.retry;
    const counted = item + (this.job.first ?? 0);
    const own = when && ownError(made(), counted, this.#seen);
    const before = this.#attempts.get(item) ?? 0;
    if (before >= times) return own;
    const refused = own && ask(when!, own, counted);
    if (refused) return refused;
    this.#attempts.set(item, before + 1);
    const wait = waitBefore(before, this.retry);
    if (observed()) {
      const { id: call, label: action } = this.job;
      const retry = before + 1;
      publish({ type: "itemRetried", time: now(), call, action, item, retry, wait, error: own ?? made() });
    }
    return wait;
  }

  /** Has an item wait. It is due after so many milliseconds. */
  hold(item: number, wait: number): void {
    if (wait === 0) {
      this.#fall(item);
      return;
    }
    const timer = setTimeout(
      () => (wait > longest ? this.hold(item, wait - longest) : this.#fall(item)),
      Math.min(Math.ceil(wait), longest),
    );
    this.#timers.set(item, timer);
  }

  #fall(item: number): void {
    this.#timers.delete(item);
    this.#due.push(item);
    this.wake();
  }

  /** Takes the item that has been due the longest. */
  takeOne(): number | undefined {
    return this.#taken.pop() ?? this.#turn().pop();
  }

  // an array is slow to give its first element away
  #turn(): number[] {
    this.#taken = this.take().reverse();
    return this.#taken;
  }

  /** Takes the items that are due. */
  take(): number[] {
    if (this.#due.length === 0) return this.#due;
    const due = this.#due;
    this.#due = [];
    return due;
  }

  /** Resolves when the next item is due, or someone is woken for another reason. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#next;
  }

  /** Has those look again who wait for the next item. */
  wake(): void {
    this.#next = undefined;
    this.#wake();
  }

  /** Ends all waits. @returns the items that waited */
  stop(): number[] {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const items = [...this.#timers.keys(), ...this.take(), ...this.#taken.splice(0)];
    this.#timers.clear();
    this.wake();
    return items;
  }
}

/** @param before how often the item was run again before */
function waitBefore(before: number, { delay, backoff, jitter }: Retry): number {
  if (delay === 0) return 0;
  const wait = Math.min(delay * backoff ** before, Number.MAX_SAFE_INTEGER);
  return wait * (1 - jitter * Math.random());
}

/** What an item ends with, if its error is not worth another try. */
function ask(when: NonNullable<Retry["when"]>, error: Error, item: number): Error | undefined {
  let answer: unknown;
  try {
    answer = when(error, item);
    if (isThenable(answer)) Promise.resolve(answer).catch(() => {});
  } catch (thrown) {
    return unanswered(`threw ${textOf(thrown)}`, error, item, thrown);
  }
  if (answer === true) return undefined;
  if (answer === false) return error;
  const what = isThenable(answer) ? "a promise, which it must not" : kindOf(answer);
  return unanswered(`returned ${what}: it has to return true or false`, error, item);
}

function unanswered(what: string, error: Error, item: number, cause?: unknown): Error {
  const text = `retry.when ${what}. It was asked about item ${item}, which failed with ${shortText(error)}`;
  const made = cause === undefined ? new Error(text) : new Error(text, { cause });
  return Object.assign(made, { item, failure: error });
}
