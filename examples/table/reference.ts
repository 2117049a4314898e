import { scalingBy } from "./fit.js";
import { quantileOf, quartiles } from "./quantile.js";

/** A numeric column scaled, with the quartiles of all its numbers sorted. */
export function scaledColumn(name: string, x: Float64Array): Float64Array {
  const sorted = x.filter((value) => !Number.isNaN(value)).sort();
  const found = quartiles.map((quantile) => quantileOf(sorted, quantile)) as [number, number, number];
  const { center, scale } = scalingBy(name, found, x.length - sorted.length);
  return x.map((value) => (value - center) / scale);
}

/** A categorical column encoded, `[rows × categories]`. */
export function encodedColumn(values: readonly (string | null)[]): Float32Array {
  const categories = [...new Set(values)].filter((value) => value !== null).sort();
  const encoded = new Float32Array(values.length * categories.length);
  for (const [i, value] of values.entries()) {
    if (value !== null) encoded[i * categories.length + categories.indexOf(value)] = 1;
  }
  return encoded;
}
