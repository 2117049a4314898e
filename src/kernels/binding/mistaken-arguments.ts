import { isTypedArray, typedArrays } from "../../abi/dtype.js";
import type { KernelParameter } from "../../abi/kernel.js";
import { isPlainObject } from "../../base/realms.js";
import { isThenable } from "../../base/thenable.js";
import { isColumn } from "../../columns/from-values.js";

// what errors say to do about arguments that kernels do not take

/** About a value that came where a number is taken. */
export function hintForNumber(value: unknown, { name }: KernelParameter): string {
  return isPlainObject(value) ? namedHint(name) : "";
}

/** About a value that came where a row is taken. */
export function hintForRow(value: unknown, { name, type }: KernelParameter): string {
  const array = typedArrays[type as keyof typeof typedArrays].name;
  if (typeof value === "number" || typeof value === "bigint") {
    return " If these are the elements of one row, it is one item: [row]. An item that is an array is a list of arguments: [[row]].";
  }
  if (isTypedArray(value)) {
    // numbers and bigints do not become each other
    return typeof value[0] === "bigint" || (/64/.test(type) && type !== "f64")
      ? ""
      : ` A copy would do: ${array}.from(row).`;
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return ` A view of its bytes is a row: new ${array}(buffer).`;
  }
  if (value instanceof DataView)
    return ` A typed array over its buffer is a row: new ${array}(buffer, byteOffset, length).`;
  if (isColumn(value)) return " A column has the rows of all items: pass it in place of the array around it.";
  if (isThenable(value)) return " Await it first.";
  return isPlainObject(value) ? namedHint(name) : "";
}

/** About an element of an array that came where a row is taken. */
export function hintForElement(value: unknown): string {
  return Array.isArray(value) || isTypedArray(value)
    ? " A row has one dimension: flatten it, rows.flat()."
    : "";
}

function namedHint(name: string): string {
  return ` Named arguments of an item go beside a list of its positional ones: [[row], { ${name}: … }].`;
}

/** About an item whose number of positional arguments is wrong. */
export function hintForList(positional: readonly unknown[]): string {
  const isRow =
    positional.length > 0 && positional.every((each) => typeof each === "number" || typeof each === "bigint");
  return isRow
    ? " An item that is an array is a list of arguments: if this one is a row, wrap it, [row], or make it a typed array."
    : "";
}
