import { checkShape, product } from "./dense.js";

/** Lengths, or shapes, of the items of a ragged column. */
export type Items = ArrayLike<number> | readonly (readonly number[])[];

/** Lengths of items, and their shapes. */
export interface Measured {
  /** elements */
  readonly lengths: Uint32Array;
  /** items of more than one dimension: the size of each, item after item */
  readonly sizes?: Uint32Array;
  /** how many dimensions an item has; 1 unless `sizes` are given */
  readonly dimensions: number;
}

/** @throws TypeError for sizes that are none, RangeError for items of more elements than a column holds */
export function measure(items: Items): Measured {
  const count = items.length;
  const lengths = new Uint32Array(count);
  if (count === 0 || typeof items[0] === "number") {
    checkShape(items as ArrayLike<number>);
    lengths.set(items as ArrayLike<number>);
    return { lengths, dimensions: 1 };
  }
  const shapes = items as readonly (readonly number[])[];
  for (let i = 0; i < count; i++) {
    if (Array.isArray(shapes[i])) continue;
    throw new TypeError(
      `The shapes of items are all numbers, their lengths, or all arrays of sizes: item ${i} has ${String(shapes[i])}.`,
    );
  }
  const dimensions = shapes[0].length;
  const sizes = new Uint32Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    const shape = shapes[i];
    checkShape(shape);
    if (shape.length !== dimensions || dimensions === 0) {
      throw new TypeError(
        `Items of one column have equally many dimensions: item 0 has ${dimensions}, item ${i} ${shape.length}.`,
      );
    }
    for (let d = 0; d < dimensions; d++) sizes[i * dimensions + d] = shape[d];
    const elements = product(shape);
    if (elements >= 2 ** 32) {
      throw new RangeError(`Item ${i} of shape [${shape.join(", ")}] has more elements than a column holds.`);
    }
    lengths[i] = elements;
  }
  return { lengths, sizes, dimensions };
}
