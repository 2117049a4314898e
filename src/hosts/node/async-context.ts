import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContext } from "../host.js";

export function asyncContext<T>(): AsyncContext<T> {
  return new AsyncLocalStorage<T>() as AsyncContext<T>;
}
