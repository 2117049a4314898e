import type { ArrayOf, Dtype, ScalarOf } from "../../abi/dtype.js";
import type { Kernel } from "../../abi/kernel.js";
import type { Column } from "../../columns/column.js";
import type { Results } from "../results.js";
import type { ResultOf } from "./kernels.js";
import type { ArgumentsOf, First, IsAny, NameOf, RowDtypes } from "./values.js";

type Numbers = Exclude<Dtype, "i64" | "u64">;

/** What is wrong with keeping what the items return as a component. @typeParam O the items' values, or the kernels */
export type WrongKept<Name extends string, C, O, Fill> =
  IsAny<C> extends true
    ? never
    : IsAny<O> extends true
      ? never
      : unknown extends O
        ? never
        : [O] extends [never]
          ? never
          : [O] extends [undefined | void]
            ? NothingToKeep<Name>
            : First<
                O extends Kernel<any, infer R, any>
                  ? WrongKernel<Name, C, ResultOf<O>, R>
                  : WrongValue<Name, C, O>,
                IsAny<Fill> extends true ? never : WrongValue<Name, C, Exclude<Fill, number>>
              >;

type NothingToKeep<Name extends string> = `"${Name}" would get nothing: the items return undefined.`;

// a kernel's results are a column
type WrongKernel<Name extends string, C, Type extends string, R> = string extends Type
  ? IsAny<R> extends true
    ? never
    : [R] extends [undefined | void]
      ? NothingToKeep<Name>
      : [R] extends [number]
        ? IfNone<SomeNumbers<C>, Odd<Name, C, "number">>
        : [R] extends [boolean]
          ? IfNot<Column<"u8", number>, C, Odd<Name, C, "boolean (u8)">>
          : WrongValue<Name, C, R>
  : Type extends "void"
    ? NothingToKeep<Name>
    : Type extends "bool"
      ? IfNot<Column<"u8", number>, C, Odd<Name, C, "bool (u8)">>
      : Type extends Dtype
        ? IfNot<Column<Type, ScalarOf<Type>>, C, Odd<Name, C, Type>>
        : Type extends keyof RowDtypes
          ? IfNot<Column<RowDtypes[Type], ArrayOf<RowDtypes[Type]>>, C, Odd<Name, C, Type>>
          : never;

// columns of any class of numbers that a component may be
type SomeNumbers<C> = { [D in Numbers]: Column<D, number> extends C ? true : never }[Numbers];

/** Values of items: numbers become a column of f64, typed arrays one of theirs, all else an array. */
type WrongValue<Name extends string, C, V> = V extends unknown
  ? unknown[] extends C
    ? never
    : V extends Error
      ? never
      : V extends number
        ? IfNot<Column<"f64", number>, C, Odd<Name, C, "number">>
        : DtypeOf<V> extends infer D extends Dtype
          ? [D] extends [never]
            ? IfNot<V[], C, Odd<Name, C, NameOf<V>>>
            : IfNot<Column<D, ArrayOf<D>>, C, Odd<Name, C, NameOf<V>>>
          : never
  : never;
type DtypeOf<V> = V extends { readonly BYTES_PER_ELEMENT: number }
  ? { [D in Dtype]: V extends ArrayOf<D> ? D : never }[Dtype]
  : never;

type IfNot<X, C, Sentence> = [X] extends [C] ? never : Sentence;
type IfNone<X, Sentence> = [X] extends [never] ? Sentence : never;
type Odd<
  Name extends string,
  C,
  What extends string,
> = `"${Name}" has ${Holds<C>}, and each item returns ${What}.`;
type Holds<C> = [C] extends [Column<infer D, infer Row>]
  ? [Row] extends [number | bigint]
    ? `numbers of ${D}`
    : `rows of ${D}`
  : [C] extends [readonly (infer E)[]]
    ? `an array of ${NameOf<E>}`
    : "another type";

/** What is wrong with giving results to a post. */
// errors that items return stand among the failures
export type WrongResults<Post extends string, M, V> =
  IsAny<V> extends true
    ? never
    : unknown extends V
      ? never
      : [V] extends [never]
        ? never
        : WrongFor<Post, FirstOf<M>, Exclude<V, Error>>;
type WrongFor<Post extends string, P, V> =
  IsAny<P> extends true
    ? never
    : Results<V> extends P
      ? never
      : Results<V extends void ? undefined : V> extends P
        ? never
        : `${Post} takes ${NameOfResults<P>}, and each item returns ${NameOf<V>}.`;
type FirstOf<M> =
  ArgumentsOf<M> extends infer A
    ? IsAny<A> extends true
      ? any
      : A extends readonly [(infer P)?, ...unknown[]]
        ? A extends readonly []
          ? any
          : P
        : any
    : any;
type NameOfResults<P> =
  P extends Results<infer T> ? `Results of ${NameOf<T>}` : `${NameOf<P>}, which is not Results`;
