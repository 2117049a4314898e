import { isClass, isGenerator, type Method } from "../base/function-source.js";
import { parallelKey } from "../base/keys.js";

const runnables = new WeakSet<Method>();

/** @throws TypeError for a function that no item can be run by */
export function checkRunnable(fn: Method, label: string): void {
  // most run again and again
  if (runnables.has(fn)) return;
  if (parallelKey in fn) {
    throw new TypeError(
      `${label}: ${fn.name || "it"} is a parallel method already: call it, batch.${fn.name || "method"}(…).`,
    );
  }
  if (isClass(fn)) throw new TypeError(`${label}: ${fn.name || "it"} is a class, expected a function.`);
  if (isGenerator(fn)) {
    throw new TypeError(
      `${label}: ${fn.name || "it"} is a generator function, whose call makes an iterator and runs nothing: return an array.`,
    );
  }
  runnables.add(fn);
}
