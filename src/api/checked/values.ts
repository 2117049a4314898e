import type { Dtype } from "../../abi/dtype.js";
import type { Kernel } from "../../abi/kernel.js";
import type { Column } from "../../columns/column.js";

export type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * Whether a sentence says that something is wrong.
 * @group Types behind types
 */
export type IsWrong<Sentence> = [Sentence] extends [never] ? false : true;

/**
 * A type where nothing is wrong with it, else the sentence on what is. A type that depends on a parameter of a class or
 * function around it says nothing yet, and passes.
 * @group Types behind types
 */
// it does in this order, since the compiler then need not look at the sentence
export type OrWrong<T, Sentence> = [IsWrong<Sentence>] extends [true] ? Sentence : T;

/**
 * The first sentence there is: what else is wrong often follows from it.
 * @group Types behind types
 */
export type First<A, B> = [A] extends [never] ? B : A;

/** Whether a type is so wide that what it has may be of another one. */
export type MayBe<Wide, T> = [Extract<T, Wide>] extends [never] ? false : true;

/** The arguments of a function; `any` where it has several signatures, since any may be meant. */
export type ArgumentsOf<F> = F extends { (...args: infer A): unknown; (...args: infer B): unknown }
  ? [A, B] extends [B, A]
    ? B
    : any
  : any;

/** What `rows()` and `columns()` give of a component: what one item has of it, or several in one array. */
export interface Of<C, Part extends "item" | "many"> {
  readonly component: C;
  readonly part: Part;
}

type Longs = "i64" | "u64";
type Numbers = Exclude<Dtype, Longs>;

// of a kernel's parameters, what they take; rows may be arrays of numbers, too
interface Takes extends Record<Numbers | "number", number>, Record<Longs | "bigint", number | bigint> {
  bool: boolean;
  Int8Array: Int8Array | readonly number[];
  Uint8Array: Uint8Array | Uint8ClampedArray | readonly number[];
  Int16Array: Int16Array | readonly number[];
  Uint16Array: Uint16Array | readonly number[];
  Int32Array: Int32Array | readonly number[];
  Uint32Array: Uint32Array | readonly number[];
  Int64Array: BigInt64Array | readonly (number | bigint)[];
  BigInt64Array: BigInt64Array | readonly (number | bigint)[];
  Uint64Array: BigUint64Array | readonly (number | bigint)[];
  BigUint64Array: BigUint64Array | readonly (number | bigint)[];
  Float32Array: Float32Array | readonly number[];
  Float64Array: Float64Array | readonly number[];
}

/** Dtypes of the columns that a parameter takes, if their items are rows. */
export interface RowDtypes {
  Int8Array: "i8";
  Uint8Array: "u8";
  Int16Array: "i16";
  Uint16Array: "u16";
  Int32Array: "i32";
  Uint32Array: "u32";
  Int64Array: "i64";
  BigInt64Array: "i64";
  Uint64Array: "u64";
  BigUint64Array: "u64";
  Float32Array: "f32";
  Float64Array: "f64";
}

// … and if they are numbers
type NumberDtypes<T> = T extends Dtype
  ? T
  : T extends "bool"
    ? "u8"
    : T extends "number"
      ? Numbers
      : T extends "bigint"
        ? Longs
        : never;

/**
 * Whether a parameter takes a value, `boolean` where it takes some of a type's values. `T` is the parameter's type as
 * AssemblyScript calls it.
 */
export type Fits<V, T> =
  IsAny<V> extends true
    ? true
    : unknown extends V
      ? true
      : T extends keyof Takes
        ? V extends Of<infer C, infer Part>
          ? FitsComponent<C, Part, T>
          : V extends Takes[T]
            ? true
            : MayBe<V, Takes[T]> extends true
              ? true
              : T extends keyof RowDtypes
                ? V extends readonly (infer E)[]
                  ? unknown extends E
                    ? true
                    : false
                  : false
                : false
        : true;

type FitsComponent<C, Part, T> =
  IsAny<C> extends true
    ? true
    : C extends Column<infer D, infer Row>
      ? unknown extends Row
        ? true
        : // the rows of a block follow one another
          Part extends "many"
          ? [T] extends [keyof RowDtypes]
            ? IsIn<D, RowDtypes[T]>
            : false
          : [T] extends [keyof RowDtypes]
            ? Row extends number | bigint
              ? false
              : IsIn<D, RowDtypes[T]>
            : Row extends number | bigint
              ? IsIn<D, NumberDtypes<T>>
              : false
      : C extends readonly (infer E)[]
        ? Part extends "many"
          ? Fits<C, T>
          : Fits<E, T>
        : true;
type IsIn<D, E> = [D & E] extends [never] ? false : true;

/** How messages name a type. */
export type NameOf<V> =
  V extends Of<infer C, infer Part>
    ? C extends Column<infer D, infer Row>
      ? Part extends "many"
        ? `rows of ${D}`
        : Row extends number | bigint
          ? `a number of ${D}`
          : `a row of ${D}`
      : C extends readonly (infer E)[]
        ? Part extends "many"
          ? "an array"
          : NameOf<E>
        : "another type"
    : V extends string
      ? "string"
      : V extends number
        ? "number"
        : V extends bigint
          ? "bigint"
          : V extends boolean
            ? "boolean"
            : V extends null
              ? "null"
              : V extends void
                ? "undefined"
                : V extends {
                      readonly BYTES_PER_ELEMENT: number;
                      readonly [Symbol.toStringTag]: infer Tag extends string;
                    }
                  ? Tag
                  : V extends readonly unknown[]
                    ? "an array"
                    : V extends Kernel<any, any, any>
                      ? "a kernel"
                      : V extends (...args: any[]) => unknown
                        ? "a function"
                        : "an object";
