import { isMap, isSet } from "../base/realms.js";
import { isColumn } from "./from-values.js";

// what the host clones or reads has the host's classes, which a test runner's sandbox does not share
const isSandboxed = Object.getPrototypeOf(structuredClone({})) !== Object.prototype;

/**
 * Gives what Node cloned or deserialized the classes of this realm, so that it is here what it would be had nobody copied
 * it. Costs nothing outside of sandboxes.
 */
export function intoThisRealm<T>(value: T): T {
  if (isSandboxed) adopt(value, new Set());
  return value;
}

function adopt(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value) || isColumn(value)) return;
  seen.add(value);
  const prototype = Object.getPrototypeOf(value);
  const own = (globalThis as Record<string, any>)[prototype?.constructor?.name];
  if (own?.prototype && own.prototype !== prototype) Object.setPrototypeOf(value, own.prototype);
  if (ArrayBuffer.isView(value)) return;
  if (isMap(value)) {
    for (const [key, element] of value) {
      adopt(key, seen);
      adopt(element, seen);
    }
  } else if (isSet(value)) {
    for (const element of value) adopt(element, seen);
  } else {
    // those of errors are not enumerable
    for (const name of Object.getOwnPropertyNames(value)) adopt(Reflect.get(value, name), seen);
  }
}
