import { isArrow, type Method, mentionsThis, namesOfFirst } from "../base/function-source.js";
import { nearMiss } from "../base/near-miss.js";
import { isColumn } from "../columns/from-values.js";
import type { Target } from "../events/target.js";
import { isRefusal } from "../kernels/call-here.js";
import { columns, into, isReadyInit, isReadyPost, Rows, rows } from "./inits-and-posts.js";
import { reduce } from "./reduce.js";

type Role = "init" | "post";

/**
 * What an init or a post threw, with what to do where it looked for its batch in the wrong place.
 * @param given how many arguments it got
 */
export function explainMember(
  thrown: unknown,
  member: string | Method,
  { role, label, given }: { role: Role; label: string; given: number },
): unknown {
  if (!isOfEngine(thrown) || typeof member !== "function") return thrown;
  const hint = batchHint(member, role, given);
  return hint
    ? new TypeError(`${label}: its ${role} threw "${thrown.message}". ${hint}`, { cause: thrown })
    : thrown;
}

// what people throw themselves says what they mean, and may be caught by its class
function isOfEngine(thrown: unknown): thrown is TypeError {
  return (
    thrown instanceof TypeError &&
    Object.getPrototypeOf(thrown) === TypeError.prototype &&
    /^Cannot (read|set|destructure|convert) |\bis not (a function|iterable|a constructor)\b/.test(
      thrown.message,
    )
  );
}

/** What to do about a function that looks for its batch where none is; undefined for any other. */
export function batchHint(fn: Method, role: Role, given: number): string | undefined {
  const remedy = `write ${role}: function (…) { … }, or the name of a method of the batch.`;
  if (isArrow(fn) && mentionsThis(fn))
    return `It is an arrow function, whose "this" is not the batch: ${remedy}`;
  if (fn.length <= given) return undefined;
  const got =
    role === "init"
      ? "It gets the arguments of the call"
      : "It gets the results and the arguments of the call";
  return `${got}, ${given} here; the batch is its "this"${isArrow(fn) ? ", which an arrow function does not have" : ""}: ${remedy}`;
}

/** What a method threw that is to return a kernel or function, with what to do where it took itself for the work on an item. */
export function explainFactory(
  thrown: unknown,
  method: Method,
  {
    label,
    kind,
    target,
    given,
  }: { label: string; kind: "kernel" | "function"; target: Target; given: number },
): unknown {
  // it called the kernel, with what it got
  const calls = kind === "kernel" && isRefusal(thrown);
  if (!calls && !isOfEngine(thrown)) return thrown;
  if (!calls && method.length <= given) return thrown;
  return new TypeError(
    `${label} threw "${thrown.message}". With target "${target}" it is called once, with the arguments of the call (${given} here) and ` +
      `not with an item's, and returns the ${kind} that then gets those of each item, without calling it.`,
    { cause: thrown },
  );
}

/**
 * Checks a method that runs for each item.
 * @throws TypeError for one that has another `this` in a worker
 */
export function checkMethodOfItems(method: Method, name: string): void {
  // quick ones first: a field makes a method for each batch
  if (Object.hasOwn(method, "prototype") || !mentionsThis(method) || !isArrow(method)) return;
  throw new TypeError(
    `inbatchParallel(): ${name || "the method"} is an arrow function, whose "this" would be another one in a worker: write a function, function ${name}(…) { … }.`,
  );
}

function isOpenObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

const names = new WeakMap<Method, readonly string[]>();

/**
 * Checks how a method that runs for each item takes what its init gives.
 * @throws TypeError for `({ x })` where the row of x is the first argument
 */
export function checkParametersOf(
  method: Method,
  entries: unknown,
  ids: readonly unknown[],
  label: string,
): void {
  let taken = names.get(method);
  if (!taken) {
    taken = namesOfFirst(method);
    names.set(method, taken);
  }
  if (taken.length === 0) return;
  const shown = `({ ${taken.join(", ")} })`;
  // it may be an object of any kind, and a number or array has something to take, too
  const isFrom = (value: unknown) => taken.some((name) => name in Object(value));
  if (entries instanceof Rows && taken.some((name) => entries.names.includes(name))) {
    const [first] = entries.components;
    if (!isColumn(first) && first.some((each) => isOpenObject(each) || isFrom(each))) return;
    throw new TypeError(
      `${label} destructures its argument, ${shown}, and rows(…) passes the row of each component as an argument of its own: ` +
        `write (${entries.names.join(", ")}).`,
    );
  }
  if (entries === ids && ids.length > 0 && !isFrom(ids[0])) {
    throw new TypeError(
      `${label} destructures its argument, ${shown}, and "indices" passes the id of each item, a ${typeof ids[0]}: write (id).`,
    );
  }
}

/** @throws TypeError for an extra key that is nearly the name of an option, where neither init nor post gets it */
export function checkExtra(
  { init, post, extra }: { init: unknown; post: unknown; extra: readonly string[] },
  options: readonly string[],
  where: string,
): void {
  const initTakes = !isReadyInit(init) && init !== "indices" && init !== "paths";
  if (initTakes || (post !== undefined && !isReadyPost(post))) return;
  for (const key of extra) {
    const near = nearMiss(key, options);
    if (near === undefined) continue;
    throw new TypeError(
      `${where}: "${key}" is one letter away from the option "${near}", and neither init nor post takes it: ` +
        `write options: { ${near}: … }, or rename the extra argument.`,
    );
  }
}

/** @throws TypeError for `rows` in place of `rows("x")`, and for what belongs into the other place */
export function checkReadyMade(init: unknown, post: unknown, where: string): void {
  const uncalled = [rows, columns].find((each) => each === init) ?? (post === into ? into : undefined);
  if (uncalled) {
    throw new TypeError(`${where}: ${uncalled.name} takes names of components: write ${uncalled.name}("x").`);
  }
  if (post === reduce) {
    throw new TypeError(
      `${where}: reduce takes a function and an initial value: write reduce((sum, value) => sum + value, 0).`,
    );
  }
  if (isReadyPost(init)) throw new TypeError(`${where}: into(…) and reduce(…) make a post, not an init.`);
  if (isReadyInit(post)) throw new TypeError(`${where}: rows(…) and columns(…) make an init, not a post.`);
}

/** About a decorator without its spec, or a spec behind its method. */
export function withoutSpec({ name }: Method, second: unknown): TypeError {
  const decorates = typeof second === "object" && second !== null && "kind" in second;
  return new TypeError(
    decorates
      ? `inbatchParallel decorates ${name} without a spec: write @inbatchParallel({ init: "indices" }).`
      : `inbatchParallel() takes the spec first and the method second: inbatchParallel({ init: "indices" }, ${name || "method"}).`,
  );
}

/** About a parallel method whose `this` is not a batch. */
export function withoutBatch(self: unknown, { name }: Method): TypeError {
  if (typeof self === "object" && self !== null && !Object.isFrozen(self) && name in self) {
    const owner = self.constructor?.name || "The object";
    return new TypeError(
      `${owner}.${name} is a parallel method, and ${owner} is not a batch: class ${owner} extends Batch.`,
    );
  }
  return new TypeError(
    `A parallel method was called without its batch: call it as one, batch.${name || "method"}(…).`,
  );
}
