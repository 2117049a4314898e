// Types of the arguments that a kernel is called with.

type IsAny<T> = 0 extends 1 & T ? true : false;

// rows may be arrays of numbers, too
type Given<T> = T extends { readonly BYTES_PER_ELEMENT: number; readonly [index: number]: infer E }
  ?
      | T
      | readonly (E extends bigint ? bigint | number : E)[]
      | (T extends Uint8Array ? Uint8ClampedArray : never)
  : T extends bigint
    ? bigint | number
    : T;

/** A kernel's arguments by position. */
export type KernelArguments<A extends readonly unknown[]> =
  IsAny<A> extends true ? any[] : { [K in keyof A]: Given<A[K]> };

/** The same with named ones in an object in the last place; never where the declaration does not tell the names. */
export type NamedKernelArguments<A extends readonly unknown[], Declaration extends string> =
  IsAny<A> extends true
    ? never
    : string extends Declaration
      ? never
      : Declaration extends `${string}(${infer Parameters}): ${string}`
        ? WithNames<Required<A>, Names<Parameters>>
        : never;

// with `?` behind those that may be left out
type Names<Parameters extends string> = Parameters extends `${infer First}: ${string}, ${infer Rest}`
  ? [First, ...Names<Rest>]
  : Parameters extends `${infer Only}: ${string}`
    ? [Only]
    : [];

// by position up to some parameter, by name from there on
type WithNames<
  A extends readonly unknown[],
  N extends readonly string[],
  Head extends readonly unknown[] = [],
> = A extends readonly [infer First, ...infer Rest]
  ? N extends readonly [string, ...infer More extends string[]]
    ? [...Head, ByName<A, N>] | WithNames<Rest, More, [...Head, Given<First>]>
    : never
  : never;

// one type, since of two the compiler lets anything pass for an object without the names
type ByName<A extends readonly unknown[], N extends readonly string[]> = {
  [I in keyof N & `${number}` as N[I] extends `${string}?` ? never : N[I] & string]: Given<A[I & keyof A]>;
} & {
  [I in keyof N & `${number}` as N[I] extends `${infer Name}?` ? Name : never]?:
    | Given<A[I & keyof A]>
    | undefined;
} extends infer Both
  ? { [K in keyof Both]: Both[K] }
  : never;
