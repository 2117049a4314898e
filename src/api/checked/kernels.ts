import type { Kernel } from "../../abi/kernel.js";
import type { Partial } from "../../call/partial.js";
import type { IsAny, NameOf } from "./values.js";

/** A parameter of a kernel: its name, what AssemblyScript calls its type, and `?` where it may be left out. */
export type Parameter = readonly [name: string, type: string, omittable: "?" | ""];

type Split<S extends string> = S extends ""
  ? []
  : S extends `${infer Head}, ${infer Rest}`
    ? [Parsed<Head>, ...Split<Rest>]
    : [Parsed<S>];
type Parsed<S extends string> = S extends `${infer Name}?: ${infer Type}`
  ? [Name, Type, "?"]
  : S extends `${infer Name}: ${infer Type}`
    ? [Name, Type, ""]
    : never;

// of a kernel whose type does not say its declaration
type FromTypes<A extends readonly unknown[]> = number extends A["length"]
  ? any
  : { [K in keyof A]-?: [string, TypeName<Exclude<A[K], undefined>>, undefined extends A[K] ? "?" : ""] };
type TypeName<T> =
  IsAny<T> extends true
    ? "any"
    : [T] extends [boolean]
      ? "bool"
      : [T] extends [string]
        ? "any"
        : NameOf<T> extends infer Name extends string
          ? Name
          : "any";

/** The parameters of a kernel, in order; `any` where they are not known. */
export type ParametersOf<K> =
  K extends Kernel<infer A, any, infer D>
    ? string extends D
      ? IsAny<A> extends true
        ? any
        : FromTypes<A>
      : D extends `${string}(${infer Ps}): ${string}`
        ? Split<Ps>
        : any
    : never;

/** A kernel as messages name it. */
export type DeclarationOf<K> =
  K extends Kernel<any, any, infer D> ? (string extends D ? "the kernel" : D) : never;

/** What a kernel returns, as AssemblyScript calls it; `string` where that is not known. */
export type ResultOf<K> =
  K extends Kernel<any, any, infer D> ? (D extends `${string}): ${infer Type}` ? Type : string) : never;

/** The kernel or function in a `partial`, or itself. */
export type RunnableOf<K> = K extends Partial<infer Inner, any> ? Inner : K;

/** What a `partial` binds. */
export type BoundOf<K> = K extends Partial<any, infer B> ? B : [];
