/** Whether a value has to be awaited. Awaiting what need not be takes a turn of the event loop all the same. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
