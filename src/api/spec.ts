import { isFunction, isKernelLike } from "../base/callables.js";
import type { Method } from "../base/function-source.js";
import { kindOf } from "../base/kind-of.js";
import { nearMiss } from "../base/near-miss.js";
import { isNamed, shownValue } from "../base/option-names.js";
import type { Named } from "../call/invocation.js";
import type { RunOptions } from "../call/options.js";
import { refuseIgnored, refuseUseless } from "../engines/heeds.js";
import { canRun, declaredKind, isTarget, targets, usualTarget } from "../engines/registry.js";
import type { CallableKind, Target } from "../events/target.js";
import { kernelRemedy } from "./members.js";
import { checkExtra, checkReadyMade } from "./mistaken-functions.js";
import { checkOptions, optionNames } from "./options.js";

/**
 * What `inbatchParallel` takes.
 * @example
 * import { Batch, inbatchParallel, into, type ParallelSpec } from "nogil";
 *
 * const spec = { init: "indices", post: into("size"), target: "for" } satisfies ParallelSpec;
 * class Files extends Batch<any, string> {
 *   measure = inbatchParallel(spec, (id: string) => id.length);
 * }
 */
export interface ParallelSpec {
  /**
   * Returns an entry for each run of the method: a method or property of the batch by name, a function with the batch as
   * `this`, or a ready-made one: `rows(…)`, `columns(…)`, `"indices"`. Methods and functions may return an async iterable, too.
   */
  init: string | Method;
  /**
   * Gets the results, then the call's arguments: a method of the batch by name, a function, `into(…)` or `reduce(…)`. What it returns is
   * what the call resolves to.
   * @default none: the call resolves to the batch, or rejects with a `ParallelError` if an item failed
   */
  post?: string | Method | undefined;
  /**
   * What runs the items. `nogil` and `mpc` call the method once, for the kernel or function that runs for each item.
   * @default "threads"
   */
  target?: Target | undefined;
  /**
   * What steers the execution, unless a call says otherwise.
   * @default what `configure` set
   */
  options?: RunOptions | undefined;
  /**
   * What the method reads of the batch, by name: components, and properties such as `indices`. Nothing else of it is sent to
   * workers, and reading anything else throws, whatever runs the items. Methods only: kernels and functions of `mpc` get
   * nothing of the batch.
   * @default all of it
   */
  state?: readonly string[] | undefined;
  /**
   * Every other key is an argument that init and post get by name. One that is a letter away from a key above is refused
   * where its value could be meant for that: a function, the name of a member or of a target, options.
   */
  [extra: string]: unknown;
}

/** An extra key one typo away from `init` or `post`, with a string that may name a member of the batch. */
interface Doubtful {
  readonly key: string;
  readonly near: string;
  readonly name: string;
}

/** A spec that was checked, its extra arguments apart. */
export interface CheckedSpec {
  readonly init: string | Method;
  readonly post?: string | Method;
  readonly target?: Target;
  /** what the method is: what runs for each item, or what returns the kernel or function that does */
  readonly kind: CallableKind;
  readonly options: RunOptions;
  /** what of the batch its items read, if that is said */
  readonly state?: readonly string[];
  readonly extra: Named;
  readonly doubtful: readonly Doubtful[];
}

const reserved = ["init", "post", "target", "options", "state"];
const where = "inbatchParallel()";

/** @throws TypeError naming what is wrong with the spec */
export function checkSpec(spec: ParallelSpec): CheckedSpec {
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError(
      `${where} takes an object such as { init: "indices", target: "threads" }, got ${kindOf(spec)}.`,
    );
  }
  const { init, post, target, options = {}, state, ...extra } = spec;
  const doubtful: Doubtful[] = [];
  for (const [key, value] of Object.entries(extra)) {
    if (optionNames.includes(key)) {
      throw new TypeError(
        `${where}: "${key}" is an option: write options: { ${key}: … }, or rename the extra argument.`,
      );
    }
    const near = nearMiss(key, reserved);
    if (near === undefined) continue;
    const isString = typeof value === "string" && (near === "init" || near === "post");
    // without an init no string is anything else
    if (couldBe(near, value) || (isString && near === "init" && init === undefined)) {
      throw new TypeError(
        `${where}: "${key}" is one letter away from "${near}", and has what that takes: write ${near}, or rename the extra argument.`,
      );
    }
    if (isString) doubtful.push({ key, near, name: value });
  }
  checkMember("init", init);
  if (post !== undefined) checkMember("post", post);
  checkReadyMade(init, post, where);
  checkExtra({ init, post, extra: Object.keys(extra) }, optionNames, where);
  if (target !== undefined && !isTarget(target)) {
    throw new TypeError(
      `${where}: there is no target ${shownValue(target)}; the targets are ${targets().join(", ")}.`,
    );
  }
  const kind = declaredKind(target ?? usualTarget("method"));
  const checked = checkOptions(options, where);
  const named = checked.target ?? target;
  // a call, or configure(), may come to name one
  if (named === undefined) refuseUseless(checked, where, kind);
  else if (canRun(named, kind)) refuseIgnored(named, checked, where, kind);
  if (state !== undefined) checkState(state, named ?? usualTarget("method"), kind);
  return { init, post, target, kind, options: checked, state: state && [...state], extra, doubtful };
}

/** Whether a reserved key takes the value, whatever the members of the batch are. */
function couldBe(key: string, value: unknown): boolean {
  switch (key) {
    case "target":
      return isTarget(value);
    case "options":
      return isNamed(value) && Object.keys(value).some((name) => optionNames.includes(name));
    case "state":
      return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
    default:
      return isFunction(value);
  }
}

function checkState(state: unknown, target: Target, kind: CallableKind): void {
  if (!Array.isArray(state)) {
    throw new TypeError(
      `${where}: state takes an array of names of components and properties of the batch, got ${kindOf(state)}.`,
    );
  }
  for (const [i, name] of state.entries()) {
    if (typeof name !== "string" || name === "") {
      throw new TypeError(`${where}: state takes names, and the one at ${i} is ${shownValue(name)}.`);
    }
    if (name === "data") {
      throw new TypeError(`${where}: state names components themselves: "x" for this.data.x, not "data".`);
    }
    if (state.indexOf(name) < i) throw new TypeError(`${where}: state names "${name}" twice.`);
  }
  if (kind === "method") return;
  throw new TypeError(
    `${where}: state would do nothing: target "${target}" runs the ${kind} that the method returns, which gets nothing of the batch. Leave it out.`,
  );
}

/** @throws TypeError for an extra key that is probably a misspelt `init` or `post`: its value names a member of the batch */
export function checkDoubtful({ doubtful }: CheckedSpec, batch: object, label: string): void {
  const odd = doubtful.find(({ name }) => name in batch);
  if (odd === undefined) return;
  const { key, near, name } = odd;
  throw new TypeError(
    `${label}: "${key}" is one letter away from "${near}", and ${shownValue(name)} is a method or property of the batch: ` +
      `write ${near}: ${shownValue(name)}, or rename the extra argument.`,
  );
}

function checkMember(role: string, value: unknown): void {
  if (typeof value === "string" || isFunction(value)) return;
  if (isKernelLike(value)) {
    throw new TypeError(`${where}: ${role} is a kernel, which runs for items: ${kernelRemedy}`);
  }
  const ready = role === "init" ? '"indices" and rows("x") are ready-made.' : 'into("x") is ready-made.';
  throw new TypeError(
    `${where}: ${role} is ${kindOf(value)}, expected the name of a method of the batch, or a function. ${ready}`,
  );
}
