import type { Kernel } from "../../abi/kernel.js";
import { suggestion } from "../../base/near-miss.js";
import { type Invocation, namesOf } from "../../call/invocation.js";

/** Where the value of a parameter comes from: the item's arguments, or one that is the same for all items. */
export type Source =
  | { readonly from: "position"; readonly position: number }
  | { readonly from: "name" }
  | { readonly from: "call"; readonly value: unknown }
  | { readonly from: "default" };

/** The arguments that all items of a call share. */
export interface SharedArguments {
  readonly call: Invocation;
  /** the kernel itself was called, so that errors need not say whose arguments they mean */
  readonly direct?: true;
  /** of `partial`; then the call's names need not all be the kernel's, since a method may have taken them */
  readonly bound?: Invocation;
}

/**
 * Says for each parameter of a kernel where its value comes from, when an item gives so many positional arguments and
 * these names: the item's positional arguments come first, then the call's; of names the call's win over the item's; those
 * that `partial` bound give way to all others.
 * @param subject begins what errors say: the call, and the kernel's signature
 * @throws TypeError for an argument too many, missing, unknown or given twice
 */
export function planArguments(
  { signature: { parameters } }: Kernel,
  positions: number,
  names: readonly string[],
  { call, bound, direct }: SharedArguments,
  subject: string,
): readonly Source[] {
  if (names.length === 0 && positions === parameters.length && isEmpty(call) && isEmpty(bound)) {
    return positional(positions);
  }
  const known = new Map(parameters.map(({ name }, i) => [name, i]));
  const sources: (Source | undefined)[] = parameters.map(() => undefined);

  const given = positions + call.positional.length;
  if (given > parameters.length) {
    const got = `${subject} takes ${count(parameters.length, "argument")}, got ${given}`;
    throw new TypeError(
      direct
        ? `${got}.`
        : `${got}: ${positions} of the item and ${call.positional.length} of the call.` +
            (call.positional.length > 1 ? " Those of the call are for every item, not one for each." : ""),
    );
  }
  for (let position = 0; position < positions; position++) sources[position] = { from: "position", position };
  call.positional.forEach((value, i) => {
    sources[positions + i] = { from: "call", value };
  });

  const byName = (name: string, source: Source, mayBeUnknown = false, hint = "") => {
    const i = known.get(name);
    if (i === undefined) {
      if (mayBeUnknown) return;
      throw new TypeError(
        `${subject} has no parameter "${name}"${suggestion(name, [...known.keys()])}${hint}`,
      );
    }
    if (sources[i] && i < given)
      throw new TypeError(`${subject} got "${name}" twice: by position and by name.`);
    sources[i] = source;
  };
  for (const name of names) {
    const hint = direct ? "A plain object in the last place" : "An item that is a plain object";
    byName(name, { from: "name" }, false, ` ${hint} passes arguments by name.`);
  }
  for (const [name, value] of entries(call)) byName(name, { from: "call", value }, bound !== undefined);
  for (const [name, value] of entries(bound)) {
    const i = known.get(name);
    if (i === undefined || !sources[i]) byName(name, { from: "call", value });
  }

  return sources.map((source, i) => {
    if (source) return source;
    if (parameters[i].optional) return { from: "default" };
    throw new TypeError(
      `${subject} needs "${parameters[i].name}"${direct ? "." : ", and neither the item nor the call passes it."}`,
    );
  });
}

function isEmpty(given: Invocation | undefined): boolean {
  return given === undefined || (given.positional.length === 0 && given.named === undefined);
}

// what most calls of a kernel come to
const plans: (readonly Source[])[] = [];

function positional(count: number): readonly Source[] {
  plans[count] ??= Array.from({ length: count }, (_, position): Source => ({ from: "position", position }));
  return plans[count];
}

function entries(invocation: Invocation | undefined): [string, unknown][] {
  return invocation ? namesOf(invocation).map((name) => [name, invocation.named![name]]) : [];
}

function count(n: number, what: string): string {
  return `${n === 0 ? "no" : n} ${what}${n === 1 ? "" : "s"}`;
}
