import { isAction, notABatch } from "../api/action.js";
import { methodNamed, namesIn } from "../api/members.js";
import type { CallOptions } from "../api/options.js";
import { isParallelized } from "../api/parallelized.js";
import { withInherited } from "../api/with-options.js";
import { className, kindOf } from "../base/kind-of.js";
import { suggestion } from "../base/near-miss.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { type BatchClass, isBatch } from "../batch/batch-class.js";
import { hasLazy, resolveLazy } from "./lazy.js";
import type { StepRun } from "./run-types.js";
import type { Contribution } from "./variables.js";

/** What a step gets besides the batch. */
export interface StepContext extends StepRun<any> {
  /** what it adds here counts once the batch has come out */
  readonly contributions: Contribution[];
}

/** One step of a chain that works on one batch. */
export interface Step {
  readonly kind: "step";
  readonly name: string;
  /** how errors and times call it */
  label(batch: AnyBatch): string;
  /** The same step where a chain sets options, which its own win over. */
  under?(options: CallOptions): Step;
  /** @returns the batch to go on with */
  run(batch: AnyBatch, context: StepContext): AnyBatch | Promise<AnyBatch>;
}

/** Where batches are put together and divided. */
export interface Rebatch {
  readonly kind: "rebatch";
  readonly name: string;
  readonly size: number;
}

export type Link = Step | Rebatch;

export function actionStep(name: string, args: readonly unknown[], options: CallOptions): Step {
  const lazy = hasLazy(args);
  const plain = Object.keys(options).length === 0;
  const call = async (batch: AnyBatch, given: readonly unknown[]) => {
    const made = await (plain ? batch : (withInherited(batch, options) as any))[name](...given);
    if (!isBatch(made)) throw notABatch(`${className(batch)}.${name}`, "it", made);
    return made;
  };
  return {
    kind: "step",
    name,
    label: (batch) => `${className(batch)}.${name}`,
    under: (outer) => actionStep(name, args, { ...outer, ...options }),
    run: async (batch, context) => {
      if (!isStep(batch, name)) throw noSuchAction(batch, name);
      return call(batch, lazy ? await resolveLazy(args, batch, context) : args);
    },
  };
}

type StepFunction = (batch: any, run: StepRun<any>) => unknown;

export function functionStep(step: StepFunction): Step {
  const name = step.name || "do";
  return {
    kind: "step",
    name,
    label: () => name,
    run: async (batch, context) => {
      const made = await step(batch, context);
      if (made === undefined) return batch;
      if (!isBatch(made)) {
        throw new TypeError(
          `A function step returns a batch or nothing, and ${name === "do" ? "this one" : name} returned ${kindOf(made)}.`,
        );
      }
      return made;
    },
  };
}

export function variableStep(
  method: "append" | "update",
  variable: string,
  value: StepFunction,
  combine: Contribution["combine"],
): Step {
  const name = `${method}(${variable})`;
  return {
    kind: "step",
    name,
    label: () => name,
    run: async (batch, context) => {
      context.contributions.push({ name: variable, step: name, value: await value(batch, context), combine });
      return batch;
    },
  };
}

/** @throws TypeError for a name that is not an action of the batch class, or for a class that takes a chain's names */
export function checkAction(batchClass: BatchClass, name: string): void {
  if (!isStep(probe(batchClass), name)) throw noSuchAction(probe(batchClass), name);
}

/** @throws TypeError when the class has an action whose name every chain uses itself */
export function checkNames(batchClass: BatchClass, taken: readonly string[]): void {
  const batch = probe(batchClass);
  const both = taken.find((name) => name in batch && isStep(batch, name));
  if (both === undefined) return;
  throw new TypeError(
    `${className(batch)}.${both} is an action with a name that pipelines have themselves: rename it. Theirs are ${taken.join(", ")}.`,
  );
}

const probes = new WeakMap<BatchClass, AnyBatch>();

// actions may be fields, which only an instance has
function probe(batchClass: BatchClass): AnyBatch {
  const made = probes.get(batchClass) ?? new batchClass([]);
  probes.set(batchClass, made);
  return made;
}

function isStep(batch: AnyBatch, name: string): boolean {
  const member = methodNamed(batch, name);
  return isAction(member) || isParallelized(member);
}

function noSuchAction(batch: AnyBatch, name: string): TypeError {
  const actions = namesIn(batch).filter((each) => isStep(batch, each));
  return new TypeError(
    `${className(batch)} has no action "${name}": ` +
      `${actions.length > 0 ? `its actions are ${actions.join(", ")}${suggestion(name, actions)}` : "mark a method with @action."}`,
  );
}
