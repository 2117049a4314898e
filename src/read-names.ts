const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Notes which of a call's named arguments are read by those who get them. */
export class ReadNames {
  readonly #read = new Set<string>();
  readonly #given: { readonly named: object; readonly values: Record<string, unknown> }[] = [];

  constructor(private readonly names: readonly string[]) {}

  /** @param args the named ones, in the last place, in an object that nobody else has */
  over(args: unknown[]): unknown[] {
    const named = args.at(-1) as Record<string, unknown>;
    const values = { ...named };
    this.#given.push({ named, values });
    for (const name of this.names) {
      // no proxy, which could not be cloned to a worker if it is kept
      Object.defineProperty(named, name, {
        get: () => {
          this.#read.add(name);
          return values[name];
        },
        set: (given: unknown) => {
          values[name] = given;
        },
        enumerable: true,
        configurable: true,
      });
    }
    // what is printed is not read
    Object.defineProperty(named, inspect, { value: () => ({ ...values }), configurable: true });
    return args;
  }

  /**
   * Ends the watch: what was kept of the arguments is ordinary from now on.
   * @param keeper that it may be kept in as a whole, to be read later
   * @returns the names that were neither read, nor removed, nor kept
   */
  close(keeper: object): string[] {
    for (const { named, values } of this.#given) {
      const kept = Object.values(keeper).includes(named);
      for (const name of this.names) {
        const watched = Object.getOwnPropertyDescriptor(named, name)?.get !== undefined;
        if (kept || !watched) this.#read.add(name);
        // a frozen one stays as it is
        const value = { value: values[name], writable: true, enumerable: true, configurable: true };
        if (watched) Reflect.defineProperty(named, name, value);
      }
      Reflect.deleteProperty(named, inspect);
    }
    return this.names.filter((name) => !this.#read.has(name));
  }
}
