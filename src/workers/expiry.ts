export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** Whether the time is over before the promise settles, which it then may still do. */
export function expiry(promise: PromiseLike<unknown>, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeout, 2 ** 31 - 1), true);
    const settled = () => {
      clearTimeout(timer);
      resolve(false);
    };
    promise.then(settled, settled);
  });
}

export function timeoutError(timeout: number): DOMException {
  return new DOMException(`The item took longer than its timeout of ${timeout} ms.`, "TimeoutError");
}
