import { isFunction, isKernelLike } from "../base/callables.js";
import type { Method } from "../base/function-source.js";
import { className, kindOf } from "../base/kind-of.js";
import { nearMiss } from "../base/near-miss.js";
import { isObjectPrototype } from "../base/realms.js";
import { batchHint } from "./mistaken-functions.js";

/** What to do about a kernel that stands where a member of a batch is named. */
export const kernelRemedy =
  'the method returns the kernel, with target: "nogil", init gives its rows, and post gets what it returned.';

/**
 * An init or post of a batch as a function bound to it: its method, its getter or other property, or the function given.
 * @throws TypeError naming class, method and the names there are
 */
export function memberOf(self: object, given: string | Method, label: string, role: "init" | "post"): Method {
  if (typeof given === "function") return given.bind(self);
  if (!(given in self)) {
    throw new TypeError(
      `${label}: its ${role} "${given}" is not a method or property of ${className(self)}${remedyFor(given, self, role)}`,
    );
  }
  const value = (self as Record<string, unknown>)[given];
  if (isFunction(value)) return value.bind(self);
  if (isKernelLike(value)) {
    throw new TypeError(
      `${label}: its ${role} "${given}" is a kernel, which runs for items: ${kernelRemedy}`,
    );
  }
  if (role === "post")
    throw new TypeError(`${label}: its post "${given}" is ${kindOf(value)}, expected a method.`);
  return () => value;
}

const meant = new Map([
  ...["index", "indexes", "id", "ids", "items", "keys"].map((word) => [word, "indices"] as const),
  ...["files", "file", "path"].map((word) => [word, "paths"] as const),
]);

// what every batch has, and no init or post is
const hidden = new Set(
  "data length signal at positionOf pathOf set allocate rows subset split save with dispose".split(" "),
);

const mostNames = 20;

/** What to write in place of a name that the batch has not. */
function remedyFor(given: string, self: object, role: "init" | "post"): string {
  const ready = readyMade(given, self, role);
  if (ready) return `: ${ready}`;
  const there = namesIn(self).filter((name) => !hidden.has(name));
  const near = (role === "init" && meant.get(given)) || nearMiss(given, there);
  const shown = there.slice(0, mostNames).join(", ");
  const more = there.length > mostNames ? ` and ${there.length - mostNames} more` : "";
  const remedy = near
    ? `; did you mean "${near}"?`
    : role === "post"
      ? `; to keep results, into("${given}").`
      : ".";
  return `${remedy} There are: ${shown}${more}.`;
}

function readyMade(given: string, self: object, role: "init" | "post"): string | undefined {
  const { data } = self as { data?: unknown };
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, given)) return undefined;
  return role === "init"
    ? `it is a component: rows("${given}") passes its rows to the items.`
    : `it is a component: into("${given}") makes it of the results.`;
}

/** What an init gave that has no entries, with what to do. */
export function noEntries(
  entries: unknown,
  self: object,
  init: string | Method,
  what: string,
  given: number,
): TypeError {
  const ready = typeof init === "string" ? readyMade(init, self, "init") : batchHint(init, "init", given);
  const hint = ready ?? (entries === undefined ? "Is a return missing?" : "");
  return new TypeError(
    `${what} returned ${kindOf(entries)}, expected an iterable with an entry for each item, such as an array of arguments. ${hint}`.trimEnd(),
  );
}

/** The name under which a batch holds a method, as its own property or on its prototypes. */
export function nameOfMember(self: object, method: Method): string | undefined {
  // nearly always its own name
  if (methodNamed(self, method.name) === method) return method.name;
  for (const holder of [self, ...prototypesOf(self)]) {
    const name = Object.getOwnPropertyNames(holder).find(
      (key) => Object.getOwnPropertyDescriptor(holder, key)!.value === method,
    );
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What an object holds under a name, without calling a getter. */
export function methodNamed(self: object, name: string): unknown {
  for (let holder = self; holder && !isObjectPrototype(holder); holder = Object.getPrototypeOf(holder)) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property) return property.value;
  }
  return undefined;
}

/** Every name that an object answers to, its own first. */
export function namesIn(self: object): string[] {
  const names = [self, ...prototypesOf(self)].flatMap((holder) => Object.getOwnPropertyNames(holder));
  return [...new Set(names)].filter((name) => name !== "constructor");
}

function prototypesOf(self: object): object[] {
  const chain: object[] = [];
  for (let at = Object.getPrototypeOf(self); at && !isObjectPrototype(at); at = Object.getPrototypeOf(at))
    chain.push(at);
  return chain;
}
