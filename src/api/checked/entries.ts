import type { TypedArray } from "../../abi/dtype.js";
import type { Id } from "../../batch/ids.js";
import type { Invocation } from "../../call/invocation.js";
import type { Column } from "../../columns/column.js";
import type { Rows } from "../inits-and-posts.js";
import type { IsAny, Of } from "./values.js";

/**
 * What lists the invocations of a call, entry by entry.
 * @group Types behind types
 */
export type EntryOf<List> =
  IsAny<List> extends true
    ? any
    : List extends Column<any, any>
      ? [Of<List, "item">]
      : List extends TypedArray
        ? [List[number]]
        : List extends Rows<infer Cells>
          ? CellsOf<Cells>
          : List extends Iterable<infer E>
            ? // those of results fail alone
              Known<Exclude<E, Error>>
            : List extends AsyncIterable<infer E>
              ? Known<Exclude<E, Error>>
              : any;
// where all ids or all typed arrays may stand, nobody says which do
type Known<E> = [Id] extends [E] ? any : [TypedArray] extends [E] ? any : E;

/** What each item has of components. */
export type CellsOf<Components extends readonly unknown[], Part extends "item" | "many" = "item"> =
  IsAny<Components> extends true ? any : { -readonly [K in keyof Components]: Of<Components[K], Part> };

type Data =
  | { readonly BYTES_PER_ELEMENT: number }
  | readonly unknown[]
  | ((...args: any[]) => unknown)
  | Column;

/** Whether a type is that of named arguments; that of any object may be, too. */
export type IsNamed<T> = T extends object
  ? T extends Data
    ? false
    : IsNumbered<T> extends true
      ? false
      : true
  : false;
// as an ArrayLike is
type IsNumbered<T> = number extends keyof T ? (string extends keyof T ? false : true) : false;

/** The positional arguments in an entry. */
export type PositionalOf<E> =
  IsAny<E> extends true
    ? any[]
    : unknown extends E
      ? any[]
      : E extends Invocation<infer P, any>
        ? P
        : E extends readonly [infer P extends readonly unknown[], infer N]
          ? IsNamed<N> extends true
            ? P
            : E
          : E extends readonly unknown[]
            ? E
            : IsNamed<E> extends true
              ? []
              : [E];

/** The named arguments in an entry; `any` where there may be some. */
export type NamedOf<E> =
  IsAny<E> extends true
    ? any
    : unknown extends E
      ? any
      : E extends Invocation<any, infer N>
        ? N
        : E extends readonly [readonly unknown[], infer N]
          ? IsNamed<N> extends true
            ? N
            : unknown
          : E extends readonly unknown[]
            ? unknown
            : IsNamed<E> extends true
              ? E
              : unknown;

/** The same of a call's arguments, whose last one may be an object of named ones. */
export type PositionalOfCall<Args extends readonly unknown[]> = Args extends readonly [...infer P, infer N]
  ? IsNamed<N> extends true
    ? P
    : Args
  : Args;
export type NamedOfCall<Args extends readonly unknown[]> =
  IsAny<Args> extends true
    ? any
    : number extends Args["length"]
      ? any
      : Args extends readonly [...unknown[], infer N]
        ? IsNamed<N> extends true
          ? N
          : unknown
        : unknown;
