import { callOptions, type RunOptions, type Settings, settingOptions } from "./options.js";

const usual = {
  strict: settingOptions.strict.default,
  stalledAfter: settingOptions.stalledAfter.default,
  scratch: callOptions.scratch.default,
};
type Current = { readonly strict: boolean; readonly stalledAfter: number; readonly scratch: number };
let current: Current = usual;

/** What is set for all calls at once, with the scratch memory of kernels that are called as functions, which take no options. */
export function settings(): Current {
  return current;
}

export function changeSettings(given: Settings & Pick<RunOptions, "scratch">): void {
  const { strict = usual.strict, stalledAfter = usual.stalledAfter, scratch = usual.scratch } = given;
  current = { strict, stalledAfter, scratch };
}
