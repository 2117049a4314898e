import type { Job, Outcome, PoolState } from "../call/job.js";
import type { OptionName } from "../call/options.js";
import type { Plan } from "../call/plan.js";
import type { CallableKind, Target } from "../events/target.js";
import type { HostNeed } from "../hosts/host.js";

/** What is known of an engine before it is loaded: what a call asks, and the documentation tells. */
export interface EngineDefinition<N extends string = string, K extends CallableKind = CallableKind> {
  readonly name: N;
  /** What it runs for each item. The first is what a method that declares the target is, or returns. */
  readonly runs: readonly [K, ...CallableKind[]];
  /** The options that have an effect on it. Where that depends on what runs, a list for each kind. */
  readonly heeds: readonly OptionName[] | Partial<Record<CallableKind, readonly OptionName[]>>;
  /** The options that have an effect with `workers: 0`, if items then run in the calling thread. */
  readonly inline?: readonly OptionName[];
  /** What people call one of its workers, if it has any. */
  readonly worker?: "thread" | "process";
  /** Whether a worker is busy as long as an item runs, so that there is no use in more of them than cores. */
  readonly occupiesCores: boolean;
  /** What the host has to have. */
  readonly needs: readonly HostNeed[];
  /** The row of the documentation's table of targets. */
  readonly about: { readonly what: string; readonly where: string };
  /** Loads what runs the jobs. Here are the imports that a program without calls on the engine does not need. */
  load(): Promise<Executor>;
}

/** Runs jobs. One failing item never stops the others; `run` rejects only when the job as a whole cannot run. */
export interface Executor {
  run(job: Job): Promise<Outcome>;
  /** Ends every thread and process of the engine; a later `run` starts new ones. */
  close(): Promise<void>;
  /** What its workers do at this moment. */
  state(): PoolState;
  /** How it would run a job. Arguments are looked at and packed, no item runs. */
  plan(job: Omit<Job, "id">): Promise<EnginePlan>;
}

/** A plan, and whether items run at once in one thread; else they do if there are several workers. */
export type EnginePlan = Plan & { readonly parallel?: boolean };

/** An engine that was loaded. */
export interface Engine extends Executor {
  readonly target: Target;
  readonly definition: EngineDefinition;
}

/** Defines an engine: what the engine's file exports, and the registry lists. */
export function defineEngine<N extends string, K extends CallableKind>(
  definition: EngineDefinition<N, K>,
): EngineDefinition<N, K> {
  return definition;
}
