import { isTypedArray, type TypedArray } from "../abi/dtype.js";
import type { Outcome } from "../call/job.js";

// V8 soon has code for a loop of this length that is called again and again
const chunk = 4096;

/** Puts the values of an outcome into an empty array. */
export function putValues(results: unknown[], outcome: Outcome): void {
  const { column, length } = outcome;
  const values = outcome.values ?? (column?.shape.length === 1 ? column.values : undefined);
  if (values && isNumbers(values) && length > 0) putNumbers(results as number[], values, length);
  else {
    results.length = length;
    if (values) for (let item = 0; item < length; item++) results[item] = values[item];
    else for (let item = 0; item < length; item++) results[item] = column?.at(item);
  }
}

type Numbers = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

function isNumbers(values: readonly unknown[] | TypedArray): values is Numbers {
  return isTypedArray(values) && !(values instanceof BigInt64Array || values instanceof BigUint64Array);
}

// by way of doubles, so that one loop serves all classes of numbers, and is fast
function putNumbers(results: number[], values: Numbers, length: number): void {
  // the array's memory is one of doubles from the first
  results[0] = 0.5;
  results.length = length;
  for (let from = 0; from < length; from += chunk) {
    const some = values.subarray(from, Math.min(from + chunk, length));
    putDoubles(results, some instanceof Float64Array ? some : new Float64Array(some), from);
  }
}

function putDoubles(results: number[], values: Float64Array, from: number): void {
  for (let i = 0; i < values.length; i++) results[from + i] = values[i];
}
