import { isKernel, type Kernel } from "../abi/kernel.js";
import { withoutHoles } from "../base/holes.js";
import { kindOf } from "../base/kind-of.js";
import { nearMiss } from "../base/near-miss.js";
import { isNamed, noSuchOption } from "../base/option-names.js";
import { listInvocations, namesOf, splitNamed } from "../call/invocation.js";
import type { Job } from "../call/job.js";
import { checkParameters, isPartial, type Partial } from "../call/partial.js";
import type { Engine } from "../engines/engine.js";
import { refuseIgnored, refuseUseless } from "../engines/heeds.js";
import { canRun, engineFor, usualTarget } from "../engines/registry.js";
import type { Target } from "../events/target.js";
import type { MissingArgument, WrongCall, WrongEntry } from "./checked/arguments.js";
import type { EntryOf } from "./checked/entries.js";
import type { First, IsWrong, OrWrong } from "./checked/values.js";
import { Rows } from "./inits-and-posts.js";
import { type CallOptions, checkOptions, configuration, optionNames } from "./options.js";
import { refuseLazy } from "./outside-pipeline.js";
import { type Results, readAll } from "./results.js";
import { runJob } from "./run-job.js";
import { cameOf, workOf } from "./work.js";

/**
 * What `run` and `stream` run: a kernel, a function, or `partial(…)` of one.
 * @group Types behind types
 */
export type RunRunnable = Kernel | Partial | ((...args: any[]) => unknown);

type Value = object | string | number | bigint | boolean | null | undefined;

/**
 * What lists invocations. The empty tuples make the compiler infer entries as tuples.
 * @group Types behind types
 */
export type Listing = object | readonly (readonly [] | readonly (readonly [] | Value)[] | Value)[];

/**
 * What `run` takes for a runnable: itself, where it fits, else a sentence on what does not.
 * @group Types behind types
 */
export type InvocationsFor<K, I, G extends readonly unknown[]> = OrWrong<I, WrongList<K, EntryOf<I>, G>>;
type WrongList<K, E, G extends readonly unknown[]> = First<
  WrongEntry<K, E>,
  IsWrong<WrongCall<K, E, G>> extends true ? never : MissingArgument<K, E, G>
>;

/**
 * The options of `run`, with such arguments.
 * @group Types behind types
 */
export type OptionsFor<K, I, G extends readonly unknown[]> = CallOptions & {
  /**
   * Arguments of every item, after its own; named ones in a plain object in the last place.
   * @default none
   */
  args?: OrWrong<G, WrongArguments<K, EntryOf<I>, G>> | undefined;
};
// what is wrong with the items is told of them
type WrongArguments<K, E, G extends readonly unknown[]> =
  IsWrong<WrongEntry<K, E>> extends true ? never : WrongCall<K, E, G>;

/**
 * The options of `run`, whatever its arguments are.
 * @example
 * import { run, type RunArguments } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const options: RunArguments = { args: [{ floor: 1 }], workers: 2 };
 * const peaks = await run(peak, [Float64Array.of(1, 2, 9)], options);
 */
export interface RunArguments extends CallOptions {
  /**
   * Arguments of every item, after its own; named ones in a plain object in the last place.
   * @default none
   */
  args?: readonly unknown[] | undefined;
}

/**
 * What an item of a kernel or a function returns.
 * @group Types behind types
 */
export type Returned<K> =
  K extends Kernel<any, infer R>
    ? R
    : K extends Partial<infer P>
      ? Returned<P>
      : K extends (...args: any[]) => infer R
        ? Awaited<R>
        : never;

/**
 * Runs a kernel or a function for every entry of `invocations`, without a batch.
 *
 * Kernels run on `nogil`, functions on `threads`, unless `target` says otherwise. A function for `threads` or `mpc` is named
 * by `exported(module, name)`, since it is looked up there. Entries are read as those of an init; a column or typed
 * array is an item per element, a batch's `rows(…)` an item per item of the batch, at no cost for each. The Error of an item that
 * failed takes its place in the results; the call rejects only if the arguments of all items are refused for one reason.
 *
 * @param runnable a kernel, `partial(…)` of one, or a function
 * @param invocations the items, in any iterable: each is its one argument, or an array of its arguments
 * @param options `args` for arguments of every item, and the options of a call
 * @returns what the items returned, in the order of the items, with an Error in the place of each that failed
 * @throws TypeError for a runnable, items or options that cannot be meant; what the arguments of all items are refused for;
 * with `debug` the first error of an item
 * @cost A call of a kernel costs microseconds, of a function a fraction of a millisecond, and an item about 0.1 µs (kernels) or
 * 1 µs (functions) besides what it does. Rows of columns are not copied. Other rows are copied once, and once back where a kernel may write to
 * them; threads and processes get clones.
 * @example
 * import { run } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const rows = [Float64Array.of(1, 2, 9), Float64Array.of(3, 3)];
 * const peaks = await run(peak, rows, { args: [{ floor: 1 }] });
 * console.log(peaks); // Results(2) [ 9, 3 ]
 */
export async function run<
  K extends RunRunnable,
  I extends Listing = any,
  G extends readonly [] | readonly unknown[] = [],
>(
  runnable: K,
  invocations: InvocationsFor<K, I, G>,
  options: OptionsFor<K, I, G> = {},
): Promise<Results<Returned<K>>> {
  const { engine, job } = await prepareRun(runnable, invocations as object, options as RunArguments);
  const results = await runJob<Returned<K>>(engine, job);
  if (job.options.debug && results.failures.length > 0) throw results.failures[0].error;
  return readAll(results);
}

const ofStreams = ["ordered", "highWaterMark"];

/** @throws TypeError for an argument that stands among the options, or an option of the other function */
function refuseArguments(given: object, kernel: Kernel | undefined, label: string, name: string): void {
  const names = kernel?.signature.parameters.map(({ name }) => name) ?? [];
  for (const key of Object.keys(given)) {
    if (optionNames.includes(key)) continue;
    if (names.includes(key)) {
      throw new TypeError(
        `${label}: "${key}" is an argument of the kernel, not an option: args: [{ ${key}: … }].`,
      );
    }
    if (name === "run" && ofStreams.includes(key)) {
      throw new TypeError(`${label}: "${key}" is an option of stream(): run() returns all results at once.`);
    }
    const others = name === "stream" ? ["args", ...ofStreams] : ["args"];
    if (nearMiss(key, others)) throw noSuchOption(key, [...others, ...optionNames], `${name}()`);
  }
}

/** A runnable and options that were checked as far as they can be before an engine is loaded. */
export interface CheckedRun {
  readonly label: string;
  readonly options: Job["options"];
  /** loads the engine, and checks the rest */
  ready(): Promise<{ engine: Engine; target: Target; job: Omit<Job, "id" | "invocations"> }>;
}

/**
 * Checks what `run` and `stream` take for every item.
 * @param name of the one that was called, for errors
 */
export function checkRun(runnable: unknown, all: RunArguments, name: "run" | "stream"): CheckedRun {
  const inner = (isPartial(runnable) ? runnable.runnable : runnable) as Kernel | { name: string };
  if (!isKernel(inner) && typeof inner !== "function") {
    throw new TypeError(
      `${name}() takes a kernel, a function, or exported(module, name) first, ${cameOf(inner)}`,
    );
  }
  if (!isNamed(all)) {
    throw new TypeError(
      `${name}() takes an object of options third, such as { args: [] }, got ${kindOf(all)}.`,
    );
  }
  const { args = [], ...given } = all;
  const kind = isKernel(inner) ? "kernel" : "function";
  const label = `${name}(${inner.name || "function"})`;
  if (!Array.isArray(args)) {
    throw new TypeError(
      `${label}: args takes an array, named arguments last: args: [{ … }]; got ${kindOf(args)}.`,
    );
  }
  refuseLazy(args, label);
  refuseArguments(given, isKernel(inner) ? inner : undefined, label, name);
  const checked = checkOptions(given, `${name}()`);
  const { target: preferred, ...options } = { ...configuration(), ...checked };
  const ready = async () => {
    const configured = preferred && canRun(preferred, kind) ? preferred : undefined;
    const target = checked.target ?? configured ?? usualTarget(kind);
    const engine = await engineFor(target, kind, label);
    // beside a target that is only configured they are what they are everywhere: advice
    if (checked.target !== undefined || configured === undefined) refuseIgnored(target, checked, label, kind);
    else refuseUseless(checked, label, kind);
    const { work, bound } = workOf(runnable, kind, label);
    const call = splitNamed(withoutHoles(args));
    // in contrast to a method, there is nobody else to take a name
    if (bound && work.kind === "kernel") checkParameters(work.kernel, namesOf(call), label);
    return { engine, target, job: { label, work, bound, call, options } };
  };
  return { label, options, ready };
}

/** A call of `run` whose items have not begun. */
export async function prepareRun(
  runnable: unknown,
  invocations: object,
  all: RunArguments,
): Promise<{ engine: Engine; target: Target; job: Omit<Job, "id"> }> {
  const { label, ready } = checkRun(runnable, all, "run");
  const { engine, target, job } = await ready();
  const entries =
    invocations instanceof Rows ? invocations : listInvocations(invocations, `${label}: its invocations are`);
  return { engine, target, job: { ...job, invocations: entries } };
}
