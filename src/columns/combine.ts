import { typedArrays } from "../abi/dtype.js";
import type { Column } from "./column.js";
import { checkPosition, DenseColumn, uncleared } from "./dense.js";
import { RaggedColumn, unclearedRagged } from "./ragged.js";
import { copyRows, copyWords, gatherWords, type Words, wordBytes, wordsIn, wordsOf } from "./words.js";

/** Items of a column that follow one another. */
interface Run {
  readonly column: Column;
  readonly begin: number;
  readonly end: number;
}

/**
 * A new column with the items at these positions, in their order; a position may come twice. Copies, O(bytes).
 * @throws RangeError for a position that is none
 */
export function subset<C extends Column>(column: C, positions: ArrayLike<number>): C {
  for (let i = 0; i < positions.length; i++) checkPosition(positions[i], column.length);
  return (
    column instanceof DenseColumn ? gather(column, positions) : gatherRows(asRagged(column), positions)
  ) as never;
}

/** A new column with the items from `begin` up to `end`, as `slice` of an array reads them. Copies, O(bytes). */
export function slice<C extends Column>(column: C, begin = 0, end = column.length): C {
  const [first, last] = [begin, end].map((at) =>
    Math.min(column.length, at < 0 ? Math.max(0, column.length + at) : at),
  );
  return join([column], first < last ? [{ column, begin: first, end: last }] : []) as C;
}

/**
 * The items from `begin` up to `end` as a column over the same memory, which goes when both are disposed of. Copies
 * nothing, O(1).
 * @throws RangeError for a range that is none
 */
export function part<C extends Column>(column: C, begin: number, end: number): C {
  if (!(Number.isInteger(begin) && Number.isInteger(end) && 0 <= begin && begin <= end)) {
    throw new RangeError(`Items from ${begin} up to ${end} are not a range.`);
  }
  if (end > 0) checkPosition(end - 1, column.length);
  if (column instanceof DenseColumn) {
    const { storage, dtype, shape, address, layout } = column;
    const at = address + begin * layout.stride;
    return new DenseColumn(
      storage.share(),
      dtype,
      [end - begin, ...(shape as number[]).slice(1)],
      at,
    ) as never;
  }
  const { storage, dtype, addresses, lengths, sizes, dimensions } = asRagged(column);
  return new RaggedColumn(storage.share(), dtype, {
    addresses: addresses.subarray(begin, end),
    lengths: lengths.subarray(begin, end),
    sizes: sizes?.subarray(begin * dimensions, end * dimensions),
    dimensions,
  }) as never;
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
  // the shape of items that are not there does not matter
  const filled = columns.filter(({ length }) => length > 0);
  return join(
    filled.length > 0 ? filled : columns.slice(0, 1),
    filled.map((column) => ({ column, begin: 0, end: column.length })),
  );
}

function gather(column: DenseColumn, positions: ArrayLike<number>): Column {
  const target = uncleared(column.dtype, [positions.length, ...column.shape.slice(1)]);
  const { BYTES_PER_ELEMENT: bytes } = column.values;
  const length = (column.itemLength * bytes) / wordBytes(bytes);
  gatherWords(wordsOf(column.values, bytes), positions, wordsOf(target.values, bytes), length);
  return target;
}

function gatherRows(column: RaggedColumn, positions: ArrayLike<number>): Column {
  const { storage, dtype, dimensions, sizes } = column;
  storage.check();
  const count = positions.length;
  const from = column.lengths;
  const lengths = new Uint32Array(count);
  for (let i = 0; i < count; i++) lengths[i] = from[positions[i]];
  const own = sizes && new Uint32Array(count * dimensions);
  if (own) gatherWords(wordsOf(sizes, 4), positions, wordsOf(own, 4), dimensions);
  const target = unclearedRagged(dtype, { lengths, sizes: own, dimensions });
  const { values } = target;
  const bytes = values.BYTES_PER_ELEMENT;
  copyRows(wordsIn(storage.buffer, bytes), column, bytes, positions, wordsOf(values, bytes), 0);
  return target;
}

function join(columns: readonly Column[], runs: readonly Run[]): Column {
  const [{ dtype, shape }] = columns;
  const length = runs.reduce((sum, { begin, end }) => sum + end - begin, 0);
  const alike = columns.every(
    (column) => column instanceof DenseColumn && sameShape(column.shape.slice(1), shape.slice(1)),
  );
  const target = alike
    ? uncleared(dtype, [length, ...(shape.slice(1) as number[])])
    : unclearedRagged(dtype, measure(columns, runs, length));
  const bytes = typedArrays[dtype].BYTES_PER_ELEMENT;
  const values = wordsOf(target.values, bytes);
  let at = 0;
  for (const run of runs) at = copyRun(run, values, at);
  return target;
}

function measure(columns: readonly Column[], runs: readonly Run[], length: number) {
  const dimensions = dimensionsOf(columns[0]);
  for (const column of columns) {
    const here = dimensionsOf(column);
    if (here === dimensions && here > 0) continue;
    throw new TypeError(`Items of ${dimensions} and of ${here} dimensions do not make one column.`);
  }
  const lengths = new Uint32Array(length);
  const sizes = dimensions > 1 ? new Uint32Array(length * dimensions) : undefined;
  let at = 0;
  for (const { column, begin, end } of runs) {
    if (column instanceof DenseColumn) {
      lengths.fill(column.itemLength, at, at + end - begin);
      const own = column.shape.slice(1);
      const last = (at + end - begin) * dimensions;
      if (sizes) for (let i = at * dimensions; i < last; i++) sizes[i] = own[i % dimensions];
    } else {
      const rows = asRagged(column);
      lengths.set(rows.lengths.subarray(begin, end), at);
      sizes?.set(rows.sizes!.subarray(begin * dimensions, end * dimensions), at * dimensions);
    }
    at += end - begin;
  }
  return { lengths, sizes, dimensions };
}

/** @returns where the next run goes */
function copyRun({ column, begin, end }: Run, to: Words, at: number): number {
  const bytes = typedArrays[column.dtype].BYTES_PER_ELEMENT;
  if (column instanceof DenseColumn) {
    const { values, itemLength } = column;
    const from = wordsOf(values.subarray(begin * itemLength, end * itemLength), bytes);
    copyWords(from, 0, to, at, from.length);
    return at + from.length;
  }
  const { storage, addresses, lengths } = asRagged(column);
  storage.check();
  return copyRows(wordsIn(storage.buffer, bytes), { addresses, lengths }, bytes, { begin, end }, to, at);
}

function dimensionsOf(column: Column): number {
  return column instanceof RaggedColumn ? column.dimensions : column.shape.length - 1;
}

function asRagged(column: Column): RaggedColumn {
  if (column instanceof RaggedColumn) return column;
  throw new TypeError("Only columns made by nogil can be joined and divided.");
}

function sameShape(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
