import { type Dtype, dtypeOf, isTypedArray, type TypedArray, typedArrays } from "../abi/dtype.js";
import { kindOf } from "../base/kind-of.js";
import { shownValue } from "../base/option-names.js";
import { isError } from "../base/realms.js";
import type { Column, Component } from "../columns/column.js";
import { denseFrom } from "../columns/dense.js";
import { toComponent } from "../columns/from-values.js";
import { outcomeOf, type Results, readAll } from "./results.js";

/**
 * Results as a component, with `fill` in the place of each that failed. Those of a kernel have its dtype, whether an item
 * failed or not.
 * @throws TypeError for a number or typed array that a column of the kernel's results does not hold
 */
export function filledWith(results: Results<any>, fill: unknown, length: number, name: string): Component {
  const { column, length: items } = outcomeOf(results);
  const scalar = column && asElement(column, fill, name);
  if (results.failures.length === 0 && column) return results.column();
  const what = `The component "${name}"`;
  if (column && scalar !== undefined && items === length) {
    const made = denseFrom(column.values);
    for (const { item } of results.failures) made.values[item] = scalar;
    return made;
  }
  return toComponent(
    Array.from(readAll(results), (value) => (isError(value) ? fill : value)),
    length,
    what,
  );
}

/** What stands for a failed item in a column of numbers; undefined in one of rows, or for what no column holds. */
function asElement(column: Column, fill: unknown, name: string): number | bigint | undefined {
  const { dtype } = column;
  const rows = column.shape.length > 1;
  if (isTypedArray(fill)) {
    if (rows && dtypeOf(fill) === dtype) return undefined;
  } else if (typeof fill === "number" || typeof fill === "bigint" || typeof fill === "boolean") {
    const element = rows ? undefined : held(dtype, fill);
    if (element !== undefined) return element;
  } else return undefined;
  throw new TypeError(
    `into("${name}"): the kernel returns ${rows ? "rows" : "numbers"} of ${dtype}, and the fill is ` +
      `${isTypedArray(fill) ? kindOf(fill) : shownValue(fill)}: pass one that such a column holds.`,
  );
}

/** A value as an element of a dtype, if it has such. Floats are rounded, and booleans are those of kernels, u8. */
function held(dtype: Dtype, value: number | bigint | boolean): number | bigint | undefined {
  if (typeof value === "boolean") return dtype === "u8" ? Number(value) : undefined;
  const array: TypedArray = new typedArrays[dtype](1);
  if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
    if (typeof value === "number" && !Number.isSafeInteger(value)) return undefined;
    array[0] = BigInt(value);
    return array[0] === BigInt(value) ? array[0] : undefined;
  }
  const number = Number(value);
  array[0] = number;
  const same =
    dtype === "f32"
      ? Number.isFinite(array[0]) === Number.isFinite(number)
      : array[0] === number || Number.isNaN(array[0]);
  return same ? array[0] : undefined;
}
