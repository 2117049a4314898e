/** Items that ran, and the milliseconds that they took together. */
export interface Measured {
  readonly items: number;
  readonly milliseconds: number;
}

/** What to believe after another measurement. */
export type Believe = (before: Measured | undefined, found: Measured) => Measured;

/**
 * More is believed at once, less little by little: for where the work of a whole call is decided on, which would hold up
 * everything if it turned out larger.
 */
export const cautiously: Believe = (before, found) => {
  const milliseconds = perItemOf(found);
  return {
    items: 1,
    milliseconds: Math.max(milliseconds, (perItemOf(before ?? found) + 3 * milliseconds) / 4),
  };
};

// how much of what was measured before counts beside what was found
const memory = 0.7;

/** By how many items were measured, older ones less and less: for where the next decision comes soon. */
export const byWeight: Believe = (before = { items: 0, milliseconds: 0 }, found) => ({
  items: memory * before.items + found.items,
  milliseconds: memory * before.milliseconds + Math.max(found.milliseconds, 1e-3),
});

function perItemOf({ items, milliseconds }: Measured): number {
  return milliseconds / items;
}

/** What the items of earlier calls took, by kernel or by label. */
export class CostModel<Key> {
  constructor(
    private readonly known: {
      get(key: Key): Measured | undefined;
      set(key: Key, measured: Measured): unknown;
    },
    private readonly believe: Believe,
  ) {}

  /** Milliseconds that one item takes, if any was measured. */
  perItem(key: Key): number | undefined {
    const measured = this.known.get(key);
    return measured && perItemOf(measured);
  }

  learn(key: Key, items: number, milliseconds: number): void {
    if (items === 0) return;
    this.known.set(key, this.believe(this.known.get(key), { items, milliseconds }));
  }
}

/** The entries that were set last. */
export class RecentEntries<Key, Value> {
  readonly #entries = new Map<Key, Value>();

  constructor(private readonly most: number) {}

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.most) this.#entries.delete(this.#entries.keys().next().value!);
  }
}
