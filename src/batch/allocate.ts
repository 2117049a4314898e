import { type Dtype, dtypeOf, dtypes, isTypedArray, type TypedArray, typedArrays } from "../abi/dtype.js";
import { kindOf } from "../base/kind-of.js";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import type { Column } from "../columns/column.js";
import { checkDtype, checkShape, dense } from "../columns/dense.js";
import { ragged } from "../columns/ragged.js";

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
  checkNamedDtype(dtype, what);
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

// what other libraries call them
const meant: Readonly<Record<string, Dtype>> = {
  number: "f64",
  double: "f64",
  float: "f32",
  float64: "f64",
  float32: "f32",
  bigint: "i64",
  int: "i32",
  byte: "u8",
  bool: "u8",
  boolean: "u8",
  ...Object.fromEntries(
    [8, 16, 32, 64].flatMap((bits) => [
      [`int${bits}`, `i${bits}`],
      [`uint${bits}`, `u${bits}`],
    ]),
  ),
};

function checkNamedDtype(dtype: unknown, what: string): void {
  if (dtype === undefined) {
    throw new TypeError(
      `${what}: allocate() takes a dtype, one of ${dtypes.join(", ")}, such as { dtype: "f64" }, got none.`,
    );
  }
  const near =
    typeof dtype === "string"
      ? meant[dtype.toLowerCase()]
      : dtypes.find((each) => typedArrays[each] === (dtype as unknown));
  if (near === undefined) {
    checkDtype(String(dtype));
    return;
  }
  const given = typeof dtype === "function" ? dtype.name : shownValue(dtype);
  throw new TypeError(`${what}: there is no dtype ${given}: write dtype: "${near}".`);
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
      throw new RangeError(`${what} takes ${wanted}, got ${got}.${hintFor(array, room, column)}`);
    }
    (room as Float64Array).set(array as Float64Array);
  }
}

function hintFor(array: unknown, room: TypedArray, { shape, values }: Column): string {
  const name = kindOf(values);
  if (typeof array === "number" || typeof array === "bigint")
    return ` All values are one typed array: ${name}.from(values).`;
  if (Array.isArray(array)) return ` Make a typed array of it: ${name}.from(row.flat()).`;
  const [length, ...sizes] = shape;
  // the shape of a whole array, as other libraries have it
  if (sizes[0] === length && isTypedArray(array) && array.length * length! === room.length) {
    return ` shape is that of one item, without the number of items: [${sizes.slice(1).join(", ")}].`;
  }
  return "";
}
