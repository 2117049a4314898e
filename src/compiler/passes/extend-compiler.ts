import type { Compiler, Global, Program } from "assemblyscript";
import type { Toolchain } from "../build/toolchain.js";
import type { Expression } from "./binaryen.js";

/** What runs around a method of AssemblyScript's compiler that makes an expression. */
export interface Extension<Args extends readonly unknown[] = readonly any[]> {
  /** Makes another expression in its place; undefined to let the compiler make its own. */
  instead?(compiler: Compiler, ...args: Args): Expression | undefined;
  /** Goes on with what was made. */
  after?(compiler: Compiler, made: Expression, ...args: Args): Expression;
}

/** Methods of the compiler that are extended, with what they are called with. */
export interface Extended {
  readonly convertExpression: Parameters<Compiler["convertExpression"]>;
  // private in the compiler's types
  readonly makeGlobalAssignment: [global: Global, value: Expression, type: unknown, tee: boolean];
}

/** @returns whether this compiler has the method, so that the extension takes part */
export type Extend = <Method extends keyof Extended>(
  method: Method,
  extension: Extension<Extended[Method]>,
) => boolean;

type Method = (this: Compiler, ...args: any[]) => Expression;

const extensions = new WeakMap<Program, Map<string, Extension[]>>();
const extended = new WeakMap<object, Set<string>>();

/**
 * Extends the compiler for one program. AssemblyScript has no step inside its compiler, where alone types are known, so the
 * method is replaced once, for all programs, by one that asks the extensions of the program that it compiles.
 */
export function extendCompiler<M extends keyof Extended>(
  { syntax }: Toolchain,
  program: Program,
  method: M,
  extension: Extension<Extended[M]>,
): boolean {
  const prototype = syntax.Compiler?.prototype as unknown as Record<string, Method> | undefined;
  if (typeof prototype?.[method] !== "function") return false;
  const methods = extended.get(prototype) ?? new Set();
  extended.set(prototype, methods);
  if (!methods.has(method)) {
    methods.add(method);
    prototype[method] = dispatching(method, prototype[method]);
  }
  const own = extensions.get(program) ?? new Map<string, Extension[]>();
  extensions.set(program, own);
  own.set(method, [...(own.get(method) ?? []), extension as Extension]);
  return true;
}

function dispatching(name: string, original: Method): Method {
  const dispatch: Method = function (...args) {
    const own = extensions.get(this.program)?.get(name);
    if (!own) return original.apply(this, args);
    let made: Expression | undefined;
    for (const extension of own) made = extension.instead?.(this, ...args) ?? made;
    made ??= original.apply(this, args);
    for (const extension of own) made = extension.after?.(this, made, ...args) ?? made;
    return made;
  };
  // who looks whether it knows this compiler sees the method as it was
  return Object.defineProperty(dispatch, "length", { value: original.length });
}
