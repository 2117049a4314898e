import type { Batch, DataType } from "@uwdata/flechette";
import { Type, typeName } from "./types.js";

/** Where the rows of a list lie among its elements. */
export interface Rows {
  /** the element that each row begins at */
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  /** images: the sizes of each row's dimensions, row after row */
  readonly sizes?: Uint32Array;
}

/**
 * The rows of an Arrow list, whose null rows are empty.
 * @param width elements of one entry
 * @throws RangeError for rows that do not lie within the list's entries
 */
export function rowsOf(
  type: DataType,
  batch: Batch<any>,
  entries: number,
  width: number,
  what: string,
): Rows {
  const { length } = batch;
  const starts = new Float64Array(length);
  const lengths = new Uint32Array(length);
  const views = type.typeId === Type.ListView || type.typeId === Type.LargeListView;
  const offsets = batch.offsets as ArrayLike<number | bigint>;
  const sizes = batch.sizes as ArrayLike<number | bigint>;
  for (let i = 0; i < length; i++) {
    if (batch.nullCount > 0 && !batch.isValid(i)) continue;
    const start = Number(offsets[i]);
    const count = views ? Number(sizes[i]) : Number(offsets[i + 1]) - start;
    // also where the offsets are cut off, since nothing compares with undefined
    if (!(start >= 0 && count >= 0 && start + count <= entries)) {
      throw new RangeError(
        `${what} is broken: row ${i} begins at entry ${start} and has ${count}, of ${entries} in all.`,
      );
    }
    if (count * width > 0xffff_ffff) {
      throw new RangeError(
        `${what} has a row of ${count * width} elements, more than a column holds: row ${i}.`,
      );
    }
    starts[i] = start * width;
    lengths[i] = count * width;
  }
  return { starts, lengths };
}

/** Sizes of rows whose entries have a shape: the number of entries, then that shape. */
export function sizesWithin({ lengths }: Rows, entryShape: readonly number[]): Uint32Array | undefined {
  if (entryShape.length === 0) return undefined;
  const width = entryShape.reduce((all, size) => all * size, 1);
  const dimensions = entryShape.length + 1;
  const sizes = new Uint32Array(lengths.length * dimensions);
  lengths.forEach((length, i) => {
    sizes[i * dimensions] = width === 0 ? 0 : length / width;
    sizes.set(entryShape, i * dimensions + 1);
  });
  return sizes;
}

/**
 * The sizes of images, from the second part of their Struct.
 * @throws TypeError, RangeError where they are null, or are not those of the row
 */
export function sizesBeside(
  type: DataType & { typeId: 13 },
  batch: Batch<any>,
  { lengths }: Rows,
  dimensions: number,
  what: string,
): Uint32Array {
  const at = type.children.findIndex(({ name }) => name === "shape");
  const shapes = batch.children[at];
  const child = shapes.children[0];
  const sizes = new Uint32Array(lengths.length * dimensions);
  for (let i = 0; i < lengths.length; i++) {
    if (batch.nullCount > 0 && !batch.isValid(i)) continue;
    let elements = 1;
    for (let d = 0; d < dimensions; d++) {
      const size = shapes.nullCount > 0 && !shapes.isValid(i) ? null : child.at(i * dimensions + d);
      if (size === null || size === undefined) throw new TypeError(`${what} has no shape at row ${i}.`);
      sizes[i * dimensions + d] = Number(size);
      elements *= Number(size);
    }
    if (elements === lengths[i]) continue;
    throw new RangeError(
      `${what} has ${lengths[i]} elements at row ${i}, which is not shape ` +
        `[${sizes.subarray(i * dimensions, (i + 1) * dimensions).join(", ")}] (${typeName(type)}).`,
    );
  }
  return sizes;
}
