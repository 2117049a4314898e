import { Batch, Dataset, type Item, inbatchParallel, partial } from "nogil";
import * as kernels from "./kernels.js";

class Hovered extends Batch<object, string> {
  /** Whether an id is long. */
  @inbatchParallel({ init: "indices", post: () => undefined })
  classify(id: Item<string>, threshold: number) {
    return id.length > threshold;
  }

  @inbatchParallel({ init: "pairs" })
  named(id: Item<string>, scale: number, options: { left: Item<number>; right: number }) {
    return id.length * scale + options.left + options.right;
  }

  pairs() {
    return this.indices.map((id) => [[id], { left: 1 }]);
  }
}

const batch = Hovered.from(["a"]);
const bound = partial(kernels.peak, { floor: 1 });
export const hovered = [
  batch.classify(1),
  batch.named(1, { right: 2 }),
  new Dataset(["a"], Hovered).pipeline().classify(1),
  bound,
];
