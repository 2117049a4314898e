import {
  action,
  Batch,
  type Column,
  type Dense,
  type Item,
  inbatchParallel,
  partial,
  type Ragged,
  rows,
} from "nogil";
import { peak } from "./kernels.js";

export interface Components {
  x: Ragged<"f64">;
  y: Ragged<"f32">;
  n: Dense<"f64">;
  i: Dense<"i32">;
  u: Dense<"u8">;
  l: Dense<"i64">;
  image: Dense<"u8", [2, 3]>;
  label: string[];
  flags: boolean[];
  maybe: Dense<"f64"> | (number | null)[];
  column: Column;
  any: any;
}

export class Signals extends Batch<Components, string> {
  @action
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  findPeaks({ floor = 0.5 } = {}) {
    return partial(peak, { floor });
  }

  @action
  @inbatchParallel({ init: "indices" })
  classify(id: Item<string>, threshold: number) {
    return id.length > threshold;
  }
}

export class Others extends Batch<{ z: Dense<"f64"> }, number> {}

export declare const batch: ReturnType<typeof makeSignals>;
const makeSignals = () => Signals.from(["a"]);
export declare const row: Float64Array;
export declare const row32: Float32Array;
export declare const either: boolean;
