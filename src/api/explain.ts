import type { Kernel } from "../abi/kernel.js";
import { parallelKey } from "../base/keys.js";
import { className, kindOf } from "../base/kind-of.js";
import { suggestion } from "../base/near-miss.js";
import { readable } from "../base/text.js";
import { isBatch } from "../batch/batch-class.js";
import type { Runnable } from "../batch/parallel-type.js";
import type { Job } from "../call/job.js";
import type { Engine } from "../engines/engine.js";
import { ignoredBy } from "../engines/heeds.js";
import type { Target } from "../events/target.js";
import type { Batch } from "./batch.js";
import { prepareCall } from "./call-parallel.js";
import { type Explanation, textOf } from "./explanation.js";
import { methodNamed, namesIn } from "./members.js";
import { type CallOptions, configuration } from "./options.js";
import { isParallelized } from "./parallelized.js";
import { type InvocationsFor, type Listing, type OptionsFor, prepareRun, type RunArguments } from "./run.js";
import { unwrapOptions } from "./with-options.js";

/**
 * Names of the parallel methods of a batch, as its callers see it.
 * @group Types behind types
 */
export type ExplainableNames<B> = {
  [K in keyof B]: K extends keyof Batch<any, any>
    ? never
    : B[K] extends Kernel<any, any, any>
      ? never
      : B[K] extends (...args: any[]) => Promise<unknown>
        ? K
        : never;
}[keyof B] &
  string;

/**
 * How a call of a parallel method would run, without running an item: which engine, how many workers and why, how items
 * are handed out, and of each argument whether it is shared or copied, how many bytes and why.
 *
 * Init runs, and for targets `nogil` and `mpc` the method that returns the kernel or function, as they do for the call. Arguments
 * are packed and let go again, so that it costs about as much memory and time as sending them.
 *
 * @param batch the batch
 * @param name of the parallel method
 * @param args of the call
 * @throws what the call would throw before its items run; TypeError for a name that is not a parallel method
 * @cost About as much memory and time as sending the arguments, and what init takes.
 * @example
 * import { explain } from "nogil";
 *
 * console.log(await explain(batch.with({ workers: 2 }), "classify", 0.4));
 */
export async function explain<B extends object, K extends ExplainableNames<B>>(
  batch: B,
  name: K,
  ...args: B[K] extends (...args: infer A) => unknown ? A : never
): Promise<Explanation> {
  if (!isBatch(batch)) throw new TypeError(`explain() takes a batch first, got ${kindOf(batch)}.`);
  const { batch: own, given } = unwrapOptions(batch as B);
  const method = methodNamed(own, name);
  if (!isParallelized(method)) throw noSuchMethod(own, name);
  const { spec } = method[parallelKey];
  const prepared = await prepareCall(own as unknown as Batch, method, args, given);
  return explanationOf(prepared, askedBy(given, [spec.options as CallOptions, spec]));
}

// declared, since a declaration file has no comments of what is assigned
export declare namespace explain {
  /**
   * The same for `run(runnable, invocations, options)`.
   * @function
   * @param runnable a kernel, `partial(…)` of one, or a function
   * @param invocations the items
   * @param options as of `run`
   * @throws what `run` would throw before its items run
   * @cost About as much memory and time as sending the arguments.
   * @example
   * import { explain } from "nogil";
   * import { peak } from "./build/kernels.js";
   *
   * console.log(await explain.run(peak, [Float64Array.of(1, 2, 9)]));
   */
  let run: <K extends Runnable, I extends Listing = any, G extends readonly [] | readonly unknown[] = []>(
    runnable: K,
    invocations: InvocationsFor<K, I, G>,
    options?: OptionsFor<K, I, G>,
  ) => Promise<Explanation>;
}

explain.run = async (runnable, invocations, options = {}) => {
  const prepared = await prepareRun(runnable, invocations as object, options as RunArguments);
  const by = options.target
    ? "its options"
    : configuration().target === prepared.target
      ? "configure()"
      : "default";
  return explanationOf(prepared, by);
};

function askedBy(given: CallOptions, specs: readonly { readonly target?: Target }[]): string {
  if (given.target) return "with()";
  if (specs.some(({ target }) => target)) return "its declaration";
  return configuration().target ? "configure()" : "default";
}

async function explanationOf(
  { engine, target, job }: { engine: Engine; target: Target; job: Omit<Job, "id"> },
  by: string,
): Promise<Explanation> {
  const { parallel, ...plan } = await engine.plan(job);
  const { work, invocations, options, label: action } = job;
  const items = invocations.length;
  const { worker } = engine.definition;
  const explanation: Explanation = {
    action,
    items,
    target,
    askedBy: by,
    engine: engine.target,
    ...(work.kind === "kernel" ? { kernel: String(work.kernel) } : {}),
    parallel: parallel ?? plan.workers > 1,
    ...plan,
    ignored: ignoredBy(engine.target, options, work.kind),
  };
  return readable(explanation, (told) => textOf(told, worker));
}

function noSuchMethod(batch: object, name: string): TypeError {
  const there = namesIn(batch).filter((each) => isParallelized(methodNamed(batch, each)));
  return new TypeError(
    `${className(batch)} has no parallel method "${String(name)}"${typeof name === "string" ? suggestion(name, there) : "."} ` +
      `There ${there.length > 0 ? `are: ${there.join(", ")}` : "is none"}.`,
  );
}
