import { type Dtype, dtypeOf, type TypedArray, typedArrays } from "../abi/dtype.js";

/**
 * The values in an array of another dtype. Floats round.
 * @param into where to put them, if not into an array of their own
 * @throws RangeError naming the first value that an integer dtype does not hold
 */
export function converted(values: TypedArray, dtype: Dtype, what: string, into?: TypedArray): TypedArray {
  if (dtypeOf(values) === dtype) return values;
  const made = into ?? (new typedArrays[dtype](values.length) as TypedArray);
  const big = dtype === "i64" || dtype === "u64";
  if (!big && typeof values[0] === "number") {
    return ofNumbers(values as Float64Array, made as Float64Array, dtype, what);
  }
  const floats = dtype.startsWith("f");
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const whole = typeof value === "bigint" || Number.isInteger(value);
    if (floats) made[i] = Number(value) as never;
    else if (whole) made[i] = (big ? BigInt(value) : Number(BigInt.asIntN(64, BigInt(value)))) as never;
    if (floats || (whole && BigInt(made[i]) === BigInt(value))) continue;
    throw new RangeError(`${what} has ${value}, which ${dtype} does not hold.`);
  }
  return made;
}

function ofNumbers(values: Float64Array, made: Float64Array, dtype: Dtype, what: string): TypedArray {
  const floats = dtype.startsWith("f");
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    made[i] = value;
    if (floats || made[i] === value) continue;
    throw new RangeError(`${what} has ${value}, which ${dtype} does not hold.`);
  }
  return made;
}
