import { common, commonSymbol, ofAnotherCopy } from "../base/copies.js";
import { stateKey } from "../base/keys.js";
import { className, kindOf } from "../base/kind-of.js";
import { isNamed } from "../base/option-names.js";
import type { Column, Component } from "../columns/column.js";
import { isColumn, toComponent } from "../columns/from-values.js";
import { disposed, isDisposed, revive, trackDisposal } from "./disposal.js";

interface Owner {
  readonly length: number;
}

/** Where a batch has its components. */
export const store: unique symbol = commonSymbol("components") as never;

// columns that were components, while somebody else still has them
const replaced = common("replaced", () => new WeakMap<object, WeakRef<Column>[]>());

/** Gives a batch its components, and `data` to get at them. */
export function attach(batch: object, components: Record<string, Component>): void {
  Object.defineProperty(batch, store, { value: components });
  trackDisposal(batch);
  const data = new Proxy(components, new DataAccess(batch as Owner));
  // enumerable, so that assertions compare it, and so that a batch is not cloned without it: a proxy cannot be
  Object.defineProperty(batch, "data", { value: data, enumerable: true });
}

/** What a batch has besides its components. */
export function fieldsOf(batch: object): Record<string, unknown> {
  const { data, ...fields } = batch as Record<string, unknown>;
  return fields;
}

/** The components of a batch themselves, where `data` checks every access. */
export function componentsOf(batch: object): Record<string, Component> {
  const components = (batch as { [store]?: Record<string, Component> })[store];
  if (!components) throw ofAnotherCopy(batch, `The batch, ${className(batch)},`);
  return components;
}

/** Disposes of every column that is a component, or was one, except those kept, and leaves no component. */
export function disposeComponents(batch: object, kept: (column: Column) => boolean = () => false): void {
  const components = componentsOf(batch);
  const former = (replaced.get(batch) ?? []).map((column) => column.deref());
  for (const column of [...former, ...Object.values(components)]) {
    if (column && isColumn(column) && !kept(column)) column.dispose();
  }
  replaced.delete(batch);
  for (const name of Object.keys(components)) delete components[name];
}

/** @throws TypeError for what is not an object of components by name */
export function checkComponents(given: unknown, label: string): void {
  if (isNamed(given) && !(Symbol.iterator in given) && !isColumn(given) && !(stateKey in given)) return;
  throw new TypeError(`${label} takes components by name, such as { x: [1, 2] }, got ${kindOf(given)}.`);
}

// names that the language, test runners and the like ask any object for, which are no components unless they are set
const probes = new Set([
  ...["then", "toJSON", "constructor", "toString", "valueOf", "hasOwnProperty", "$$typeof", "__esModule"],
  ...["asymmetricMatch", "nodeType", "nodeName", "tagName", "_isMockFunction", "isMockFunction"],
]);
const isProbe = (name: string) => probes.has(name) || name.startsWith("@@__IMMUTABLE_");

class DataAccess implements ProxyHandler<Record<string, Component>> {
  constructor(private readonly batch: Owner) {}

  get(components: Record<string, Component>, name: string | symbol): unknown {
    if (typeof name === "symbol" || Object.hasOwn(components, name)) return Reflect.get(components, name);
    if (isProbe(name)) return Reflect.get(components, name);
    if (isDisposed(this.batch)) throw disposed(this.batch, name);
    const there = Object.keys(components);
    throw new ReferenceError(
      `${className(this.batch)} has no component "${name}" yet: set data.${name}, or run the action that makes it. ` +
        `There ${there.length > 0 ? `are: ${there.join(", ")}` : "is none so far"}.`,
    );
  }

  set(components: Record<string, Component>, name: string | symbol, value: unknown): boolean {
    if (typeof name === "symbol") throw new TypeError("A component's name is a string.");
    if (value === undefined)
      throw new TypeError(
        `${className(this.batch)}.data.${name} cannot be ${kindOf(value)}: delete it instead.`,
      );
    const what = `${className(this.batch)}.data.${name}`;
    const component = toComponent(value, this.batch.length, what);
    const before = components[name];
    if (before !== component && isColumn(before)) {
      const others = (replaced.get(this.batch) ?? []).filter((column) => column.deref());
      replaced.set(this.batch, [...others, new WeakRef(before)]);
    }
    components[name] = component;
    revive(this.batch);
    return true;
  }
}
