import { isTypedArray, typedArrays } from "../../abi/dtype.js";
import type { KernelParameter } from "../../abi/kernel.js";
import { isPlainObject } from "../../base/realms.js";
import { isThenable } from "../../base/thenable.js";
import { isColumn } from "../../columns/from-values.js";

// what errors say to do about arguments that kernels do not take

/** What errors about arguments begin with. */
export class Subject {
  constructor(
    readonly text: string,
    /** the kernel itself was called: there are no items to speak of */
    readonly direct: boolean,
  ) {}

  toString(): string {
    return this.text;
  }
}

/** About a value that came where a number is taken. */
export function hintForNumber(value: unknown, { name }: KernelParameter, subject: Subject): string {
  if (subject.direct && (isList(value) || isColumn(value))) return itemsHint;
  return isPlainObject(value) ? namedHint(name, subject) : "";
}

/** About a value that came where a row is taken. */
export function hintForRow(value: unknown, { name, type }: KernelParameter, subject: Subject): string {
  const array = typedArrays[type as keyof typeof typedArrays].name;
  if (typeof value === "number" || typeof value === "bigint") {
    if (subject.direct) return ` A row is one argument: ${array}.of(…), or an array of numbers.`;
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
  if (isColumn(value) && subject.direct) return itemsHint;
  if (isColumn(value)) return " A column has the rows of all items: pass it in place of the array around it.";
  if (isThenable(value)) return " Await it first.";
  return isPlainObject(value) ? namedHint(name, subject) : "";
}

/** About an element of an array that came where a row is taken. */
export function hintForElement(value: unknown): string {
  return Array.isArray(value) || isTypedArray(value)
    ? " A row has one dimension: flatten it, rows.flat()."
    : "";
}

// a call runs the kernel for one item
const itemsHint = " A call is about one item: run(kernel, items) runs it for many.";

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isTypedArray(value);
}

function namedHint(name: string, { direct }: Subject): string {
  if (direct) return ` Named arguments go in one plain object in the last place: { ${name}: … }.`;
  return ` Named arguments of an item go beside a list of its positional ones: [[row], { ${name}: … }].`;
}

/** About an item whose number of positional arguments is wrong. */
export function hintForList(
  positional: readonly unknown[],
  parameters: readonly KernelParameter[],
  { direct }: Subject,
): string {
  const [element, position, array] = positional;
  if (direct && isList(array) && Object.is(array[position as number], element)) {
    return " An array calls a function with the element, its position and the array: write (element) => kernel(element), or run(kernel, array).";
  }
  const isNumbers =
    parameters.some(({ kind }) => kind === "row") &&
    positional.length > 0 &&
    positional.every((each) => typeof each === "number" || typeof each === "bigint");
  if (direct) return isNumbers ? " A row is one argument: a typed array, or an array of numbers." : "";
  return isNumbers
    ? " An item that is an array is a list of arguments: if this one is a row, wrap it, [row], or make it a typed array."
    : "";
}
