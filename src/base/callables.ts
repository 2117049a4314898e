// A kernel can be called, as a function can. Whatever takes a function of the user's takes no kernel for one: kernels run for
// items, and know nothing of batches, events or ids.

/** The property that kernels have of their own, whichever copy of the library or realm made them. */
export const kernelKey = Symbol.for("nogil.kernel");

/** Whether it is a kernel, of any copy of the library. */
export function isKernelLike(value: unknown): boolean {
  return typeof value === "function" && Object.hasOwn(value, kernelKey);
}

/** Whether it is a function, and not a kernel. */
export function isFunction(value: unknown): value is (...args: any[]) => any {
  return typeof value === "function" && !Object.hasOwn(value, kernelKey);
}
