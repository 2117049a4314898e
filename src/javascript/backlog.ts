import type { ChunkItems } from "./chunk-protocol.js";

/** The items of a call that no worker has: a run of those never sent, and single ones that came back. */
export class Backlog {
  #first = 0;
  readonly #returned: number[] = [];
  readonly #apart: number[] = [];

  constructor(private readonly length: number) {}

  get remaining(): number {
    return this.length - this.#first + this.#returned.length + this.#apart.length;
  }

  take(count: number): ChunkItems {
    if (this.#apart.length > 0) return { items: [this.#apart.pop()!] };
    if (this.#returned.length > 0) return { items: this.#returned.splice(0, count) };
    const first = this.#first;
    this.#first = Math.min(this.length, first + count);
    return { first, count: this.#first - first };
  }

  /** @param apart each of the items in a chunk of its own */
  requeue(items: readonly number[], { apart = false } = {}): void {
    const target = apart ? this.#apart : this.#returned;
    for (const item of items) target.push(item);
  }

  /** Takes every item, since none is to run any more. */
  *drain(): Iterable<number> {
    yield* this.#apart.splice(0);
    yield* this.#returned.splice(0);
    while (this.#first < this.length) yield this.#first++;
  }
}
