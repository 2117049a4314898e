import { kindOf } from "../base/kind-of.js";
import { isNamed, noSuchOption, shownValue } from "../base/option-names.js";
import { isAbortSignal } from "../base/realms.js";
import { type RunOptions, type Target, targets } from "../call/job.js";
import { isLogger, type Logger, logForDebugging, logTo } from "../observe/logger.js";

/**
 * The options of one call: how it runs, and on what.
 * @example
 * import type { CallOptions } from "nogil";
 *
 * const here: CallOptions = { target: "for", debug: true };
 * await batch.with(here).findPeaks();
 */
export type CallOptions = RunOptions & {
  /**
   * What runs the items, one of those that can run the method, kernel or function.
   * @default as declared: that of the decorator; without one `threads`, and `nogil` for a kernel given to `run`
   */
  target?: Target | undefined;
};

const positive = (value: unknown) => typeof value === "number" && value > 0;
const whole = (least: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= least;

type Rules<T> = { [K in keyof Required<T>]: [ok: (value: unknown) => boolean, expected: string] };

const rules: Rules<CallOptions> = {
  target: [(value) => targets.includes(value as Target), `one of ${targets.join(", ")}`],
  workers: [whole(0), "a whole number, 0 or more"],
  chunkSize: [whole(1), "a whole number, 1 or more"],
  concurrency: [whole(1), "a whole number, 1 or more"],
  timeout: [positive, "milliseconds, more than 0"],
  deadline: [positive, "milliseconds, more than 0"],
  signal: [isAbortSignal, "an AbortSignal"],
  grace: [(value) => value === 0 || positive(value), "milliseconds, 0 or more"],
  retry: [whole(0), "a whole number, 0 or more"],
  debug: [(value) => typeof value === "boolean", "true or false"],
  scratch: [whole(65536), "bytes, 65536 or more"],
};

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

/**
 * What `configure` takes: options of all calls, and settings.
 * @example
 * import { type Configuration, configure } from "nogil";
 *
 * const configuration: Configuration = { workers: 4, stalledAfter: 60_000 };
 * configure(configuration);
 */
export type Configuration = CallOptions & Settings;

const settingRules: Rules<Settings> = {
  strict: [(value) => typeof value === "boolean", "true or false"],
  stalledAfter: [positive, "milliseconds, more than 0"],
  logger: [isLogger, "an object with debug, info, warn and error, such as pino() or console"],
};

/** The names of the options that a call takes. */
export const optionNames = Object.keys(rules);

/**
 * Checks options at the boundary and gives a copy of those that are set.
 * @throws TypeError naming the option, what it takes and what came
 */
export function checkOptions(options: object, where: string): CallOptions {
  return check(options, rules, where);
}

function check<T extends object>(options: object, allowed: Rules<T>, where: string): T {
  if (!isNamed(options)) {
    throw new TypeError(
      `${where} takes an object of options, such as { workers: 2 }, got ${kindOf(options)}.`,
    );
  }
  const names = Object.keys(allowed);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = allowed[name as keyof T];
    if (!rule) throw forAllOnly(name, names, where) ?? noSuchOption(name, names, where);
    const [ok, expected] = rule;
    if (!ok(value)) {
      throw new TypeError(`${where}: the option "${name}" takes ${expected}, got ${shownValue(value)}.`);
    }
    checked[name] = value;
  }
  return checked as T;
}

function forAllOnly(name: string, names: readonly string[], where: string): TypeError | undefined {
  if (!(name in settingRules)) return undefined;
  return new TypeError(
    `${where}: there is no option "${name}" of one call: it is for all, configure({ ${name}: … }). ` +
      `The options are ${names.join(", ")}.`,
  );
}

let forCalls: CallOptions = {};
let forAll: Settings = {};
let stopLogging = () => {};
logForDebugging();

/**
 * Sets options for every later call of this thread, unless the decorator, `with` or `run` says otherwise, and what is set for
 * all calls at once. What is not named keeps what it was set to; `undefined` takes it back.
 * @param given options by name
 * @throws TypeError for an option that does not exist or a value that it does not take, naming both; nothing is set then
 * @cost Nothing for calls: options are merged when a call begins.
 * @example
 * import { configure } from "nogil";
 *
 * configure({ workers: 2, timeout: 10_000 });
 * configure({ timeout: undefined }); // calls have no timeout again
 */
export function configure(given: Configuration): void {
  const checked = check<Configuration>(given, { ...rules, ...settingRules }, "configure()");
  const changed = <T extends object>(before: T, allowed: object): T =>
    Object.fromEntries(
      Object.entries({ ...before, ...given, ...checked }).filter(
        ([name, value]) => name in allowed && value !== undefined,
      ),
    ) as T;
  forCalls = changed(forCalls, rules);
  forAll = changed(forAll, settingRules);
  if (!("logger" in given)) return;
  stopLogging();
  stopLogging = given.logger ? logTo(given.logger) : () => {};
}

/** The options that calls have unless they say otherwise. */
export function configuration(): CallOptions {
  return forCalls;
}

export function settings(): { readonly strict: boolean; readonly stalledAfter: number } {
  const { strict = false, stalledAfter = 5000 } = forAll;
  return { strict, stalledAfter };
}
