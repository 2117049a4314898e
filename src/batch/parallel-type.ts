import type { TypedArray } from "../abi/dtype.js";
import type { Kernel } from "../abi/kernel.js";
import type { Partial } from "../call/partial.js";
import type { AnyBatch } from "./any-batch.js";

declare const itemTag: unique symbol;
declare const parallelTag: unique symbol;

/**
 * Marks a parameter that init fills for each item, so that callers of the method do not. Name the type of what it is, or
 * write `Item<unknown>`: TypeScript makes one `any` of `any` and the mark, so `Item<any>` marks nothing.
 */
export type Item<T> = T & {
  /** @hidden */
  readonly [itemTag]?: never;
};

/** The callable that `inbatchParallel(spec, method)` returns. */
export interface ParallelMethod<Args extends readonly unknown[], Return> {
  /** Runs the method for every item. @param args the call's arguments, which follow those of the item */
  (...args: Args): Promise<Return>;
  /** @hidden */
  readonly [parallelTag]?: true;
}

type Fn = (...args: any[]) => any;
type IsAny<T> = 0 extends 1 & T ? true : false;
/**
 * Whether a parameter is marked as the item's.
 * @group Types behind types
 */
export type IsItem<T> =
  IsAny<T> extends true
    ? false
    : // what has every symbol as a key, as components of any type have, is not marked
      symbol extends keyof NonNullable<T>
      ? false
      : typeof itemTag extends keyof NonNullable<T>
        ? true
        : false;
type ItemKeys<O> = O extends readonly unknown[] | TypedArray | Fn
  ? never
  : O extends object
    ? { [K in keyof O]-?: IsItem<O[K]> extends true ? K : never }[keyof O]
    : never;
type IsData<O> = NonNullable<O> extends readonly unknown[] | TypedArray | Fn ? true : IsItem<O>;

// named arguments that init gives are left out of the object that the caller passes
type RestNamed<O> =
  IsAny<O> extends true
    ? [O]
    : IsData<O> extends true
      ? [O]
      : [ItemKeys<NonNullable<O>>] extends [never]
        ? [O]
        : Exclude<keyof NonNullable<O>, ItemKeys<NonNullable<O>>> extends never
          ? []
          : [OfCallers<NonNullable<O>>];
type OfCallers<O> = { [K in keyof O as Exclude<K, ItemKeys<O>>]: O[K] };

/**
 * Parameters whose last one, if it is an object of named arguments, lacks those that init fills.
 * @group Types behind types
 */
export type RestLast<P extends readonly unknown[]> = P extends readonly [...infer Head, infer Last]
  ? RestNamed<Last> extends [infer Rest]
    ? // a parameter that stays as it is keeps its name
      [Last] extends [Rest]
      ? [Rest] extends [Last]
        ? P
        : [...Head, ...Renamed<P, Head, Rest>]
      : [...Head, ...Renamed<P, Head, Rest>]
    : Head
  : P;
type Renamed<P extends readonly unknown[], Head extends readonly unknown[], Rest> = P extends readonly [
  ...Head,
  ...infer Last,
]
  ? { [K in keyof Last]: Rest }
  : [Rest];

/**
 * Parameters without the leading ones that are marked as the item's.
 * @group Types behind types
 */
export type StripItems<P extends readonly unknown[]> = P extends readonly [infer Head, ...infer Tail]
  ? IsItem<Head> extends true
    ? StripItems<Tail>
    : P
  : P extends readonly [(infer Head)?, ...infer Tail]
    ? P extends readonly []
      ? []
      : IsItem<Head> extends true
        ? StripItems<Tail>
        : P
    : P;

/**
 * A method's parameters as its callers see them: those of the item taken away.
 * @group Types behind types
 */
export type CallArgs<P extends readonly unknown[]> = RestLast<StripItems<P>>;

type HasItem<P extends readonly unknown[]> = P extends readonly [infer Head, ...infer Tail]
  ? IsItem<Head> extends true
    ? true
    : [ItemKeys<NonNullable<[Head, ...Tail] extends [...unknown[], infer Last] ? Last : never>>] extends [
          never,
        ]
      ? false
      : IsData<[Head, ...Tail] extends [...unknown[], infer Last] ? Last : never> extends true
        ? false
        : true
  : P extends readonly [(infer Head)?, ...unknown[]]
    ? P extends readonly []
      ? false
      : IsItem<Head>
    : false;

/**
 * What a method of target `nogil` or `mpc` may return.
 * @group Types behind types
 */
export type Runnable = Kernel | Fn | Partial;

type View<R> = R extends AnyBatch ? Parallel<R> : R;

/**
 * A member of a batch as its callers see it.
 * @group Types behind types
 */
export type MethodOf<B, F> = typeof parallelTag extends keyof F ? F : PlainMethod<B, F>;

type PlainMethod<B, F> = F extends (...args: infer P) => infer R
  ? HasItem<P> extends true
    ? (...args: CallArgs<P>) => Promise<Parallel<B>>
    : IsAny<R> extends true
      ? F
      : [Awaited<R>] extends [never]
        ? F
        : [Awaited<R>] extends [Runnable]
          ? (...args: P) => Promise<Parallel<B>>
          : R extends AnyBatch
            ? (...args: P) => View<R>
            : R extends Promise<AnyBatch>
              ? (...args: P) => Promise<View<Awaited<R>>>
              : R extends AnyBatch[]
                ? (...args: P) => View<R[number]>[]
                : F
  : F;

/**
 * A batch as its callers see it. Methods with leading `Item` parameters, and those that return a kernel or a function,
 * become calls without these parameters that return a promise of the batch.
 */
export type Parallel<B> = {
  [K in keyof B]: B[K] extends Kernel<any, any, any> ? B[K] : B[K] extends Fn ? MethodOf<B, B[K]> : B[K];
};
