import { kindOf } from "./columns/from-values.js";
import { type RunOptions, type Target, targets } from "./engines/engine.js";
import { nearMiss } from "./near-miss.js";

export type CallOptions = RunOptions & { target?: Target };

const positive = (value: unknown) => typeof value === "number" && value > 0;
const whole = (least: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= least;

const rules: { [K in keyof Required<CallOptions>]: [ok: (value: unknown) => boolean, expected: string] } = {
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

/** The names of all options. */
export const optionNames = Object.keys(rules);

/**
 * Checks options at the boundary and gives a copy of those that are set.
 * @throws TypeError naming the option, what it takes and what came
 */
export function checkOptions(options: object, where: string): CallOptions {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `${where} takes an object of options, such as { workers: 2 }, got ${kindOf(options)}.`,
    );
  }
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = rules[name as keyof CallOptions];
    if (!rule) {
      const near = nearMiss(name, optionNames);
      throw new TypeError(
        `${where}: there is no option "${name}"${near ? `; did you mean "${near}"?` : ""} The options are ${optionNames.join(", ")}.`,
      );
    }
    const [ok, expected] = rule;
    if (!ok(value)) {
      const came =
        typeof value === "object" || typeof value === "function" ? kindOf(value) : JSON.stringify(value);
      throw new TypeError(`${where}: the option "${name}" takes ${expected}, got ${came}.`);
    }
    checked[name] = value;
  }
  return checked;
}

let configured: CallOptions = {};

/**
 * Sets options for every later call of this thread, unless the decorator, `with` or `run` says otherwise. Options that
 * are not named keep what they were set to; `undefined` takes one back.
 */
export function configure(options: CallOptions): void {
  const checked = checkOptions(options, "configure()");
  const kept = Object.entries(configured).filter(([name]) => !(name in options));
  configured = { ...Object.fromEntries(kept), ...checked };
}

export function configuration(): CallOptions {
  return configured;
}
