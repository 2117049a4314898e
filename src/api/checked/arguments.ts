import type { Kernel } from "../../abi/kernel.js";
import type { RowOf } from "../../columns/rows-of.js";
import type { IsNamed, NamedOf, NamedOfCall, PositionalOf, PositionalOfCall } from "./entries.js";
import type { BoundOf, DeclarationOf, Parameter, ParametersOf, RunnableOf } from "./kernels.js";
import type { ArgumentsOf, First, Fits, IsAny, MayBe, NameOf, Of } from "./values.js";

// in all of this, a sentence says what is wrong, and never that nothing is

type Loose<V, Ps extends readonly Parameter[]> =
  true extends IsNamed<V> ? true : V extends readonly unknown[] ? true : Fits<V, Ps[number][1]>;

/** The parameters that are left after positional arguments, or a sentence on the first of these that is wrong. */
type Walk<P extends readonly unknown[], Ps, D extends string, All extends readonly unknown[] = P> =
  IsAny<Ps> extends true
    ? any
    : P extends readonly []
      ? Ps
      : P extends readonly [infer V, ...infer Rest]
        ? Ps extends readonly [infer H extends Parameter, ...infer More]
          ? true extends Fits<V, H[1]>
            ? Walk<Rest, More, D, All>
            : Misfit<H[0], H[1], V, D>
          : `${All["length"]} arguments are too many: ${D}`
        : Ps extends readonly Parameter[]
          ? true extends Loose<P[number], Ps>
            ? any
            : `${NameOf<P[number]>} fits no parameter: ${D}`
          : any;

type Misfit<Name extends string, Type extends string, V, D extends string> = string extends Name
  ? `${NameOf<V>} is passed where the kernel takes ${Type}`
  : `"${Name}" takes ${Type}, got ${NameOf<V>}: ${D}`;

type TypeOf<Ps extends Parameter, Name> = Ps extends readonly [infer N, infer T, any]
  ? Name extends N
    ? T
    : never
  : never;

type WrongName<N, Ps extends readonly Parameter[], Left, D extends string> = {
  [K in keyof N & string]-?: IsAbsent<N[K]> extends true
    ? never
    : [TypeOf<Ps[number], K>] extends [never]
      ? `"${K}" is not a parameter of ${D}`
      : Left extends readonly Parameter[]
        ? [TypeOf<Left[number], K>] extends [never]
          ? `"${K}" is given twice, by position and by name: ${D}`
          : true extends Fits<Exclude<N[K], undefined>, TypeOf<Left[number], K>>
            ? never
            : Misfit<K, TypeOf<Left[number], K> & string, Exclude<N[K], undefined>, D>
        : never;
}[keyof N & string];
// an undefined argument counts as none
type IsAbsent<V> = IsAny<V> extends true ? false : [V] extends [undefined] ? true : false;

type Names<N> = IsAny<N> extends true ? never : string extends keyof N ? never : N;

/** What is wrong with the names of arguments. @typeParam Left parameters that no position gives */
type WrongNames<N, Ps, Left, D extends string> =
  IsAny<Ps> extends true
    ? never
    : [Names<N>] extends [never]
      ? never
      : Ps extends readonly Parameter[]
        ? WrongName<N, Ps, IsAny<Left> extends true ? Ps : Left, D>
        : never;

/** The first parameter that needs an argument and has none. */
type Missing<Left, Given, D extends string> =
  IsAny<Left> extends true
    ? never
    : string extends Given
      ? never
      : Left extends readonly [infer H extends Parameter, ...infer More]
        ? H[2] extends "?"
          ? Missing<More, Given, D>
          : string extends H[0]
            ? [Given] extends [never]
              ? `An argument is missing, ${H[1]}: ${D}`
              : never
            : H[0] extends Given
              ? Missing<More, Given, D>
              : `"${H[0]}" is missing: ${D}`
        : never;

type KeyOf<N> = IsAny<N> extends true ? string : keyof N & string;

/** What is wrong with an item's arguments of a kernel. */
type WrongForKernel<Ps, D extends string, P extends readonly unknown[], N> =
  Walk<P, Ps, D> extends infer Left
    ? IsAny<Left> extends true
      ? WrongNames<N, Ps, any, D>
      : Left extends string
        ? Left
        : WrongNames<N, Ps, Left, D>
    : never;

type MissingForKernel<Ps, D extends string, P extends readonly unknown[], Given> =
  Walk<P, Ps, D> extends infer Left
    ? IsAny<Left> extends true
      ? never
      : Left extends string
        ? never
        : Missing<Left, Given, D>
    : never;

type ValueOf<V> = V extends Of<infer C, infer Part> ? (Part extends "item" ? RowOf<C> : any) : V;

/** What is wrong with positional arguments of a JavaScript function; it may take fewer. */
type WrongForFunction<A, P extends readonly unknown[], At extends readonly unknown[] = []> =
  IsAny<A> extends true
    ? never
    : P extends readonly [infer V, ...infer Rest]
      ? A extends readonly []
        ? never
        : A extends readonly [unknown?, ...infer More]
          ? FitsFunction<ValueOf<V>, A[0]> extends false
            ? `${NameOf<V>} is passed where the function takes ${NameOf<NonNullable<A[0]>>}, as argument ${At["length"]}`
            : WrongForFunction<More, Rest, [...At, V]>
          : never
      : never;
type FitsFunction<V, T> =
  IsAny<V> extends true
    ? true
    : unknown extends V
      ? true
      : true extends (V extends T ? true : MayBe<V, T>)
        ? true
        : false;

/**
 * What is wrong with the arguments that items bring for a kernel or function.
 * @group Types behind types
 */
export type WrongEntry<K, E> = K extends unknown
  ? E extends unknown
    ? WrongOf<K, PositionalOf<E>, NamedOf<E>>
    : never
  : never;

type WrongOf<K, P extends readonly unknown[], N> =
  IsAny<K> extends true
    ? never
    : RunnableOf<K> extends infer R
      ? R extends Kernel<any, any, any>
        ? WrongForKernel<ParametersOf<R>, DeclarationOf<R>, P, N>
        : WrongForFunction<ArgumentsOf<R>, [...PositionalOfCall<BoundOf<K>>, ...P]>
      : never;

/**
 * What is wrong with the call's arguments, which follow those of the items.
 * @group Types behind types
 */
export type WrongCall<K, E, Args extends readonly unknown[]> = K extends unknown
  ? E extends unknown
    ? First<WrongOf<K, [...PositionalOf<E>, ...PositionalOfCall<Args>], NamedOfCall<Args>>, never>
    : never
  : never;

/**
 * The argument that a kernel needs and that neither the items, the call nor `partial` bring.
 * @group Types behind types
 */
export type MissingArgument<K, E, Args extends readonly unknown[]> = K extends unknown
  ? E extends unknown
    ? IsAny<K> extends true
      ? never
      : RunnableOf<K> extends infer R
        ? R extends Kernel<any, any, any>
          ? MissingForKernel<
              ParametersOf<R>,
              DeclarationOf<R>,
              [...PositionalOf<E>, ...PositionalOfCall<Args>],
              KeyOf<NamedOf<E>> | KeyOf<NamedOfCall<Args>> | KeyOf<NamedOfCall<BoundOf<K>>>
            >
          : never
        : never
    : never
  : never;

/**
 * What is wrong with what `partial` binds.
 * @group Types behind types
 */
export type WrongBound<K, Bound extends readonly unknown[]> =
  // what may be any function, as the compiler says of one that leaves types of parameters out
  ((...args: any[]) => unknown) extends K
    ? never
    : K extends Kernel<any, any, any>
      ? Bound extends readonly []
        ? never
        : Bound extends readonly [infer N]
          ? IsNamed<N> extends false
            ? `partial() binds a kernel's parameters by name: pass one object`
            : WrongNames<N, ParametersOf<K>, any, DeclarationOf<K>>
          : number extends Bound["length"]
            ? never
            : `partial() binds a kernel's parameters by name: pass one object`
      : WrongForFunction<ArgumentsOf<K>, PositionalOfCall<Bound>>;
