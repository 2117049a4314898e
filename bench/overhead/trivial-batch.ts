import { Batch, type Item, inbatchParallel, type Results, rows } from "nogil";
import { double as doubleKernel } from "../build/overhead.js";

/** What a trivial item does, on every target and in every peer. */
export function double(n: number): number {
  return n * 2;
}

/** A batch whose parallel methods do next to nothing for an item. */
export class TrivialBatch extends Batch<{ x: any }, number> {
  static override module = import.meta.url;

  values(results: Results<number>) {
    return results;
  }

  @inbatchParallel({ init: "indices", post: "values", target: "threads" })
  threads(n: Item<number>) {
    return double(n);
  }

  @inbatchParallel({ init: "indices", post: "values", target: "async" })
  async async(n: Item<number>) {
    return double(n);
  }

  @inbatchParallel({ init: "indices", post: "values", target: "mpc" })
  mpc() {
    return double;
  }

  @inbatchParallel({ init: rows("x"), post: "values", target: "nogil" })
  nogilRows() {
    return doubleKernel;
  }

  @inbatchParallel({ init: "entries", post: "values", target: "nogil" })
  nogilLists() {
    return doubleKernel;
  }

  entries() {
    return this.indices.map((n) => [n]);
  }
}
