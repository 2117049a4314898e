import { inspectKey } from "../base/console.js";
import { parallelKey, stateKey } from "../base/keys.js";
import { className } from "../base/kind-of.js";
import { suggestion } from "../base/near-miss.js";
import type { Component } from "../columns/column.js";
import { store } from "./components.js";
import { knownPaths, setPaths } from "./paths.js";

/** What of a batch its methods have in workers, and so everywhere. */
export interface Limits {
  /** the method, for errors */
  readonly label: string;
  /** the names that it declares */
  readonly state: readonly string[];
  /** own properties that are left out */
  readonly own: readonly string[];
  /** components that are left out */
  readonly components: readonly string[];
}

/** What of a batch travels to a worker. */
export interface BatchState {
  readonly own: Record<string, unknown>;
  readonly components: Record<string, Component>;
  readonly paths?: readonly (string | undefined)[];
  /** absent where all of it does */
  readonly limits?: Limits;
}

type Stateful = { [stateKey](): BatchState };

/**
 * A batch without what a method leaves out of its state.
 * @throws TypeError for a name that the batch does not have
 */
export function limitedTo<B extends object>(batch: B, state: readonly string[], label: string): B {
  const { own, components } = (batch as unknown as Stateful)[stateKey]();
  // workers make these anew
  const fields = Object.keys(own).filter((name) => !isParallel(own[name]));
  const there = [...fields, ...Object.keys(components)];
  for (const name of state) {
    if (there.includes(name)) continue;
    throw new TypeError(
      `${label}: its state names "${name}", which is not a component or a property that ${className(batch)} has of its own` +
        `${suggestion(name, there)} There are: ${there.join(", ")}.`,
    );
  }
  const isLeft = (name: string) => !state.includes(name);
  return limited(batch, {
    label,
    state,
    own: fields.filter(isLeft),
    components: Object.keys(components).filter(isLeft),
  });
}

/** The same on the far side, where the batch lacks what was left out. */
export function limited<B extends object>(batch: B, limits: Limits): B {
  if (limits.own.length + limits.components.length === 0) return batch;
  // of its class and without properties, since a proxy cannot hide those that its target may not lose
  const shadow = Object.create(Object.getPrototypeOf(batch));
  const text = `${className(batch)} with ${limits.state.length > 0 ? limits.state.join(", ") : "nothing"} in its state`;
  Object.defineProperty(shadow, inspectKey, { value: () => text, configurable: true });
  const access = new Access(batch as Record<PropertyKey, unknown>, limits);
  const made = new Proxy(shadow, access);
  if (!access.left.has("indices")) setPaths(made, knownPaths(batch));
  return made;
}

/** Reads and writes of an object of which some properties are left out. */
class LeftOut implements ProxyHandler<object> {
  readonly left: Set<PropertyKey>;

  constructor(
    protected readonly from: Record<PropertyKey, unknown>,
    names: readonly string[],
    protected readonly limits: Limits,
    private readonly path: string,
  ) {
    this.left = new Set(names);
  }

  get(_: object, name: PropertyKey, receiver: unknown): unknown {
    this.check(name);
    return Reflect.get(this.from, name, receiver);
  }

  has(_: object, name: PropertyKey): boolean {
    this.check(name);
    return name in this.from;
  }

  ownKeys(): (string | symbol)[] {
    for (const name of this.left) this.check(name);
    return Reflect.ownKeys(this.from);
  }

  getOwnPropertyDescriptor(_: object, name: PropertyKey): PropertyDescriptor | undefined {
    this.check(name);
    const property = Reflect.getOwnPropertyDescriptor(this.from, name);
    return property && { ...property, configurable: true };
  }

  // what is assigned is there from then on, and lost like all that is assigned in a worker
  set(_: object, name: PropertyKey, value: unknown, receiver: unknown): boolean {
    this.left.delete(name);
    return Reflect.set(this.from, name, value, receiver);
  }

  defineProperty(_: object, name: PropertyKey, property: PropertyDescriptor): boolean {
    this.left.delete(name);
    return Reflect.defineProperty(this.from, name, property);
  }

  deleteProperty(_: object, name: PropertyKey): boolean {
    this.left.delete(name);
    return Reflect.deleteProperty(this.from, name);
  }

  protected check(name: PropertyKey): void {
    if (!this.left.has(name)) return;
    const { label, state } = this.limits;
    const given = state.map((each) => `"${each}"`).join(", ");
    throw new ReferenceError(
      `${label}: ${this.path}.${String(name)} is not there for its items, since its state is [${given}]: add "${String(name)}" to state.`,
    );
  }
}

class Access extends LeftOut {
  readonly #data: LeftOut;
  readonly #view: object;

  constructor(from: Record<PropertyKey, unknown>, limits: Limits) {
    super(from, limits.own, limits, "this");
    this.#data = new DataOf(from.data as Record<PropertyKey, unknown>, limits, () => this.check("indices"));
    this.#view = new Proxy({}, this.#data);
  }

  override get(target: object, name: PropertyKey, receiver: unknown): unknown {
    if (name === stateKey) return () => this.#state();
    if (name === "data" || name === store) return this.#view;
    return super.get(target, name, receiver);
  }

  override getOwnPropertyDescriptor(target: object, name: PropertyKey): PropertyDescriptor | undefined {
    const property = super.getOwnPropertyDescriptor(target, name);
    return name === "data" ? { ...property, value: this.#view } : property;
  }

  #state(): BatchState {
    const { own, components, paths } = (this.from as unknown as Stateful)[stateKey]();
    const [leftOwn, leftData] = [this.left, this.#data.left];
    return {
      own: without(own, leftOwn),
      components: without(components, leftData),
      paths: leftOwn.has("indices") ? undefined : paths,
      limits: { ...this.limits, own: namesIn(leftOwn), components: namesIn(leftData) },
    };
  }
}

class DataOf extends LeftOut {
  constructor(
    from: Record<PropertyKey, unknown>,
    limits: Limits,
    private readonly checkLength: () => void,
  ) {
    super(from, limits.components, limits, "this.data");
  }

  override get(_: object, name: PropertyKey): unknown {
    this.check(name);
    return this.from[name];
  }

  override set(_: object, name: PropertyKey, value: unknown): boolean {
    // a component has as many items as there are ids
    this.checkLength();
    this.left.delete(name);
    this.from[name] = value;
    return true;
  }
}

function namesIn(left: ReadonlySet<PropertyKey>): string[] {
  return [...left] as string[];
}

function without<V>(all: Record<string, V>, left: ReadonlySet<PropertyKey>): Record<string, V> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !left.has(name)));
}

function isParallel(value: unknown): boolean {
  return typeof value === "function" && parallelKey in value;
}
