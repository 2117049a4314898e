import type { ArrayOf, Dtype, TypedArray } from "../abi/dtype.js";
import type { Column } from "../columns/column.js";

type IsAny<T> = 0 extends 1 & T ? true : false;
type IsNever<T> = [T] extends [never] ? true : false;

// of every class, those without a dtype too
type AnyTyped = { readonly BYTES_PER_ELEMENT: number };

type DtypesOf<A> = { [D in Dtype]: A extends ArrayOf<D> ? D : never }[Dtype];
type DtypeOf<A> = IsNever<DtypesOf<A>> extends true ? "u8" : DtypesOf<A>;

// what is wrong with the type of a component, as a sentence; never, if nothing is
type Lie<T> =
  IsAny<T> extends true
    ? never
    : // it says nothing that a column is not, or says that it may be one
      Column extends T
      ? never
      : IsNever<Extract<T, Column<any, any>>> extends true
        ? LieOf<T>
        : never;

type LieOf<T> = T extends undefined | null
  ? never
  : T extends readonly (infer E)[]
    ? LieOfElements<E>
    : T extends AnyTyped
      ? `A typed array becomes a column: write Dense<"${DtypeOf<T>}"> in its place.`
      : "A component is a column, or an array with an element for each item: write Dense, Ragged or the type of an array.";

type LieOfElements<E> =
  IsAny<E> extends true
    ? never
    : IsNever<Extract<E, number>> extends false
      ? IsNever<Exclude<E, number>> extends true
        ? `An array of numbers becomes a column: write Dense<"f64"> in its place.`
        : `An array becomes a column if all its elements are numbers: write a union of Dense<"f64"> and its type.`
      : IsNever<Extract<E, AnyTyped>> extends true
        ? never
        : IsNever<Exclude<E, AnyTyped>> extends true
          ? `Typed arrays of one class become a column: write Ragged<"${DtypeOf<E>}"> in place of the array.`
          : `An array becomes a column if all its elements are typed arrays of one class: write a union of Ragged<"${DtypeOf<Extract<E, AnyTyped>>}"> and its type.`;

type NamesOfLies<C> = { [K in keyof C]-?: IsNever<Lie<C[K]>> extends true ? never : K }[keyof C];

/**
 * What the types of components have to be, so that they say what a batch makes of arrays: `object` if they do. Else a type
 * that they are not, with a sentence on what to write in the place of each that does not.
 * @group Types behind types
 */
// in this order a type parameter passes, which says nothing yet
export type TrueTypes<C> = [IsNever<NamesOfLies<C>>] extends [false]
  ? { [K in keyof C as Extract<K, NamesOfLies<C>>]: Lie<C[K]> }
  : object;

/**
 * What a component may be set to: itself, or arrays of which a batch makes such a column.
 * @group Types behind types
 */
export type ComponentInput<C> =
  C extends Column<infer D, infer Row>
    ? C | (unknown extends Row ? Elements<D> | Rows<D> : Row extends TypedArray ? Rows<D> : Elements<D>)
    : C;

type Rows<D extends Dtype> = readonly ArrayOf<D>[];
// numbers alone make a column of f64
type Elements<D extends Dtype> = ArrayOf<D> | ("f64" extends D ? readonly number[] : never);

/**
 * What is wrong with making a component a column of a dtype, of numbers or of rows; never, if nothing is.
 * @group Types behind types
 */
export type WrongColumn<Name extends string, C, D extends Dtype, Row> =
  Column<D, Row> extends C
    ? never
    : [C] extends [Column<infer Declared, infer DeclaredRow>]
      ? [D] extends [Declared]
        ? [DeclaredRow] extends [TypedArray]
          ? `"${Name}" is declared with rows: set their shape or shapes.`
          : `"${Name}" is declared with numbers: they have neither shape nor shapes.`
        : `"${Name}" is declared as a column of ${Declared}.`
      : `"${Name}" is declared as another type than a column of ${D}.`;
