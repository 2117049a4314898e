import type { Column } from "../columns/column.js";
import { checkDtype, checkShape, dense } from "../columns/dense.js";
import { type Dtype, dtypeOf, isTypedArray, type TypedArray } from "../columns/dtype.js";
import { kindOf } from "../columns/from-values.js";
import { ragged } from "../columns/ragged.js";
import { checkOptionNames, shownValue } from "../option-names.js";

/** What `batch.allocate` takes. */
export interface Allocation {
  readonly dtype: Dtype;
  readonly shape?: readonly number[] | undefined;
  readonly shapes?: readonly number[] | readonly (readonly number[])[] | undefined;
  readonly values?: TypedArray | readonly TypedArray[] | undefined;
}

const optionNames = ["dtype", "shape", "shapes", "values"];

/** A column for so many items, of zeros or of the values given. `what` names it in errors. */
export function allocateColumn(length: number, how: Allocation, what: string): Column {
  checkOptionNames(how, optionNames, `${what}: allocate()`);
  const { dtype, shape = [], shapes, values } = how;
  if (shapes !== undefined && how.shape !== undefined) {
    throw new TypeError(
      `${what}: allocate() takes either the shape of all items or the shapes of each, not both.`,
    );
  }
  if (!Array.isArray(shape)) {
    throw new TypeError(
      `${what}: shape takes the sizes of one item in an array, [480, 640], got ${shownValue(shape)}.`,
    );
  }
  checkDtype(dtype);
  checkShape(shape, `${what}: shape`);
  if (shapes !== undefined && !Array.isArray(shapes) && !isTypedArray(shapes)) {
    throw new TypeError(
      `${what}: shapes takes the length of each item in an array, or the sizes of each, got ${shownValue(shapes)}.`,
    );
  }
  if (shapes && shapes.length !== length) {
    throw new RangeError(`${what} takes ${length} shapes, one for each item, got ${shapes.length}.`);
  }
  const column = shapes ? ragged(dtype, shapes) : dense(dtype, [length, ...shape]);
  if (values !== undefined) fill(column, values, what);
  return column;
}

function fill(column: Column, given: TypedArray | readonly TypedArray[], what: string): void {
  const { dtype, values, offsets, length } = column;
  const perItem = Array.isArray(given);
  const arrays = perItem ? (given as TypedArray[]) : [given as TypedArray];
  if (perItem && arrays.length !== length) {
    throw new RangeError(
      `${what} takes ${length} arrays of values, one for each item, got ${arrays.length}.`,
    );
  }
  const bounds = perItem ? (offsets ?? Array.from(arrays, (_, i) => (i * values.length) / length)) : [0];
  for (const [i, array] of arrays.entries()) {
    const room = values.subarray(bounds[i], bounds[i + 1]);
    if (!isTypedArray(array) || dtypeOf(array) !== dtype || array.length !== room.length) {
      const got = isTypedArray(array) ? `${kindOf(array)}(${array.length})` : shownValue(array);
      const wanted = `${kindOf(values)}(${room.length})${perItem ? ` for item ${i}` : ""}`;
      throw new RangeError(`${what} takes ${wanted}, got ${got}.`);
    }
    (room as Float64Array).set(array as Float64Array);
  }
}
