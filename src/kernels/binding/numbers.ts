import { type ArrayOf, type Dtype, typedArrays } from "../../abi/dtype.js";
import { toScalar } from "./scalars.js";

/** An array of numbers, as it is copied for rows of one dtype. */
export class Numbers {
  constructor(
    readonly values: readonly unknown[],
    readonly dtype: Dtype,
  ) {}

  copyTo(memory: ArrayBufferLike, address: number): void {
    const { values, dtype } = this;
    const elements = this.#elements(memory, address);
    if (dtype === "i64" || dtype === "u64") {
      for (let i = 0; i < elements.length; i++) elements[i] = toScalar(dtype, values[i]) as never;
    } else elements.set(values as never);
  }

  copyFrom(memory: ArrayBufferLike, address: number): void {
    const elements = this.#elements(memory, address);
    const values = this.values as unknown[];
    for (let i = 0; i < elements.length; i++) values[i] = elements[i];
  }

  #elements(memory: ArrayBufferLike, address: number): ArrayOf<Dtype> {
    return new typedArrays[this.dtype](memory as ArrayBuffer, address, this.values.length);
  }
}

/** Where the first element is that a row of the dtype does not take; -1 where there is none. */
export function oddElement(values: readonly unknown[], dtype: Dtype): number {
  if (dtype === "f64" || dtype === "f32") {
    for (let i = 0; i < values.length; i++) if (typeof values[i] !== "number") return i;
    return -1;
  }
  return values.findIndex((value) => toScalar(dtype, value) === undefined);
}
