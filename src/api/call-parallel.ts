import type { Method } from "../base/function-source.js";
import { parallelKey } from "../base/keys.js";
import { className } from "../base/kind-of.js";
import { isThenable } from "../base/thenable.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { isBatch } from "../batch/batch-class.js";
import { useBatch } from "../batch/disposal.js";
import { limitedTo } from "../batch/limited.js";
import { Place, type PlaceInRun, placeOf, signalOf, turnOf } from "../batch/pipeline-work.js";
import {
  Invocation,
  type Invocations,
  joinArguments,
  listInvocations,
  mergeNamed,
  namesOf,
  splitNamed,
} from "../call/invocation.js";
import type { Job, Work } from "../call/job.js";
import type { RunOptions } from "../call/options.js";
import { checkParameters } from "../call/partial.js";
import { isColumn } from "../columns/from-values.js";
import type { Engine } from "../engines/engine.js";
import { definitionOf, engineFor, usualTarget } from "../engines/registry.js";
import type { Target } from "../events/target.js";
import { isAction, notABatch } from "./action.js";
import { Fold, type FoldSpec } from "./fold.js";
import { isReadyInit, isReadyPost, Rows } from "./inits-and-posts.js";
import { memberOf, nameOfMember, noEntries } from "./members.js";
import { checkParametersOf, explainFactory, explainMember, withoutBatch } from "./mistaken-functions.js";
import { type CallOptions, configuration } from "./options.js";
import { refuseLazy } from "./outside-pipeline.js";
import type { Parallelized } from "./parallelized.js";
import { ReadNames } from "./read-names.js";
import { foldOf } from "./reduce.js";
import { outcomeOf, ParallelError, type Results, readAll } from "./results.js";
import { runJob } from "./run-job.js";
import { type CheckedSpec, checkDoubtful } from "./spec.js";
import { drain } from "./streaming/drain.js";
import { isAsyncIterable } from "./streaming/source.js";
import { workOf } from "./work.js";

const nothing = new Invocation([]);

/** A parallel call whose items have not begun. */
export interface PreparedCall {
  readonly engine: Engine;
  /** what was asked for, which is not what runs it inside a worker */
  readonly target: Target;
  readonly job: Omit<Job, "id">;
  readonly ids?: readonly (string | number)[];
  /** the call's arguments as post gets them */
  readonly withExtra: Invocation;
  readonly post?: Method;
}

/** Runs init, and for a kernel or function the method that returns it. */
export async function prepareCall(
  self: AnyBatch,
  parallel: Parallelized,
  args: readonly unknown[],
  overrides?: CallOptions,
): Promise<PreparedCall> {
  if (!isBatch(self)) {
    throw withoutBatch(self, parallel);
  }
  const { spec, method } = parallel[parallelKey];
  const name = nameOfMember(self, parallel) ?? parallel.name;
  const label = `${className(self)}.${name}`;
  refuseLazy(args, label);
  checkDoubtful(spec, self, label);
  const call = splitNamed(args);
  const withExtra = new Invocation(call.positional, mergeNamed(spec.extra, call.named));

  const { kind } = spec;
  const { target, options } = optionsOf(spec, overrides);
  const within = signalOf(self);
  const found = engineFor(target, kind, label);
  const engine = isThenable(found) ? await found : found;
  const init = memberOf(self, spec.init, label, "init");
  const post = spec.post === undefined ? undefined : memberOf(self, spec.post, label, "post");

  // what neither reads of the call's names is the kernel's, or nobody's
  const named = kind === "kernel" ? namesOf(call) : [];
  const watch = named.length > 0 ? new ReadNames(named) : undefined;
  const argumentsOf = (given: Invocation) => {
    const args = joinArguments(nothing, given);
    return watch ? watch.over(args) : args;
  };
  // each await takes a turn of the event loop, which small calls feel
  const initArgs = isReadyInit(spec.init) ? joinArguments(nothing, withExtra) : argumentsOf(withExtra);
  let entries: unknown;
  try {
    const begun = init(...initArgs);
    entries = isThenable(begun) ? await begun : begun;
    if (isAsyncIterable(entries)) entries = await drain(entries, { label, options, within });
  } catch (thrown) {
    throw explainMember(thrown, spec.init, { role: "init", label, given: initArgs.length });
  }
  const { invocations, ids } = toInvocations(entries, self, spec, label, initArgs.length);
  const seen = kind === "method" && spec.state ? limitedTo(self, spec.state, label) : self;
  let work: Work = { kind: "method", method, self: seen, name };
  let bound: Invocation | undefined;
  if (kind === "method") checkParametersOf(method, entries, self.indices, label);
  else {
    const methodArgs = argumentsOf(call);
    let made: unknown;
    try {
      const begun = method.apply(self, methodArgs);
      made = isThenable(begun) ? await begun : begun;
    } catch (thrown) {
      throw explainFactory(thrown, method, { label, kind, target: spec.target!, given: methodArgs.length });
    }
    ({ work, bound } = workOf(made, kind, label, self, spec.target));
    // a post may take any name, but for one that is ready-made
    if (watch && bound && work.kind === "kernel" && (spec.post === undefined || isReadyPost(spec.post))) {
      const left = watch.unread(self).filter((each) => !Object.hasOwn(spec.extra, each));
      checkParameters(work.kernel, left, label, ", and neither the method nor its init reads it");
    }
  }
  return {
    engine,
    target,
    job: { label, work, invocations, bound, call, options, within },
    ids,
    withExtra,
    post,
  };
}

/** init, every item on the engine, post: the one way through a parallel call. */
export async function callParallel(
  self: AnyBatch,
  parallel: Parallelized,
  args: readonly unknown[],
  overrides?: CallOptions,
): Promise<unknown> {
  const release = useBatch(self);
  try {
    const { engine, target, job, ids, withExtra, post } = await prepareCall(self, parallel, args, overrides);
    const { workers = Number.POSITIVE_INFINITY, inFlight = workers } = job.options;
    // what waits on an event loop occupies no worker
    const turn = definitionOf(target).occupiesCores ? turnOf(self) : undefined;
    const place = turn && new Place(turn, Math.min(job.invocations.length, workers, inFlight));
    if (place) await place.enter();
    const placed = place ? { ...job, pause: () => place.pause() } : job;
    const folding = foldOf(parallel[parallelKey].spec.post);
    let fold: Fold | undefined;
    let results: Results<unknown>;
    try {
      if (folding && job.work.kind !== "kernel")
        ({ fold, results } = await runFolding(engine, placed, ids, folding, placeOf(self)));
      else results = await runJob(engine, placed, ids, placeOf(self));
    } finally {
      place?.leave();
    }

    if (job.options.debug && results.failures.length > 0) throw results.failures[0].error;
    if (folding) {
      if (results.failures.length > 0 && !folding.filled) throw new ParallelError(results);
      const folded = (fold ?? new Fold(folding)).finish(outcomeOf(results));
      if (isAction(parallel) && !isBatch(folded)) throw notABatch(job.label, "its post", folded);
      return folded;
    }
    if (!post) {
      if (results.failures.length > 0) throw new ParallelError(results);
      return self;
    }
    if (!isReadyPost(parallel[parallelKey].spec.post)) readAll(results);
    const postArgs = joinArguments(new Invocation([results]), withExtra);
    let made: unknown;
    try {
      const posted = post(...postArgs);
      made = isThenable(posted) ? await posted : posted;
    } catch (thrown) {
      const { spec } = parallel[parallelKey];
      throw explainMember(thrown, spec.post!, { role: "post", label: job.label, given: postArgs.length });
    }
    if (made !== undefined && isAction(parallel) && !isBatch(made))
      throw notABatch(job.label, "its post", made);
    return made === undefined ? self : made;
  } finally {
    release();
  }
}

/** Runs a job whose results are folded as they come. @throws what the fold threw, which ends the call */
async function runFolding(
  engine: Engine,
  job: Omit<Job, "id">,
  ids: readonly (string | number)[] | undefined,
  spec: FoldSpec,
  place: PlaceInRun | undefined,
): Promise<{ fold: Fold; results: Results<unknown> }> {
  const { within } = job;
  const ending = new AbortController();
  const end = () => ending.abort(within?.reason);
  const fold = new Fold(spec, () => ending.abort());
  if (within?.aborted) end();
  within?.addEventListener("abort", end);
  try {
    const results = await runJob<unknown>(engine, { ...job, within: ending.signal, taker: fold }, ids, place);
    if (!fold.thrown) return { fold, results };
  } catch (error) {
    if (!fold.thrown) throw error;
  } finally {
    within?.removeEventListener("abort", end);
  }
  throw fold.thrown.error;
}

interface MergedOptions {
  readonly target: Target;
  readonly options: RunOptions;
}

// of calls that say nothing themselves, as long as what is configured stays the same
const usual = new WeakMap<CheckedSpec, MergedOptions & { readonly configured: CallOptions }>();

function optionsOf(spec: CheckedSpec, overrides: CallOptions | undefined): MergedOptions {
  const configured = configuration();
  if (overrides) return mergeOptions(configured, spec, overrides);
  let merged = usual.get(spec);
  if (merged?.configured !== configured) {
    merged = { ...mergeOptions(configured, spec), configured };
    usual.set(spec, merged);
  }
  return merged;
}

// a configured target is a default for methods that name none
function mergeOptions(configured: CallOptions, spec: CheckedSpec, overrides?: CallOptions): MergedOptions {
  const declared = spec.target ?? configured.target ?? usualTarget(spec.kind);
  const { target = declared, ...options } = {
    ...configured,
    target: declared,
    ...spec.options,
    ...overrides,
  };
  return { target, options };
}

function hasEntries(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || isColumn(value));
}

// only ready-made inits say which item of the batch an invocation is about
function toInvocations(
  entries: unknown,
  self: AnyBatch,
  { init }: CheckedSpec,
  label: string,
  given: number,
): { invocations: Invocations; ids?: readonly (string | number)[] } {
  const ids = self.indices;
  if (entries instanceof Rows)
    return { invocations: entries, ids: entries.length === ids.length ? ids : undefined };
  if (init === "indices" && entries === ids) {
    return { invocations: { kind: "zipped", length: ids.length, components: [ids] }, ids };
  }
  if (init === "paths" && Array.isArray(entries) && entries.length === ids.length) {
    return { invocations: { kind: "zipped", length: ids.length, components: [entries] }, ids };
  }
  const from = typeof init === "string" ? `its init "${init}"` : "its init";
  if (!hasEntries(entries)) throw noEntries(entries, self, init, `${label}: ${from}`, given);
  return { invocations: listInvocations(entries, `${label}: ${from} returned`) };
}
