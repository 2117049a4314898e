import { type Settings, settingOptions } from "./options.js";

const usual = { strict: settingOptions.strict.default, stalledAfter: settingOptions.stalledAfter.default };
let current: { readonly strict: boolean; readonly stalledAfter: number } = usual;

/** What is set for all calls at once. */
export function settings(): typeof current {
  return current;
}

export function changeSettings({ strict = usual.strict, stalledAfter = usual.stalledAfter }: Settings): void {
  current = { strict, stalledAfter };
}
