import { cores } from "./cores.js";
import { callOptions, type RunOptions } from "./options.js";

/**
 * How many items each worker of a call runs at once: as many entries as there are workers.
 * @param many whether a worker runs several at once, as event loops do
 */
export function inFlightOf(
  { workers, inFlight = Number.POSITIVE_INFINITY, concurrency }: RunOptions,
  items: number,
  many: boolean,
): number[] {
  const used = Math.min(workers || cores.total, inFlight, items);
  const usual = inFlight === Number.POSITIVE_INFINITY ? callOptions.concurrency.default : inFlight;
  const each = many ? (concurrency ?? usual) : 1;
  return Array.from({ length: used }, (_, worker) => Math.min(each, shareOf(inFlight, worker, used)));
}

/** How many items the event loop of the calling thread runs at once. */
export function inFlightHere({ inFlight, concurrency }: RunOptions): number {
  const { default: usual } = callOptions.concurrency;
  return inFlight === undefined ? (concurrency ?? usual) : Math.min(inFlight, concurrency ?? inFlight);
}

// the first workers take what is over
function shareOf(all: number, worker: number, workers: number): number {
  if (all === Number.POSITIVE_INFINITY) return all;
  return Math.floor(all / workers) + (worker < all % workers ? 1 : 0);
}
