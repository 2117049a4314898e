import type { AsyncContext } from "../host.js";

export function asyncContext<T>(): AsyncContext<T> {
  return new SynchronousContext<T>();
}

// browsers cannot follow what is awaited
class SynchronousContext<T> implements AsyncContext<T> {
  #value: T | undefined;

  run<V extends T, R>(value: V, start: (value: V) => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return start(value);
    } finally {
      this.#value = before;
    }
  }

  getStore(): T | undefined {
    return this.#value;
  }
}
