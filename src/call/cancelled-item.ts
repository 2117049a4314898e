/** The error of an item that a cancelled call left undone: one of its own, named and worded as the reason, its cause. */
export function cancelledItem(reason: Error, item: number): Error {
  return named(reason.name, reason.message, { cause: reason, item });
}

/** An error of a name that JavaScript has no class for. */
export function named(
  name: string,
  message: string,
  { cause, ...own }: { cause?: unknown; item: number },
): Error {
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  return Object.assign(error, own);
}
