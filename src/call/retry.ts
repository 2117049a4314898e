import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import { isNamed, noSuchOption, shownValue } from "../base/option-names.js";

/**
 * How items that failed run again: how often, after how long, and which of them.
 * @example
 * import type { RetryOptions } from "nogil";
 *
 * const patient: RetryOptions = { times: 5, delay: 200, jitter: 1, when: (error) => error.name !== "TypeError" };
 * await batch.with({ retry: patient }).findPeaks();
 */
export interface RetryOptions {
  /** How many times an item may be run again that failed or whose worker died. */
  times: number;
  /**
   * Milliseconds before the first retry of an item. While it waits, other items run.
   * @default 0
   */
  delay?: number | undefined;
  /**
   * What the wait is multiplied by for each next retry of an item, 1 or more; 1: all waits are as long.
   * @default 2
   */
  backoff?: number | undefined;
  /**
   * The part of each wait that is random, 0 to 1. Many clients of one server should use it, so that they do not all come back
   * at once.
   * @default 0
   */
  jitter?: number | undefined;
  /**
   * Whether this error is worth another try. It runs in the calling thread, and returns `true` or `false`, no promise.
   * @param error as results would carry it
   * @param item position of the item in the order of the invocations
   * @default every error is
   */
  when?: ((error: Error, item: number) => boolean) | undefined;
}

/** What counts of `retry`, all of it. */
export interface Retry {
  readonly times: number;
  readonly delay: number;
  readonly backoff: number;
  readonly jitter: number;
  readonly when?: (error: Error, item: number) => unknown;
}

const within = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most;
const finite = Number.MAX_VALUE;

const members: { readonly [K in keyof RetryOptions]-?: { ok(value: unknown): boolean; expected: string } } = {
  times: {
    ok: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    expected: "a whole number, 0 or more",
  },
  delay: { ok: within(0, finite), expected: "milliseconds, 0 or more" },
  backoff: { ok: within(1, finite), expected: "a factor, 1 or more" },
  jitter: { ok: within(0, 1), expected: "a number from 0 to 1" },
  when: { ok: isFunction, expected: "a function (error, item) => boolean" },
};

const names = Object.keys(members);

/** What the option takes, for errors and the documentation. */
export const retryExpected = `a whole number, 0 or more, or { ${names.join(", ")} }`;

/** What is wrong with a value of the option; undefined if nothing is. @param where what takes the option, in errors */
export function mistakeInRetry(value: unknown, where: string): TypeError | undefined {
  if (members.times.ok(value)) return undefined;
  if (!isNamed(value)) {
    return new TypeError(`${where}: the option "retry" takes ${retryExpected}, got ${shownValue(value)}.`);
  }
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(members, name)) return noSuchOption(name, names, `${where}: the option "retry"`);
    const { ok, expected } = members[name as keyof RetryOptions];
    if (given !== undefined && !ok(given)) {
      return new TypeError(
        `${where}: the option "retry": "${name}" takes ${expected}, got ${shownValue(given)}.`,
      );
    }
  }
  if (value.times !== undefined) return undefined;
  return new TypeError(
    `${where}: the option "retry": "times" is missing, which says how often an item may run again: ${members.times.expected}, ` +
      `got ${kindOf(value)} without it.`,
  );
}

/** A value of the option, in full. */
export function retryOf(value: number | RetryOptions): Retry {
  const {
    times,
    delay = 0,
    backoff = 2,
    jitter = 0,
    when,
  } = typeof value === "number" ? { times: value } : value;
  return { times, delay, backoff, jitter, when };
}
