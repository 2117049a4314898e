import type { Kernel } from "../../abi/kernel.js";
import type { AnyBatch as Batch } from "../../batch/any-batch.js";
import type { CallArgs, IsItem, Item } from "../../batch/parallel-type.js";
import type { Partial } from "../../call/partial.js";
import type { BlockOf, RowOf } from "../../columns/rows-of.js";
import type { CallableKind, Engines, Target } from "../../events/target.js";
import type { ReadyInit, ReadyPost } from "../inits-and-posts.js";
import type { MissingArgument, WrongEntry } from "./arguments.js";
import type { CellsOf, EntryOf, PositionalOf } from "./entries.js";
import type { RunnableOf } from "./kernels.js";
import type { WrongKept, WrongResults } from "./posts.js";
import type { First, IsAny, IsWrong, MayBe, NameOf, Of, OrWrong } from "./values.js";

type Fn = (...args: any[]) => any;
type AnyKernel = Kernel<any, any, any>;
type Nothing = undefined | null | void;

/** What is wrong, in a type of its own: of a type that is only a sentence the compiler's message says `string`. */
export interface Wrong<Sentence extends string> {
  readonly wrong: Sentence;
}
/**
 * A sentence on what is wrong, as a type whose message the compiler prints; never, if nothing is wrong.
 * @group Types behind types
 */
export type AsType<Sentence> = [Sentence] extends [never]
  ? never
  : Sentence extends string
    ? Wrong<Sentence>
    : never;

/** What a method of a target is, or returns; of one that may be any target, any of it. */
type KindOf<T> = T extends Target ? Engines[T] : CallableKind;

type AnyBatch = { readonly data: unknown; readonly indices: readonly unknown[] };

/**
 * A method, or a sentence where the batch does not have what its init and post name.
 * @group Types behind types
 */
export type WithReadyNames<M, This, I, P> =
  IsAny<This> extends true
    ? M
    : This extends AnyBatch
      ? NamedIn<This["data"], M, This, I, P>
      : Wrong<"Only methods of a batch run for its items: this class does not extend Batch.">;
// distributive, so that of a class that leaves its components to others their constraint counts
type NamedIn<Data, M, This, I, P> = Data extends unknown
  ? OrWrong<M, AsType<WrongNames<Data, This, I, P>>>
  : never;

/**
 * What is wrong with a parallel method as to its init, what it returns, its target and its post.
 * @group Types behind types
 */
export type WrongMethod<This, I, P, T, A extends readonly unknown[], R> =
  IsAny<This> extends true
    ? never
    : This extends AnyBatch
      ? First<WrongNames<This["data"], This, I, P>, WrongIn<This["data"], This, I, P, T, A, R>>
      : never;
type WrongIn<Data, This, I, P, T, A extends readonly unknown[], R> = First<
  WrongMembers<This, I, P>,
  First<
    WrongReturn<T, R>,
    First<
      [KindOf<T>] extends ["kernel" | "function"]
        ? WrongRunnable<Runnable<R>, ListOf<Data, This, I>, A>
        : WrongItems<ListOf<Data, This, I>, A>,
      WrongOutcome<Data, This, P, T, R>
    >
  >
>;

// any string may be right, and stands for no post, too; the compiler tries wide types first
type WrongNames<Data, This, I, P> = First<
  string extends I
    ? never
    : I extends AnyKernel
      ? "init is a kernel, which runs for items: the method returns it."
      : I extends ReadyInit<infer Names, any>
        ? NoComponent<Exclude<Names[number], keyof Data>>
        : NoMember<This, I, "init names a method or property of the batch that is not private">,
  string extends P
    ? never
    : P extends AnyKernel
      ? "post is a kernel, which runs for items: the method returns it."
      : P extends ReadyPost<infer Name, any>
        ? NoComponent<Exclude<Name, keyof Data>>
        : NoMember<This, P, "post names a method of the batch that is not private">
>;
type NoComponent<Name> =
  IsAny<Name> extends true
    ? never
    : Name extends string
      ? `Component "${Name}" does not exist in the type of the batch.`
      : never;
// a function that says nothing of its `this` may be any batch's
type NoMember<This, Name, Expected extends string> = Name extends string
  ? Name extends keyof This
    ? never
    : Batch extends This
      ? never
      : `"${Name}" does not exist: ${Expected}.`
  : never;

type WrongMembers<This, I, P> = First<
  string extends I
    ? never
    : WrongMember<
        This,
        I,
        Fn | Iterable<unknown> | AsyncIterable<unknown>,
        "init names a method, or a property that lists what each item gets"
      >,
  string extends P ? never : WrongMember<This, P, Fn, "post names a method">
>;
type WrongMember<This, Name, Expected, What extends string> = Name extends string & keyof This
  ? IsAny<This[Name]> extends true
    ? never
    : This[Name] extends AnyKernel
      ? `"${Name}" is a kernel: ${What}.`
      : This[Name] extends Expected
        ? never
        : `"${Name}" is ${NameOf<This[Name]>}: ${What}.`
  : never;

/** The entries that an init gives. */
type ListOf<Data, This, I> = string extends I
  ? any
  : I extends ReadyInit<infer Names, infer Part>
    ? Part extends "whole"
      ? { [K in keyof Names]: [Of<ComponentOf<Data, Names[K]>, "many">] }[number]
      : CellsOf<
          { -readonly [K in keyof Names]: ComponentOf<Data, Names[K]> },
          Part extends "block" ? "many" : "item"
        >
    : I extends keyof This
      ? ListedBy<This[I]>
      : // a member that this type of batch does not have
        I extends string
        ? any
        : ListedBy<I>;
type ComponentOf<Data, Name> = Name extends keyof Data ? Data[Name] : any;
type ListedBy<M> =
  IsAny<M> extends true ? any : M extends (...args: any[]) => infer L ? EntryOf<Awaited<L>> : EntryOf<M>;

type WrongReturn<T, R> =
  IsAny<Awaited<R>> extends true
    ? never
    : unknown extends R
      ? never
      : [Awaited<R>] extends [never]
        ? never
        : [KindOf<T>] extends ["kernel"]
          ? NotOf<
              T & string,
              "a kernel, or partial(kernel, …)",
              Awaited<R>,
              AnyKernel | Partial<AnyKernel, any>
            >
          : [KindOf<T>] extends ["function"]
            ? NotOf<T & string, "a function, or partial(function, …)", Awaited<R>, FunctionIn<Awaited<R>>>
            : Target extends T
              ? never
              : IsWrong<Extract<Awaited<R>, AnyKernel | Partial<any, any>>> extends true
                ? `A kernel is returned, which target "${T & string}" does not run: write target: "nogil".`
                : never;
type FunctionIn<R> = R extends AnyKernel | Partial<AnyKernel, any>
  ? never
  : R extends Fn | Partial<Fn, any>
    ? R
    : never;
type NotOf<T extends string, Expected extends string, R, Allowed> = [R] extends [Nothing]
  ? NotOne<T, Expected, undefined>
  : NotOne<T, Expected, Exclude<R, Allowed | Nothing>>;
type NotOne<T extends string, Expected extends string, R> = R extends unknown
  ? `${R extends AnyKernel | Partial<AnyKernel, any> ? "A kernel" : R extends Partial<any, any> ? "partial(function, …)" : NameOf<R>} is returned, and a method of target "${T}" returns ${Expected}.`
  : never;

/** What a method of target `nogil` or `mpc` has run for each item. */
type Runnable<R> = IsAny<Awaited<R>> extends true ? any : Exclude<Awaited<R>, Nothing>;

type WrongRunnable<K, Entry, A extends readonly unknown[]> = First<
  WrongEntry<K, Entry>,
  IsAny<A> extends true
    ? never
    : Required<CallArgs<A>> extends infer Args extends readonly unknown[]
      ? MissingArgument<K, Entry, Args>
      : never
>;

/** What is wrong between an init and the parameters of a method that are marked as the item's. */
type WrongItems<Entry, A extends readonly unknown[]> =
  IsAny<A> extends true ? never : Entry extends unknown ? WrongItem<PositionalOf<Entry>, A> : never;
type WrongItem<P extends readonly unknown[], A extends readonly unknown[]> = A extends readonly []
  ? never
  : A extends readonly [(infer H)?, ...infer More]
    ? IsItem<H> extends true
      ? P extends readonly [infer V, ...infer Rest]
        ? true extends FitsItem<ValueOf<V>, H>
          ? WrongItem<Rest, More>
          : `${NameOf<V>} is what init passes, and the method takes ${NameOf<NonNullable<H>>}.`
        : P extends readonly []
          ? undefined extends H
            ? never
            : `${NameOf<H>} is what the method takes of each item, and init does not pass it.`
          : never
      : Unmarked<P, H>
    : never;
// a parameter that is not marked is the caller's, and what init gives would take its place
type Unmarked<P extends readonly unknown[], H> = unknown extends H
  ? never
  : P extends readonly [infer V, ...unknown[]]
    ? unknown extends ValueOf<V>
      ? never
      : `${NameOf<V>} is what init passes for each item: mark the parameter that takes it, Item<${NameOf<NonNullable<H>>}>.`
    : never;
type ValueOf<V> = V extends Of<infer C, infer Part> ? (Part extends "item" ? RowOf<C> : BlockOf<C>) : V;
type FitsItem<V, H> =
  IsAny<V> extends true
    ? true
    : unknown extends V
      ? true
      : V extends unknown
        ? Item<V> extends H
          ? true
          : MayBe<V, H>
        : never;

type WrongOutcome<Data, This, P, T, R> = string extends P
  ? never
  : IsAny<Awaited<R>> extends true
    ? never
    : P extends ReadyPost<infer Name, infer Fill>
      ? Name extends keyof Data
        ? WrongKept<Name, Data[Name], Outcome<T, R>, Fill>
        : never
      : P extends keyof This
        ? WrongResults<`"${P & string}"`, This[P], ReturnedBy<Outcome<T, R>>>
        : WrongResults<"The post", P, ReturnedBy<Outcome<T, R>>>;

/** What each item returns: of kernels the kernels. */
type Outcome<T, R> = [KindOf<T>] extends ["kernel"]
  ? RunnableOf<Runnable<R>>
  : [KindOf<T>] extends ["function"]
    ? RunnableOf<Runnable<R>> extends infer F
      ? F extends (...args: any[]) => infer V
        ? Awaited<V>
        : any
      : never
    : Awaited<R>;
type ReturnedBy<O> = O extends Kernel<any, infer V, any> ? V : O;
