// keys in the global registry, so that two copies of the library in one process, or on two sides of a worker, agree

/** Set in every worker, so that parallel calls made there run in place. */
export const workerFlag = Symbol.for("nogil.inWorker");

/** What a parallel method was made of, which its callable carries. */
export const parallelKey = Symbol.for("nogil.parallel");

/** What a class has to give its state and to take it, in place of own properties. */
export const stateKey = Symbol.for("nogil.state");
export const reviveKey = Symbol.for("nogil.revive");

/** Set in what `lazy` makes. */
export const lazyKey = Symbol.for("nogil.lazy");

/** Where code that an item calls finds the item. */
export const runningItemKey = Symbol.for("nogil.runningItem");
