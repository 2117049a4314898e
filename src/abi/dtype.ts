import { typedArrayName } from "../base/realms.js";

/** The numeric types of columns and kernel rows, under the names that AssemblyScript gives them. */
export const typedArrays = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** The numeric types of columns and of kernels' rows, by the names that AssemblyScript gives them. */
export type Dtype = keyof typeof typedArrays;

/**
 * The typed array class of each dtype.
 * @group Types behind types
 */
export interface Arrays {
  /** signed integers of 8 bits */
  i8: Int8Array;
  /** unsigned integers of 8 bits */
  u8: Uint8Array;
  /** signed integers of 16 bits */
  i16: Int16Array;
  /** unsigned integers of 16 bits */
  u16: Uint16Array;
  /** signed integers of 32 bits */
  i32: Int32Array;
  /** unsigned integers of 32 bits */
  u32: Uint32Array;
  /** signed integers of 64 bits, as bigints */
  i64: BigInt64Array;
  /** unsigned integers of 64 bits, as bigints */
  u64: BigUint64Array;
  /** floats of 32 bits */
  f32: Float32Array;
  /** floats of 64 bits */
  f64: Float64Array;
}

/** The typed array class of a dtype: `ArrayOf<"f32">` is `Float32Array`. */
export type ArrayOf<D extends Dtype> = Arrays[D];

/** One element of a dtype: a bigint for `i64` and `u64`, a number for all others. */
export type ScalarOf<D extends Dtype> = D extends "i64" | "u64" ? bigint : number;

/** A typed array of any dtype. */
export type TypedArray = ArrayOf<Dtype>;

export const dtypes = Object.keys(typedArrays) as Dtype[];

const byName: Record<string, Dtype | undefined> = {
  ...Object.fromEntries(dtypes.map((dtype) => [typedArrays[dtype].name, dtype])),
  Uint8ClampedArray: "u8",
};

export function isTypedArray(value: unknown): value is TypedArray {
  return typedArrayName(value) !== undefined;
}

/**
 * The dtype of a typed array. `Uint8ClampedArray` and Node's `Buffer` count as `u8`.
 * @returns undefined for a class without a dtype here, such as Float16Array.
 */
export function dtypeOf(array: ArrayBufferView): Dtype | undefined {
  return byName[typedArrayName(array) as string];
}
