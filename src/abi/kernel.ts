import { isKernelLike, kernelKey } from "../base/callables.js";
import { inspectKey } from "../base/console.js";
import { knownAcrossCopies } from "../base/copies.js";
import { isURL } from "../base/realms.js";
import type { Dtype } from "./dtype.js";
import type { KernelArguments, NamedKernelArguments } from "./kernel-arguments.js";

/**
 * A scalar as AssemblyScript names it; `bool` crosses as one byte.
 * @group Types behind types
 */
export type ScalarType = Dtype | "bool";

/**
 * A parameter of a kernel: a number for each item, or a row, a typed array over the item's own elements.
 * @group Types behind types
 */
export interface KernelParameter {
  /** as the source has it */
  readonly name: string;
  /** a number, or a row */
  readonly kind: "scalar" | "row";
  /** of the number, or of the row's elements */
  readonly type: ScalarType;
  /** present when the source has a default value, which then applies where there is no argument */
  readonly optional?: true;
  /** the kernel was proved never to write this row, so a copied argument need not be copied back */
  readonly readonly?: true;
  /** the row parameter whose item's shape the engine passes here, where there is no argument */
  readonly shapeOf?: string;
}

/**
 * What a kernel returns for an item: nothing, a number, or a typed array of any length.
 * @group Types behind types
 */
export type KernelResult =
  | { readonly kind: "void" }
  | {
      readonly kind: "scalar";
      /** of the number */
      readonly type: ScalarType;
    }
  | {
      readonly kind: "array";
      /** of the elements */
      readonly type: Dtype;
    };

/** What a kernel takes and returns for an item. */
export interface KernelSignature {
  /** in order */
  readonly parameters: readonly KernelParameter[];
  /** what it returns */
  readonly result: KernelResult;
}

/** What `nogil build` writes about a module: everything that running its kernels needs but the code. */
export interface ModuleDescription {
  /** version of this format and of the calling convention in `abi/frame.ts` */
  readonly abi: number;
  /** beginning of the SHA-256 of the WebAssembly file: two loads of one module share it, and no other file has it */
  readonly hash: string;
  /** bytes of static data, from the address the module was linked at */
  readonly staticBytes: number;
  /** the address that the module was linked at */
  readonly base: number;
  /** where the file has addresses, as byte offsets */
  readonly relocations: {
    /** of every 4-byte LEB128 address */
    readonly leb: readonly number[];
    /** of every 4-byte little-endian address */
    readonly le: readonly number[];
  };
  /** variables of the module, if what they refer to may outlive an item: each thread has a heap for it */
  readonly variables?: readonly string[];
  /** checks of indices and conversions were left out at the user's wish */
  readonly unchecked?: true;
  /** the signatures of the kernels that it exports, by name */
  readonly kernels: Readonly<Record<string, KernelSignature>>;
}

/**
 * The kernels of one WebAssembly file, loaded when the first of them runs.
 * @group Types behind types
 */
export class KernelModule {
  constructor(
    /** where the WebAssembly file is; for a module compiled at run time, its bytes */
    readonly source: URL | Uint8Array,
    /** what `nogil build` wrote about it */
    readonly description: ModuleDescription,
    /** the file that has the description, for errors */
    readonly describedBy: string = isURL(source) ? source.href.replace(/\.wasm$/, ".js") : "the description",
  ) {}
}

/**
 * A function of one item, compiled to WebAssembly. A parallel method returns it, or `run` takes it, and it runs for every
 * item. A call runs it once, in this thread, at once: for tests, and for trying out.
 *
 * Its arguments are those of `run`: rows change in place, named arguments stand in a plain object in the last place. What the
 * kernel throws is thrown. A returned row is a typed array of its own.
 *
 * `A` and `R` are the types of its arguments and of its result, `Declaration` is what `toString` returns, if that is known.
 *
 * @throws TypeError for arguments that the kernel does not take; in a page Error, unless `ready` made the kernel callable
 * @cost A few microseconds. Rows in shared memory are used in place; other rows are copied, and copied back where the kernel may write.
 * @example
 * import { run } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * console.log(String(peak)); // peak(x: Float64Array, floor?: f64): f64
 * peak(Float64Array.of(1, 5, 2), { floor: 1 }); // 5
 * const peaks = await run(peak, [Float64Array.of(1, 2, 9)]);
 */
export interface Kernel<A extends readonly unknown[] = any, R = any, Declaration extends string = string> {
  /**
   * Runs it once, in this thread, at once.
   * @param args its arguments by position; those in a plain object in the last place by name
   */
  (...args: NamedKernelArguments<A, Declaration>): R;
  // the last one is what the compiler infers arguments from
  /**
   * Runs it once, in this thread, at once.
   * @param args its arguments by position
   */
  (...args: KernelArguments<A>): R;
  /** as its source exports it */
  readonly name: string;
  /** the WebAssembly file that it is in */
  readonly module: KernelModule;
  /** what it takes and returns */
  readonly signature: KernelSignature;
  /** The declaration as its source has it: `findBeats(x: Float32Array, refractory?: f64): Float32Array`. */
  toString(): string;
  /** What `JSON.stringify` writes: its declaration. */
  toJSON(): string;
  /** what the copy of the library that made it does with it */
  readonly [kernelKey]: KernelHooks;
  /** of types alone: what it takes and returns */
  readonly _types?: (...args: A extends unknown[] ? A : never) => R;
  /** of types alone: its declaration */
  readonly _declaration?: Declaration;
}

/**
 * What the copy of the library that made a kernel does with it.
 * @group Types behind types
 */
export interface KernelHooks {
  /** Loads and compiles what a call needs. */
  ready(): Promise<void>;
}

/** The class of kernels: `value instanceof Kernel`. `defineKernels` makes them. */
export const Kernel: KernelClass = class Kernel extends Function {
  override bind(self: unknown, ...args: unknown[]): unknown {
    // with arguments bound it is a function: `partial` makes what runs for items
    return Object.setPrototypeOf(super.bind(self, ...args), Function.prototype);
  }

  override toString(): string {
    const kernel = this as unknown as AnyKernel;
    let declaration = declared.get(kernel);
    if (declaration === undefined) {
      declaration = declarationOf(kernel.name, kernel.signature);
      declared.set(kernel, declaration);
    }
    return declaration;
  }

  toJSON(): string {
    return this.toString();
  }
} as never;

/**
 * The type of the class of kernels.
 * @group Types behind types
 */
export interface KernelClass {
  /** what all kernels have */
  readonly prototype: AnyKernel;
  /**
   * Whether a value is a kernel, of this copy of the library or of another.
   * @param value anything
   */
  [Symbol.hasInstance](value: unknown): value is AnyKernel;
}

type AnyKernel = Kernel<any, any, string>;

// errors name kernels by it, and a call prepares what they say
const declared = new WeakMap<object, string>();

// what Node's console prints
Object.defineProperty(Kernel.prototype, inspectKey, {
  value(this: AnyKernel) {
    return `Kernel ${this}`;
  },
});
knownAcrossCopies(Kernel, "Kernel", "any");

/** Makes a kernel of what a call of it does. */
export function asKernel(
  call: (...args: unknown[]) => unknown,
  { module, name, signature, ...hooks }: Pick<AnyKernel, "module" | "name" | "signature"> & KernelHooks,
): AnyKernel {
  const needed = signature.parameters.findIndex(({ optional }) => optional);
  const length = needed < 0 ? signature.parameters.length : needed;
  Object.setPrototypeOf(call, Kernel.prototype);
  for (const [key, value] of Object.entries({ name, length, module, signature })) {
    Object.defineProperty(call, key, { value, configurable: false });
  }
  return Object.defineProperty(call, kernelKey, { value: hooks }) as unknown as AnyKernel;
}

/** A kernel's declaration as messages and types have it. */
export function declarationOf(name: string, { parameters, result }: KernelSignature): string {
  const typed = parameters.map(
    ({ name, optional, ...parameter }) => `${name}${optional ? "?" : ""}: ${typeName(parameter)}`,
  );
  return `${name}(${typed.join(", ")}): ${typeName(result)}`;
}

export const isKernel = isKernelLike as (value: unknown) => value is AnyKernel;

const arrayNames: Record<Dtype, string> = {
  i8: "Int8Array",
  u8: "Uint8Array",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
  i64: "Int64Array",
  u64: "Uint64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

function typeName(type: { kind: "void" } | { kind: "scalar" | "row" | "array"; type: ScalarType }): string {
  if (type.kind === "void") return "void";
  return type.kind === "scalar" ? type.type : arrayNames[type.type as Dtype];
}

/** @throws Error for a module built for another calling convention than this version of nogil runs */
export function checkAbi(source: unknown, description: ModuleDescription): void {
  if (description?.abi === abi) return;
  throw new Error(
    `${isURL(source) ? source.href : "This module"} was built for calling convention ${description?.abi}, ` +
      `this version of nogil runs ${abi}: build it again with "npx nogil build".`,
  );
}

/** @throws Error for a kernel that another copy of the library made of a module built for another calling convention */
export function checkKernel({ module: { source, description } }: Kernel): void {
  checkAbi(source, description);
}

/** Version of the calling convention between `nogil build` and the engine. */
export const abi = 2;
