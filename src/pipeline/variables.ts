import { isFunction } from "../base/callables.js";
import { shownValue } from "../base/option-names.js";
import { intoThisRealm } from "../columns/into-this-realm.js";

/** How a variable begins, in each run. */
export interface Declaration {
  readonly begin: () => unknown;
}

/** What one batch does to a variable, once it has come out. */
export interface Contribution {
  readonly name: string;
  /** the step, for errors: `append(labels)` */
  readonly step: string;
  readonly value: unknown;
  readonly combine: (before: any, value: any) => unknown;
}

export type Declarations = ReadonlyMap<string, Declaration>;

/** @throws TypeError for an initial value that cannot be copied for each run */
export function declare(name: string, initial: unknown): Declaration {
  checkVariableName(name, "variable()");
  if (isFunction(initial)) return { begin: initial };
  try {
    // as it is now: later changes to it do not count
    const kept = structuredClone(initial);
    return { begin: () => intoThisRealm(structuredClone(kept)) };
  } catch (cause) {
    throw new TypeError(
      `The initial value of the variable "${name}" cannot be copied for each run: pass a function that makes it.`,
      { cause },
    );
  }
}

export function checkVariableName(name: unknown, where: string): void {
  if (typeof name === "string" && name !== "") return;
  throw new TypeError(`${where} takes the variable's name first, got ${shownValue(name)}.`);
}

export const emptyArray: Declaration = { begin: () => [] };

/** Both, where a name stands for one variable. @throws TypeError when it is declared in two ways */
export function mergeDeclarations(a: Declarations, b: Declarations): Declarations {
  const merged = new Map(a);
  for (const [name, declaration] of b) {
    const other = merged.get(name);
    // an array that is only appended to needs no declaration, and takes one that there is
    if (other === undefined || other === emptyArray) merged.set(name, declaration);
    else if (other !== declaration && declaration !== emptyArray) {
      throw new TypeError(`The variable "${name}" is declared twice in one chain: rename one of them.`);
    }
  }
  return merged;
}

/** The variables of one run. */
export class Variables {
  readonly values: Record<string, unknown> = {};

  constructor(declarations: Declarations) {
    for (const [name, { begin }] of declarations) this.values[name] = begin();
  }

  /** @throws whatever a `combine` throws */
  apply({ name, value, combine }: Contribution): void {
    this.values[name] = combine(this.values[name], value);
  }
}
