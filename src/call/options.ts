import { isAbortSignal } from "../base/realms.js";
import { isLogger, type Logger } from "./logger.js";
import { type Bar, type CallProgress, isBar } from "./progress.js";
import { mistakeInRetry, type RetryOptions, retryExpected } from "./retry.js";

/**
 * What steers the execution of a call. `configure`, `batch.with`, pipelines' `with` and `run` take the same object. An option
 * that is `undefined` counts as not given.
 * @example
 * import type { RunOptions } from "nogil";
 *
 * const careful: RunOptions = { workers: 2, timeout: 1000, retry: 1 };
 * await batch.with(careful).findPeaks();
 */
export interface RunOptions {
  /**
   * Threads or processes to use at most. `0` keeps `async` items on the caller's own event loop.
   * @default the number of cores
   */
  workers?: number | undefined;
  /**
   * Items in one message to a worker.
   * @default chosen from how long items take
   */
  chunkSize?: number | undefined;
  /**
   * `async`: items in flight in one worker.
   * @default 64
   */
  concurrency?: number | undefined;
  /**
   * Items that run at once in the whole call at most, however many workers there are; `concurrency` is for each worker. Workers
   * share it out: of 10 on two each runs 5 `async` items at once. Elsewhere a worker runs one item at a time, and so many workers
   * are used at most.
   * @default as many as the workers run
   */
  inFlight?: number | undefined;
  /**
   * Milliseconds that one item may take, from its start. An item that takes longer fails with a `TimeoutError`, and nothing
   * else fails. Items that run in the calling thread (target `for`) cannot be interrupted.
   * @default none: items take as long as they take
   */
  timeout?: number | undefined;
  /**
   * Milliseconds that the whole call may take. Items unfinished then fail.
   * @default none
   */
  deadline?: number | undefined;
  /**
   * Cancels the call: items unfinished then fail with the signal's reason.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that items which run get to end by themselves when the call is cancelled or they are over their timeout,
   * as they hear from `this.signal` or `currentSignal()`; then their worker is ended.
   * @default 100
   */
  grace?: number | undefined;
  /**
   * How many times an item may be run again that failed or whose worker died, or how: how often, after how long, and which.
   * Without it an item runs at most once.
   * @default 0
   */
  retry?: number | RetryOptions | undefined;
  /**
   * Throw the first error as it is, in place of carrying it in the results.
   * @default false
   */
  debug?: boolean | undefined;
  /**
   * Shows a progress bar in the terminal while the call runs, or has a function show how far it is: a few times a second, and
   * once more when all items are done. Without a terminal `true` shows nothing. Of several bars at once one is shown, and
   * the next when it is done. What the function throws ends the call, which rejects with it.
   * @default false
   */
  bar?: Bar<CallProgress> | undefined;
  /**
   * `nogil`: bytes of scratch memory that a kernel may use for one item, 65536 or more, set when the engine starts.
   * @default 32 MiB
   */
  scratch?: number | undefined;
}

/**
 * What is set for all calls at once, by `configure` alone.
 * @example
 * import { configure, type Settings } from "nogil";
 *
 * const development: Settings = { strict: true, logger: console };
 * configure(development);
 */
export interface Settings {
  /**
   * Warns of what methods assign to their batch in a worker, where it is lost. It costs time; meant for development.
   * @default false
   */
  strict?: boolean | undefined;
  /**
   * Milliseconds without an item of a call that begins or ends, after which the stream of events is told that the call
   * makes no progress, and again after as long.
   * @default 5000
   */
  stalledAfter?: number | undefined;
  /**
   * Where to write what is going on: an object with pino's `debug`, `info`, `warn` and `error`, or `console`.
   * @default none; with `NODE_DEBUG=nogil` in the environment the log goes to stderr, whatever is set here
   */
  logger?: Logger | undefined;
}

/** One option of a call, or one setting: what it takes, what counts without it, and what the documentation says of it. */
export interface Option {
  ok(value: unknown): boolean;
  /** what is wrong with a value that is not ok, where there is more to say than what it takes */
  mistake?(value: unknown, where: string): TypeError | undefined;
  /** a copy of a value that is ok and could be changed later */
  keep?(value: any): unknown;
  /** what it takes, for errors and the documentation */
  readonly expected: string;
  readonly default?: unknown;
  /** the default in words, where it is no value, or one that reads badly */
  readonly usually?: string;
  /** every call heeds it, whatever engine runs it; of other options each engine says which it heeds */
  readonly always?: true;
  readonly about: string;
}

type OptionsOf<T> = { readonly [K in keyof Required<T>]: Option };

const atLeast = (least: number, unit = "a whole number") => ({
  ok: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= least,
  expected: `${unit}, ${least} or more`,
});
const positive = (value: unknown) => typeof value === "number" && value > 0;
const milliseconds = { ok: positive, expected: "milliseconds, more than 0" };
const flag = { ok: (value: unknown) => typeof value === "boolean", expected: "true or false" };

/** The options of a call. A new one is an entry in `RunOptions`, one here, and its name in `heeds` of the engines that heed it. */
export const callOptions = {
  workers: {
    ...atLeast(0),
    usually: "the number of cores",
    about: "Threads or processes to use at most; `0`: the items stay in the calling thread.",
  },
  chunkSize: {
    ...atLeast(1),
    usually: "chosen from how long items take",
    about: "Items in one message to a worker; of kernels, in one claim of a worker.",
  },
  concurrency: { ...atLeast(1), default: 64, about: "Items in flight in one worker." },
  inFlight: {
    ...atLeast(1),
    usually: "as many as the workers run",
    about: "Items that run at once in the whole call, on all workers together.",
  },
  timeout: {
    ...milliseconds,
    usually: "none",
    about: "Milliseconds that one item may take. An item that takes longer fails, and nothing else.",
  },
  deadline: {
    ...milliseconds,
    usually: "none",
    about: "Milliseconds that the whole call may take. Items unfinished then fail.",
  },
  signal: {
    ok: isAbortSignal,
    expected: "an AbortSignal",
    usually: "none",
    about: "Cancels the call: items unfinished then fail with the signal's reason.",
  },
  grace: {
    ok: (value: unknown) => value === 0 || positive(value),
    expected: "milliseconds, 0 or more",
    default: 100,
    about: "Milliseconds that items which run get to end by themselves, once they are asked to.",
  },
  retry: {
    ok: (value: unknown) => mistakeInRetry(value, "") === undefined,
    mistake: mistakeInRetry,
    keep: (value: number | RetryOptions) => (typeof value === "number" ? value : { ...value }),
    expected: retryExpected,
    default: 0,
    about:
      "How many times an item may be run again that failed or whose worker died, after how long, and which.",
  },
  debug: {
    ...flag,
    default: false,
    always: true,
    about: "The call rejects with the first item's error itself, and its post does not run.",
  },
  bar: {
    ok: isBar,
    expected: "true, false or a function of the progress",
    default: false,
    always: true,
    about: "Shows a progress bar in the terminal, or has a function show how far the call is.",
  },
  scratch: {
    ...atLeast(65536, "bytes"),
    default: 32 << 20,
    usually: "32 MiB",
    about: "Bytes that a kernel may use for one item, set when the engine starts.",
  },
} satisfies OptionsOf<RunOptions>;

export type OptionName = keyof RunOptions;

/** What `configure` sets for all calls at once. */
export const settingOptions = {
  strict: {
    ...flag,
    default: false,
    about: "Warns of what methods assign to their batch in a worker, where it is lost. For development.",
  },
  stalledAfter: {
    ...milliseconds,
    default: 5000,
    about: "Milliseconds without progress after which the stream of events is told, and again after as long.",
  },
  logger: {
    ok: isLogger,
    expected: "an object with debug, info, warn and error, such as pino() or console",
    usually: "none",
    about: "Where to write what is going on.",
  },
} satisfies OptionsOf<Settings>;
