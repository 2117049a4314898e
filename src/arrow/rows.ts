import type { DataType } from "@uwdata/flechette";
import type { Budget } from "./ipc/budget.js";
import { nullTest, type Part } from "./ipc/part.js";
import { typeName } from "./types.js";
import { brokenValue, rangesOf, readerOf } from "./values.js";

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
export function rowsOf(type: DataType, part: Part, entries: number, width: number, what: string): Rows {
  const { length } = part;
  const starts = new Float64Array(length);
  const lengths = new Uint32Array(length);
  const ranges = rangesOf(type, part, entries, what);
  const isNull = nullTest(part);
  for (let i = 0; i < length; i++) {
    if (isNull(i)) continue;
    const begin = ranges.begin(i);
    const elements = (ranges.end(i, begin) - begin) * width;
    if (elements > 0xffff_ffff) {
      throw new RangeError(`${what} has a row of ${elements} elements, more than a column holds: row ${i}.`);
    }
    starts[i] = begin * width;
    lengths[i] = elements;
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
  part: Part,
  { lengths }: Rows,
  dimensions: number,
  what: string,
  budget: Budget,
): Uint32Array {
  const at = type.children.findIndex(({ name }) => name === "shape");
  const shapes = part.children![at];
  const { type: sizeType } = (type.children[at].type as DataType & { typeId: 16 }).children[0];
  const sizeAt = readerOf(sizeType, shapes.children![0], { what, budget, exact: true });
  const sizes = new Uint32Array(lengths.length * dimensions);
  const [isNull, hasNoShape] = [nullTest(part), nullTest(shapes)];
  for (let i = 0; i < lengths.length; i++) {
    if (isNull(i)) continue;
    let elements = 1;
    for (let d = 0; d < dimensions; d++) {
      const size = hasNoShape(i) ? null : sizeAt(i * dimensions + d);
      if (size === null || size === undefined) throw new TypeError(`${what} has no shape at row ${i}.`);
      if (!(Number(size) >= 0)) throw brokenValue(what, `row ${i} has the size ${size}`);
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
