/**
 * The array itself, or one with undefined in the place of its holes, which `forEach`, `map`, `every` and iterators of others
 * pass over.
 */
export function withoutHoles<T>(values: readonly T[]): readonly T[] {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === undefined && !(i in values)) return Array.from(values);
  }
  return values;
}
