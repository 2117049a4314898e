import { isFunction } from "../base/callables.js";
import type { Method } from "../base/function-source.js";
import { parallelKey } from "../base/keys.js";
import { className, kindOf } from "../base/kind-of.js";
import { isThenable } from "../base/thenable.js";
import { isBatch } from "../batch/batch-class.js";
import { refuseLazy } from "./outside-pipeline.js";

const actionKey = Symbol.for("nogil.action");

export function isAction(value: unknown): boolean {
  return typeof value === "function" && actionKey in value;
}

/** @param plain the method as it was before `action` wrapped it */
export function markAction<F extends Method>(method: F, plain?: Method): F {
  return Object.defineProperty(method, actionKey, { value: plain ?? true });
}

/** The method under `@action`, which may stand on either side of `@inbatchParallel`. */
export function withoutAction(method: Method): Method {
  const plain = (method as { [actionKey]?: unknown })[actionKey];
  return typeof plain === "function" ? (plain as Method) : method;
}

export function notABatch(label: string, what: string, made: unknown): TypeError {
  return new TypeError(
    `${label} is an action, so ${what} has to return a batch or nothing, got ${kindOf(made)}.`,
  );
}

/**
 * Marks a method as an action: a step that a pipeline can chain. It returns a batch, not necessarily the same one; if it
 * returns nothing, the pipeline goes on with its own.
 * @param method the method; a parallel one, too
 * @param context what the language passes to a decorator
 * @throws TypeError where it does not decorate a public method of a batch; the method's calls throw one where it returns anything
 * but a batch
 * @cost Less than a microsecond a call.
 * @example
 * import { action, Batch, type Ragged } from "nogil";
 *
 * class Signals extends Batch<{ signal: Ragged<"f64"> }, string> {
 *   \@action
 *   load({ length }: { length: number }) {
 *     return this.set({ signal: this.indices.map(() => new Float64Array(length)) });
 *   }
 * }
 */
export function action<This extends object, A extends any[], R>(
  method: (this: This, ...args: A) => R,
  context: ClassMethodDecoratorContext<This, (this: This, ...args: A) => R>,
): (this: This, ...args: A) => R {
  if (method === undefined && context === undefined)
    throw new TypeError("action is written without parentheses: @action, not @action().");
  checkMethod(method, context, "action");
  const name = String(context.name);
  // a parallel method checks by itself what its post returns
  if (parallelKey in method) return markAction(method);
  const checked = function (this: This, ...args: A) {
    const label = `${className(this)}.${name}`;
    refuseLazy(args, label);
    const made = method.apply(this, args) as unknown;
    return isThenable(made) ? made.then((value) => batchOr(this, value, label)) : batchOr(this, made, label);
  } as (this: This, ...args: A) => R;
  Object.defineProperty(checked, "name", { value: name });
  return markAction(checked, method);
}

/** @throws TypeError for what a standard decorator of a method does not get */
export function checkMethod(method: unknown, context: unknown, decorator: string): void {
  const {
    kind,
    name,
    static: isStatic,
    private: isPrivate,
  } = (context ?? {}) as Partial<ClassMethodDecoratorContext>;
  if (isFunction(method) && kind === "method") {
    if (!isStatic && !isPrivate) return;
    const what = `not one: it is ${isPrivate ? "private" : "static"}`;
    throw new TypeError(`${decorator} decorates public methods of a batch, and ${String(name)} is ${what}.`);
  }
  if (kind === undefined) {
    throw new TypeError(
      `${decorator} is a standard decorator of a method, but was called otherwise. TypeScript makes older decorators with ` +
        'the option "experimentalDecorators": leave it out of tsconfig.json.',
    );
  }
  throw new TypeError(`${decorator} decorates methods of a batch, and ${String(name)} is ${articled(kind)}.`);
}

function articled(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

function batchOr(self: object, made: unknown, label: string): unknown {
  if (made === undefined) return self;
  if (!isBatch(made)) throw notABatch(label, "it", made);
  return made;
}
