import { kindOf } from "./columns/from-values.js";
import { suggestion } from "./near-miss.js";
import { isObjectPrototype } from "./realms.js";
import type { Method } from "./spec.js";

export function className(self: object): string {
  return self.constructor?.name || "Batch";
}

/**
 * An init or post of a batch as a function bound to it: its method, its getter or other property, or the function given.
 * @throws TypeError naming class, method and the names there are
 */
export function memberOf(self: object, given: string | Method, label: string, role: "init" | "post"): Method {
  if (typeof given === "function") return given.bind(self);
  if (!(given in self)) {
    const there = namesIn(self);
    throw new TypeError(
      `${label}: its ${role} "${given}" is no method or property of ${className(self)}` +
        `${suggestion(given, there)} There are: ${there.join(", ")}.`,
    );
  }
  const value = (self as Record<string, unknown>)[given];
  if (typeof value === "function") return value.bind(self);
  if (role === "post")
    throw new TypeError(`${label}: its post "${given}" is ${kindOf(value)}, expected a method.`);
  return () => value;
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
