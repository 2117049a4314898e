import { asyncContext } from "#host/async-context";
import { runningItemKey } from "../../base/keys.js";
import type { AsyncContext } from "../../hosts/host.js";

/** An item that runs, as the code that it calls reaches it. */
export interface RunningItem {
  readonly signal: AbortSignal;
}

const holder = globalThis as { [runningItemKey]?: AsyncContext<RunningItem> };

holder[runningItemKey] ??= asyncContext();
const context: AsyncContext<RunningItem> = holder[runningItemKey];

/** Calls a function as part of an item. */
export function runItem<I extends RunningItem, T>(item: I, start: (item: I) => T): T {
  return context.run(item, start, item);
}

/** The item that the code which calls this is part of. */
export function runningItem(): RunningItem | undefined {
  return context.getStore();
}

/**
 * The signal of the item that the code which calls this is part of; `this.signal` of a batch is the same. It fires when
 * the call is cancelled, its deadline passes, or the item is over its timeout; what the item still does should end then,
 * since its worker is ended soon after. A loop that never waits may look at `currentSignal().aborted`, which is up to
 * date all the same. Outside of items it is a signal that never fires.
 * @throws nothing
 * @cost Less than a microsecond; take it once, before a loop.
 * @example
 * import { currentSignal } from "nogil";
 *
 * export async function fetchText(url: string) {
 *   const response = await fetch(url, { signal: currentSignal() });
 *   return response.text();
 * }
 */
export function currentSignal(): AbortSignal {
  return runningItem()?.signal ?? new AbortController().signal;
}
