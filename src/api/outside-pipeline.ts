import { lazyKey } from "../base/keys.js";
import { isPlainObject } from "../base/realms.js";

/** @throws TypeError for an argument made by `lazy`, which only a pipeline computes */
export function refuseLazy(args: readonly unknown[], label: string): void {
  const odd = args.some((arg) => isLazy(arg) || (isPlainObject(arg) && Object.values(arg).some(isLazy)));
  if (!odd) return;
  throw new TypeError(
    `${label}: lazy(…) belongs into the arguments of a pipeline's action, dataset.pipeline().action(lazy(…)), ` +
      "which computes it for each batch. Here, pass the value itself.",
  );
}

/** Whether a value was made by `lazy`, of whichever copy. */
export function isLazy(value: unknown): boolean {
  return typeof value === "object" && value !== null && lazyKey in value;
}
