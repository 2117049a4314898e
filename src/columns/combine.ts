import type { Column } from "./column.js";
import { checkPosition, DenseColumn, dense, product } from "./dense.js";
import type { Dtype } from "./dtype.js";
import { ragged } from "./ragged.js";

/**
 * A new column with the items at these positions, in their order; a position may come twice. Copies, O(bytes).
 * @throws RangeError for a position that is none
 */
export function subset<C extends Column>(column: C, positions: ArrayLike<number>): C {
  for (let i = 0; i < positions.length; i++) checkPosition(positions[i], column.length);
  const target = emptyLike([column], positions.length, (i) => [column, positions[i]]);
  for (let i = 0; i < positions.length; i++) copyItem(column, positions[i], target, i);
  return target as unknown as C;
}

/** A new column with the items from `begin` up to `end`, as `slice` of an array reads them. Copies, O(bytes). */
export function slice<C extends Column>(column: C, begin = 0, end = column.length): C {
  const [first, last] = [begin, end].map((at) =>
    Math.min(column.length, at < 0 ? Math.max(0, column.length + at) : at),
  );
  return subset(
    column,
    Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i),
  );
}

/**
 * A new column with the items of all columns, one column after another. Dense if all are, with items of one shape; else
 * ragged. Copies, O(bytes).
 * @throws TypeError when there are none, their dtypes differ, or their items have different numbers of dimensions
 */
export function concat(columns: readonly Column[]): Column {
  if (columns.length === 0) throw new TypeError("Nothing to put together: expected at least one column.");
  const [{ dtype }] = columns;
  columns.forEach((column, i) => {
    if (column.dtype === dtype) return;
    throw new TypeError(
      `Only columns of one dtype can be put together: column 0 is ${dtype}, column ${i} ${column.dtype}.`,
    );
  });
  const items: [Column, number][] = columns.flatMap((column) =>
    Array.from({ length: column.length }, (_, i): [Column, number] => [column, i]),
  );
  const target = emptyLike(columns, items.length, (i) => items[i]);
  items.forEach(([column, from], i) => {
    copyItem(column, from, target, i);
  });
  return target;
}

function emptyLike(
  columns: readonly Column[],
  length: number,
  item: (i: number) => [Column, number],
): Column {
  const [{ dtype, shape }] = columns;
  const itemShape = shape.slice(1) as number[];
  const alike = columns.every(
    (column) => column instanceof DenseColumn && sameShape(column.shape.slice(1), itemShape),
  );
  if (alike) return dense(dtype as Dtype, [length, ...itemShape]);
  const dimensions = itemShape.length;
  const shapes = Array.from({ length }, (_, i) => {
    const [column, from] = item(i);
    const one = column.shapeAt(from);
    if (one.length !== dimensions || dimensions === 0) {
      throw new TypeError(`Items of ${dimensions} and of ${one.length} dimensions do not make one column.`);
    }
    return one;
  });
  return ragged(dtype, dimensions === 1 ? shapes.map(product) : shapes);
}

function copyItem(from: Column, i: number, to: Column, k: number): void {
  const item = from.at(i);
  if (ArrayBuffer.isView(item)) (to.at(k) as Float64Array).set(item as Float64Array);
  else to.values[k] = item as never;
}

function sameShape(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
