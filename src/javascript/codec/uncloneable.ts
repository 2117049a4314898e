import { types } from "node:util";
import { isTypedArray } from "../../abi/dtype.js";
import { isKernelLike } from "../../base/callables.js";
import { isMap, isOpaque, isSet, isSharedArrayBuffer } from "../../base/realms.js";
import { isColumn } from "../../columns/from-values.js";

const unsendable = "which cannot be sent to a worker";

/**
 * Says what in a value keeps it from being sent.
 * @param path how the value is named
 * @param canPack tells it of a part
 */
export function findUncloneable(
  value: unknown,
  path: string,
  canPack: (part: unknown) => boolean,
  seen = new Set<object>(),
): string | undefined {
  if (isKernelLike(value))
    return `${path} is a kernel, ${unsendable}: import it in the module that runs there.`;
  if (typeof value === "function" || typeof value === "symbol")
    return `${path} is a ${typeof value}, ${unsendable}.`;
  if (typeof value !== "object" || value === null || isTypedArray(value) || isColumn(value)) return undefined;
  if (isSharedArrayBuffer(value)) {
    return `${path} is a bare SharedArrayBuffer, ${unsendable}: pass a typed array over it.`;
  }
  if (seen.has(value)) return undefined;
  seen.add(value);
  if (!isOpaque(value)) {
    for (const [step, child] of childrenOf(value)) {
      const culprit = findUncloneable(child, `${path}${step}`, canPack, seen);
      if (culprit) return culprit;
    }
  }
  if (canPack(isOpaque(value) ? value : emptied(value))) return undefined;
  return `${path} is ${articled(value.constructor?.name || "special object")}, ${unsendable}.`;
}

// an object of the same kind without its children, which have been looked at already
function emptied(value: object): object {
  return Object.prototype.toString.call(value) === "[object Object]" && !types.isProxy(value) ? {} : value;
}

function articled(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

function* childrenOf(value: object): Iterable<[path: string, child: unknown]> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield [`[${i}]`, value[i]];
  } else if (isMap(value)) {
    for (const [key, element] of value) {
      yield [" (a key of the Map)", key];
      yield [`.get(${typeof key === "string" ? JSON.stringify(key) : String(key)})`, element];
    }
  } else if (isSet(value)) {
    for (const element of value) yield [" (an element of the Set)", element];
  } else {
    for (const [key, element] of Object.entries(value)) yield [memberPath(key), element];
  }
}

function memberPath(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
