const signals = new WeakMap<object, AbortSignal>();

/** Says what ends the work on a batch, or with `undefined` that nothing does any more. */
export function bindSignal(batch: object, signal: AbortSignal | undefined): void {
  if (signal) signals.set(batch, signal);
  else signals.delete(batch);
}

/**
 * The signal that ends the work of a pipeline on a batch, for an action to pass on: to `fetch`, say, or a file stream. Parallel
 * calls on the batch heed it by themselves.
 * @returns undefined for a batch that no pipeline works on, and in workers
 * @example const response = await fetch(url, { signal: signalOf(this) });
 */
export function signalOf(batch: object): AbortSignal | undefined {
  return signals.get(batch);
}

/** One signal for both. */
export function eitherSignal(
  a: AbortSignal | undefined,
  b: AbortSignal | undefined,
): AbortSignal | undefined {
  return a && b && a !== b ? AbortSignal.any([a, b]) : (a ?? b);
}
