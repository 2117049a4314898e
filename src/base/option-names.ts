import { kindOf } from "./kind-of.js";
import { suggestion } from "./near-miss.js";
import { isPlainObject } from "./realms.js";

/**
 * Whether a value may hold things by name. What is not a plain object and has no names of its own, such as a promise that was
 * not awaited, a Map or a Date, would pass for an object without any.
 */
export function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return isPlainObject(value) || Object.keys(value).length > 0;
}

/**
 * Refuses what is not an object of options, and options that are not among `names`.
 * @param where what takes the options, in errors: `split()`
 * @throws TypeError naming the option, the one that was perhaps meant, and all that there are
 */
export function checkOptionNames(options: unknown, names: readonly string[], where: string): void {
  if (!isNamed(options)) {
    throw new TypeError(`${where} takes an object of options ({ ${names[0]}: … }), got ${kindOf(options)}.`);
  }
  const odd = Object.keys(options).find((name) => !names.includes(name));
  if (odd !== undefined) throw noSuchOption(odd, names, where);
}

export function noSuchOption(name: string, names: readonly string[], where: string): TypeError {
  return new TypeError(
    `${where}: there is no option "${name}"${suggestion(name, names)} The options are ${names.join(", ")}.`,
  );
}

/** A value as errors show it: strings in quotes, numbers as they are (NaN too), all else by its kind. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" || typeof value === "function" ? kindOf(value) : String(value);
}
