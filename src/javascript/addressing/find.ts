import { isKernel } from "../../abi/kernel.js";
import { isFunction } from "../../base/callables.js";
import { parallelKey } from "../../base/keys.js";
import { kindOf } from "../../base/kind-of.js";
import { nearMiss } from "../../base/near-miss.js";
import { checkRunnable } from "../../call/runnable.js";
import type { Exports } from "../codec/error-class.js";

type Callable = (...args: any[]) => unknown;
type Class = (abstract new (...args: any[]) => object) & { readonly name: string };

/**
 * A function among a module's exports: by its key there, else by its own name, so that re-exports and aliases count.
 * @throws Error when there is none, or there are several
 */
export function findFunction(
  exports: Exports,
  address: { module: string; name: string; exact: boolean },
): Callable {
  const { name, exact } = address;
  let known = functions.get(exports);
  if (!known) {
    known = new Map();
    functions.set(exports, known);
  }
  const key = `${exact} ${name}`;
  const found = known.get(key);
  // a module may export another function by now
  if (found && exports[found.key] === found.fn) return found.fn;
  const fn = lookUp(exports, address);
  const under = Object.keys(exports).find((each) => exports[each] === fn)!;
  known.set(key, { key: under, fn });
  return fn;
}

const functions = new WeakMap<Exports, Map<string, { readonly key: string; readonly fn: Callable }>>();

function lookUp(
  exports: Exports,
  { module, name, exact }: { module: string; name: string; exact: boolean },
): Callable {
  const named = Object.entries(exports).filter(
    ([key, value]) => isFunction(value) && (key === name || (!exact && value.name === name)),
  );
  const found = new Set(named.map(([, value]) => value as Callable));
  if (found.size === 1) {
    const [fn] = found;
    checkRunnable(fn, module);
    return fn;
  }
  if (found.size > 1) {
    throw new Error(
      `${module} exports several functions named ${name}, as ${named.map(([key]) => key).join(" and ")}: ` +
        "rename all but one, or say which with exported(module, name).",
    );
  }
  throw notExported("function", name, module, exports);
}

/** @throws Error when the module does not export the class */
export function findClass(exports: Exports, name: string, module: string): Class {
  const byKey = exports[name];
  if (isNamed(byKey, name)) return byKey as Class;
  const found = Object.values(exports).find((value) => isNamed(value, name));
  if (found) return found as Class;
  if (typeof byKey === "function") return byKey as unknown as Class;
  throw notExported("class", name, module, exports);
}

function notExported(kind: "class" | "function", name: string, module: string, exports: Exports): Error {
  const there = Object.keys(exports);
  const other = Object.hasOwn(exports, name) ? exports[name] : undefined;
  if (other !== undefined) {
    const remedy = isKernel(other)
      ? `a kernel: pass it directly, without exported().`
      : `${kindOf(other)}, not a ${kind}.`;
    return new Error(`${module} exports "${name}", which is ${remedy}`);
  }
  const near = nearMiss(name, there);
  return new Error(
    `${module} does not export the ${kind} ${name}${near === undefined ? "" : ` (did you mean "${near}"?)`}; ` +
      `it exports ${there.length > 0 ? there.join(", ") : "nothing"}. ${remedies[kind]}`,
  );
}

const remedies = {
  class:
    "Export the class there. If it is in another module and inherits `static module`, declare its own: static module = import.meta.url.",
  function: "Export the function there, or name it with exported(module, name).",
};

/**
 * The undecorated method of a class: of one of its prototypes, or a field that its constructor makes.
 * @throws Error when it has none, or the constructor needed for a field throws
 */
export function findMethod(found: Class, name: string, depth: number): Callable {
  if (depth > 0) {
    let holder: object | null = found.prototype;
    for (let up = 1; up < depth && holder; up++) holder = Object.getPrototypeOf(holder);
    const method = rawMethod(holder && Object.getOwnPropertyDescriptor(holder, name)?.value);
    if (method) return method;
    throw new Error(
      `${found.name} has no method ${name} in a worker: it has to be made where the class is declared.`,
    );
  }
  let instance: Record<string, unknown>;
  try {
    // an empty batch, where the class is one
    instance = new (found as unknown as new (ids: number) => Record<string, unknown>)(0);
  } catch (error) {
    throw new Error(
      `${found.name}.${name} is a field, and new ${found.name}(0), which would make it in a worker, throws. ` +
        "Put the method on the prototype, or use the decorator.",
      { cause: error },
    );
  }
  const field = rawMethod(instance[name]);
  if (field) return field;
  throw new Error(
    `${found.name} has no method ${name} in a worker: it has to be made where the class is declared.`,
  );
}

export function rawMethod(value: unknown): Callable | undefined {
  if (!isFunction(value)) return undefined;
  const wrapped = (value as { [parallelKey]?: { method: Callable } })[parallelKey];
  return wrapped ? wrapped.method : (value as Callable);
}

function isNamed(value: unknown, name: string): boolean {
  return typeof value === "function" && value.name === name;
}
