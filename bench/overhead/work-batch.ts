import { Batch, type Item, inbatchParallel, type Results } from "nogil";

/** So many rounds of a generator of random numbers: work that no compiler can leave out, and that costs the same everywhere. */
export function churn(seed: number, rounds: number): number {
  let state = seed | 1;
  for (let i = 0; i < rounds; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

/** A batch whose items keep a core busy. */
export class WorkBatch extends Batch<object, number> {
  static override module = import.meta.url;

  values(results: Results<number>) {
    return results;
  }

  @inbatchParallel({ init: "indices", post: "values", target: "threads" })
  threads(n: Item<number>, rounds: number) {
    return churn(n, rounds);
  }

  @inbatchParallel({ init: "indices", post: "values", target: "async" })
  async async(n: Item<number>, rounds: number) {
    return churn(n, rounds);
  }

  @inbatchParallel({ init: "indices", post: "values", target: "mpc" })
  mpc(_rounds: number) {
    return churn;
  }
}
