import { kindOf } from "./columns/from-values.js";
import { type RunOptions, type Target, targets } from "./engines/engine.js";
import { isLogger, type Logger, logForDebugging, logTo } from "./events/logger.js";
import { nearMiss } from "./near-miss.js";

export type CallOptions = RunOptions & { target?: Target };

/** What `configure` takes: options of every call, and what is for the thread as a whole. */
export type Configuration = CallOptions & {
  /**
   * Where to log what happens: pino, a logger with its interface (`debug`, `info`, `warn` and `error`, which take an object
   * and a text), or `console`. One that throws harms no call.
   */
  logger?: Logger;
};

const positive = (value: unknown) => typeof value === "number" && value > 0;
const whole = (least: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= least;

type Rules<Options> = { [K in keyof Required<Options>]: [ok: (value: unknown) => boolean, expected: string] };

const callRules: Rules<CallOptions> = {
  target: [(value) => targets.includes(value as Target), `one of ${targets.join(", ")}`],
  workers: [whole(0), "a whole number, 0 or more"],
  chunkSize: [whole(1), "a whole number, 1 or more"],
  concurrency: [whole(1), "a whole number, 1 or more"],
  timeout: [positive, "milliseconds, more than 0"],
  deadline: [positive, "milliseconds, more than 0"],
  signal: [(value) => value instanceof AbortSignal, "an AbortSignal"],
  retry: [whole(0), "a whole number, 0 or more"],
  debug: [(value) => typeof value === "boolean", "true or false"],
  scratch: [whole(65536), "bytes, 65536 or more"],
};

const rules: Rules<Configuration> = {
  ...callRules,
  logger: [isLogger, "an object with debug, info, warn and error, such as pino() or console"],
};

/** The names of all options. */
export const optionNames = Object.keys(callRules);

/**
 * Checks options at the boundary and gives a copy of those that are set.
 * @throws TypeError naming the option, what it takes and what came
 */
export function checkOptions(options: object, where: string): CallOptions {
  return check(options, callRules, where);
}

function check<Options>(options: object, allowed: Rules<Options>, where: string): Options {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `${where} takes an object of options, such as { workers: 2 }, got ${kindOf(options)}.`,
    );
  }
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = allowed[name as keyof Options];
    if (!rule) throw noSuchOption(name, Object.keys(allowed), where);
    const [ok, expected] = rule;
    if (!ok(value)) {
      const came =
        typeof value === "object" || typeof value === "function" ? kindOf(value) : JSON.stringify(value);
      throw new TypeError(`${where}: the option "${name}" takes ${expected}, got ${came}.`);
    }
    checked[name] = value;
  }
  return checked as Options;
}

function noSuchOption(name: string, there: readonly string[], where: string): TypeError {
  if (name in rules) return new TypeError(`${where}: the option "${name}" is for configure() alone.`);
  const near = nearMiss(name, there);
  return new TypeError(
    `${where}: there is no option "${name}"${near ? `; did you mean "${near}"?` : ""} The options are ${there.join(", ")}.`,
  );
}

let configured: CallOptions = {};
let stopLogging = () => {};
logForDebugging();

/**
 * Sets options for every later call of this thread, unless the decorator, `with` or `run` says otherwise, and the logger. What is
 * not named keeps what it was set to; `undefined` takes it back.
 */
export function configure(options: Configuration): void {
  const { logger, ...checked } = check(options, rules, "configure()");
  const kept = Object.entries(configured).filter(([name]) => !(name in options));
  configured = { ...Object.fromEntries(kept), ...checked };
  if (!("logger" in options)) return;
  stopLogging();
  stopLogging = logger ? logTo(logger) : () => {};
}

export function configuration(): CallOptions {
  return configured;
}
