import { type Dtype, dtypeOf, dtypes, isTypedArray, type TypedArray } from "../abi/dtype.js";
import { areAll, firstOther } from "../base/arrays.js";
import { ofAnotherCopy } from "../base/copies.js";
import { kindOf } from "../base/kind-of.js";
import { typedArrayName } from "../base/realms.js";
import type { Column, Component } from "./column.js";
import { DenseColumn, denseFrom, uncleared } from "./dense.js";
import { RaggedColumn, raggedFrom } from "./ragged.js";

/**
 * Makes a column of one value an item, by copying: numbers give a dense f64 column `[N]`, typed arrays of one length a
 * dense one `[N, length]`, typed arrays of several lengths a ragged one.
 * @param what names the values in errors
 * @throws TypeError for anything else, naming the first value that does not fit
 */
export function columnFrom(values: readonly unknown[], what: string): Column {
  const [first] = values;
  const noNumber = firstOther("number", values);
  if (noNumber < 0) return columnOfNumbers(values as number[]);
  if (!isTypedArray(first)) {
    throw new TypeError(
      `${what} make no column: expected numbers or typed arrays, item ${noNumber} is ${kindOf(values[noNumber])}.`,
    );
  }
  const dtype = checkClass(first, what);
  const odd = firstOfAnotherDtype(values, dtype);
  if (odd >= 0) {
    throw new TypeError(
      `${what} make no column: expected typed arrays of one class, item 0 is ${kindOf(first)}, ` +
        `item ${odd} is ${kindOf(values[odd])}.`,
    );
  }
  return columnOfRows(values as TypedArray[], dtype);
}

function columnOfNumbers(values: readonly number[]): Column {
  const column = uncleared("f64", [values.length]);
  const elements = column.values;
  for (let i = 0; i < elements.length; i++) elements[i] = values[i];
  return column;
}

function columnOfRows(values: readonly TypedArray[], dtype: Dtype): Column {
  const { length } = values[0];
  for (let i = 1; i < values.length; i++) if (values[i].length !== length) return raggedFrom(values, dtype);
  const column = uncleared(dtype, [values.length, length]);
  const elements = column.values as Float64Array;
  for (let i = 0; i < values.length; i++) elements.set(values[i] as Float64Array, i * length);
  return column;
}

/** A ragged column whose items are equally long as a dense one over the same memory, any other column as it is. */
export function denseIfEqual(column: Column): Column {
  if (!(column instanceof RaggedColumn) || column.lengths.some((length) => length !== column.lengths[0]))
    return column;
  const dense = column.toDense();
  // the memory stays, it is shared
  column.dispose();
  return dense;
}

/**
 * A component made of what a user gives for it. A column stays itself; a typed array of N elements becomes a dense
 * column, and an array of numbers or of typed arrays the column that `columnFrom` makes, both by copying; any other
 * array stays as it is.
 * @throws TypeError for what is not an array, RangeError when its length is not `length`
 */
export function toComponent(value: unknown, length: number, what: string): Component {
  // before it is copied; a typed array whose buffer was transferred has no elements any more
  if ((isColumn(value) || isTypedArray(value) || Array.isArray(value)) && value.length !== length) {
    throw new RangeError(
      `${what} has ${value.length} elements, expected ${length}: one for each item of the batch.`,
    );
  }
  return asComponent(value, what);
}

function asComponent(value: unknown, what: string): Component {
  if (isColumn(value)) return value;
  if (isTypedArray(value)) {
    checkClass(value, what);
    return denseFrom(value);
  }
  if (!Array.isArray(value)) {
    throw new TypeError(
      `${what} is ${kindOf(value)}, expected a column, a typed array or an array with an element for each item.`,
    );
  }
  if (value.length > 0 && areAll("number", value)) return columnOfNumbers(value);
  return areRows(value) ? columnOfRows(value, checkClass(value[0], what)) : value;
}

/** @throws TypeError for a typed array whose elements have no dtype */
export function checkClass(array: TypedArray, what: string): Dtype {
  const dtype = dtypeOf(array);
  if (dtype) return dtype;
  throw new TypeError(
    `${what}: no column has the elements of a ${typedArrayName(array)}, expected a typed array of ${dtypes.join(", ")}.`,
  );
}

/** Whether an array has a typed array for each item, all of one class, so that a column can be made of it. */
export function areRows(values: readonly unknown[]): values is readonly TypedArray[] {
  const name = typedArrayName(values[0]);
  if (name === undefined) return false;
  for (let i = 1; i < values.length; i++) if (typedArrayName(values[i]) !== name) return false;
  return true;
}

function firstOfAnotherDtype(values: readonly unknown[], dtype: Dtype): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isTypedArray(value) || dtypeOf(value) !== dtype) return i;
  }
  return -1;
}

/** @throws TypeError for a column of another copy of the library, whose memory is not this one's */
export function isColumn(value: unknown): value is Column {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (value instanceof DenseColumn || value instanceof RaggedColumn) return true;
  if ("dtype" in value && "layout" in value && "shapeAt" in value) throw ofAnotherCopy(value, "A column");
  return false;
}

/** What item `i` has of a component: a number or a view of a column, the element of an array. */
export function elementAt(component: Component, i: number): unknown {
  return Array.isArray(component) ? component[i] : (component as Column).at(i);
}
