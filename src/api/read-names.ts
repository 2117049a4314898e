const watched = Symbol("watched");

import { inspectKey } from "../base/console.js";

interface Watched {
  readonly values: Record<string, unknown>;
  readonly read: Set<string>;
}

type Given = { readonly [watched]: Watched };

// one for each name, since objects with accessors of their own would each have a shape of its own
const accessors = new Map<string, PropertyDescriptor>();

function accessorOf(name: string): PropertyDescriptor {
  let accessor = accessors.get(name);
  if (!accessor) {
    accessor = {
      get(this: Given) {
        const { values, read } = this[watched];
        read.add(name);
        return values[name];
      },
      set(this: Given, value: unknown) {
        this[watched].values[name] = value;
      },
      enumerable: true,
      configurable: true,
    };
    accessors.set(name, accessor);
  }
  return accessor;
}

// what is printed is not read
const printed: PropertyDescriptor = {
  value(this: Given) {
    return { ...this[watched].values };
  },
};

/** Notes which of a call's named arguments are read by those who get them. */
export class ReadNames {
  readonly #read = new Set<string>();
  readonly #given: object[] = [];

  constructor(private readonly names: readonly string[]) {}

  /** @param args the named ones, in the last place, in an object that nobody else has */
  over(args: unknown[]): unknown[] {
    const named = args.at(-1) as Record<string, unknown>;
    const value: Watched = { values: { ...named }, read: this.#read };
    Object.defineProperty(named, watched, { value });
    Object.defineProperty(named, inspectKey, printed);
    // no proxy, which could not be cloned to a worker if it is kept
    for (const name of this.names) Object.defineProperty(named, name, accessorOf(name));
    this.#given.push(named);
    return args;
  }

  /**
   * The names that were neither read nor removed.
   * @param keeper where the object may be kept, so that all its names may be read later
   */
  unread(keeper: object): string[] {
    const left = this.names.filter(
      (name) => !this.#read.has(name) && this.#given.every((named) => Object.hasOwn(named, name)),
    );
    if (left.length === 0) return left;
    return Object.values(keeper).some((value) => this.#given.includes(value)) ? [] : left;
  }
}
