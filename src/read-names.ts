/** Notes which of a call's named arguments are read by those who get them. */
export class ReadNames {
  readonly #read = new Set<string>();

  constructor(private readonly names: readonly string[]) {}

  get unread(): string[] {
    return this.names.filter((name) => !this.#read.has(name));
  }

  /** @param args the named ones, in the last place, in an object that nobody else has */
  over(args: unknown[]): unknown[] {
    const named = args.at(-1) as Record<string, unknown>;
    for (const name of this.names) {
      let value = named[name];
      // no proxy, which could not be cloned to a worker if it is kept
      Object.defineProperty(named, name, {
        get: () => {
          this.#read.add(name);
          return value;
        },
        set: (given: unknown) => {
          value = given;
        },
        enumerable: true,
        configurable: true,
      });
    }
    return args;
  }
}
