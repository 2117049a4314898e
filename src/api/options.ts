import { kindOf } from "../base/kind-of.js";
import { isNamed, noSuchOption, shownValue } from "../base/option-names.js";
import { callOptions, type Option, type RunOptions, type Settings, settingOptions } from "../call/options.js";
import { changeSettings } from "../call/settings.js";
import { isTarget, targets } from "../engines/registry.js";
import type { Target } from "../events/target.js";
import { logForDebugging, logTo } from "../observe/logger.js";

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

/**
 * What `configure` takes: options of all calls, and settings.
 * @example
 * import { type Configuration, configure } from "nogil";
 *
 * const configuration: Configuration = { workers: 4, stalledAfter: 60_000 };
 * configure(configuration);
 */
export type Configuration = CallOptions & Settings;

type Rules = Readonly<Record<string, Pick<Option, "ok" | "expected" | "mistake" | "keep">>>;

const rules: Rules = {
  target: {
    ok: isTarget,
    get expected() {
      return `one of ${targets().join(", ")}`;
    },
  },
  ...callOptions,
};

/** The names of the options that a call takes. */
export const optionNames = Object.keys(rules);

/**
 * Checks options at the boundary and gives a copy of those that are set.
 * @throws TypeError naming the option, what it takes and what came
 */
export function checkOptions(options: object, where: string): CallOptions {
  return check<CallOptions>(options, rules, where);
}

function check<T extends object>(options: object, allowed: Rules, where: string): T {
  if (!isNamed(options)) {
    throw new TypeError(
      `${where} takes an object of options, such as { workers: 2 }, got ${kindOf(options)}.`,
    );
  }
  const names = Object.keys(allowed);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!rule) throw forAllOnly(name, names, where) ?? noSuchOption(name, names, where);
    if (!rule.ok(value)) {
      const mistake = rule.mistake?.(value, where);
      if (mistake) throw mistake;
      throw new TypeError(`${where}: the option "${name}" takes ${rule.expected}, got ${shownValue(value)}.`);
    }
    // what is changed later was not checked
    checked[name] = rule.keep ? rule.keep(value) : value;
  }
  return checked as T;
}

function forAllOnly(name: string, names: readonly string[], where: string): TypeError | undefined {
  if (!Object.hasOwn(settingOptions, name)) return undefined;
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
  const checked = check<Configuration>(given, { ...rules, ...settingOptions }, "configure()");
  const changed = <T extends object>(before: T, allowed: object): T =>
    Object.fromEntries(
      Object.entries({ ...before, ...given, ...checked }).filter(
        ([name, value]) => name in allowed && value !== undefined,
      ),
    ) as T;
  forCalls = changed(forCalls, rules);
  forAll = changed(forAll, settingOptions);
  changeSettings({ ...forAll, scratch: forCalls.scratch });
  if (!("logger" in given)) return;
  stopLogging();
  stopLogging = given.logger ? logTo(given.logger) : () => {};
}

/** The options that calls have unless they say otherwise. */
export function configuration(): CallOptions {
  return forCalls;
}
