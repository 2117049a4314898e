import { action, Batch, type Item, inbatchParallel, type Results } from "nogil";

/** A class with decorators, which the environment's own loader has to compile. */
export class Decorated extends Batch<Record<string, never>, number> {
  static override module = import.meta.url;

  kept: unknown[] = [];

  @action
  @inbatchParallel({ init: "indices", post: "keep", target: "threads" })
  triple(n: Item<number>) {
    return 3 * n;
  }

  keep(results: Results<number>) {
    this.kept = [...results];
    return this;
  }
}
