import { type RunOptions, type Target, targets } from "./calls/engine.js";
import { kindOf } from "./columns/from-values.js";
import type { Named } from "./invocation.js";
import { nearMiss } from "./near-miss.js";
import { shownValue } from "./option-names.js";
import { checkOptions, optionNames } from "./options.js";

export type Method = (this: any, ...args: any[]) => any;

/** What `inbatchParallel` takes. */
export interface ParallelSpec {
  /**
   * Gives an entry for each run of the method: a method or property of the batch by name, a function with the batch as
   * `this`, or a ready-made one: `rows(…)`, `columns(…)`, `"indices"`.
   */
  init: string | Method;
  /** Gets the results, then the call's arguments: a method of the batch by name, a function, or `into(…)`. */
  post?: string | Method;
  /** @default "threads" */
  target?: Target;
  /** What steers the execution, unless a call says otherwise. */
  options?: RunOptions;
  /** Every other key is an argument that init and post get by name. */
  [extra: string]: unknown;
}

/** A spec that was checked, its extra arguments apart. */
export interface CheckedSpec {
  readonly init: string | Method;
  readonly post?: string | Method;
  readonly target?: Target;
  readonly options: RunOptions;
  readonly extra: Named;
}

const reserved = ["init", "post", "target", "options"];
const where = "inbatchParallel()";

/** @throws TypeError naming what is wrong with the spec */
export function checkSpec(spec: ParallelSpec): CheckedSpec {
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError(
      `${where} takes an object such as { init: "indices", target: "threads" }, got ${kindOf(spec)}.`,
    );
  }
  const { init, post, target, options = {}, ...extra } = spec;
  for (const key of Object.keys(extra)) {
    if (optionNames.includes(key)) {
      throw new TypeError(
        `${where}: "${key}" is an option: write options: { ${key}: … }, or rename the extra argument.`,
      );
    }
    const near = nearMiss(key, reserved);
    if (near) {
      throw new TypeError(
        `${where}: "${key}" is one letter away from "${near}": write that, or rename the extra argument.`,
      );
    }
  }
  checkMember("init", init);
  if (post !== undefined) checkMember("post", post);
  if (target !== undefined && !targets.includes(target)) {
    throw new TypeError(
      `${where}: there is no target ${shownValue(target)}; the targets are ${targets.join(", ")}.`,
    );
  }
  return { init, post, target, options: checkOptions(options, where), extra };
}

function checkMember(role: string, value: unknown): void {
  if (typeof value === "string" || typeof value === "function") return;
  throw new TypeError(
    `${where}: ${role} is ${kindOf(value)}, expected the name of a method of the batch, or a function.`,
  );
}
