import { callOptions, type OptionName, type RunOptions } from "../call/options.js";
import type { CallableKind, Target } from "../events/target.js";
import type { EngineDefinition } from "./engine.js";
import { definitionOf, definitions, usualTarget } from "./registry.js";

/** An option that has no effect on a call, and why. */
export interface IgnoredOption {
  /** its name */
  readonly option: string;
  /** why it has no effect, and which targets heed it */
  readonly why: string;
}

interface Where {
  /** what runs for each item; undefined: any kind that the engine runs */
  readonly kind?: CallableKind;
  /** whether `workers` is 0 */
  readonly inline?: boolean;
}

/** Whether an option has an effect on an engine. */
export function heeds(
  { heeds, inline: ofInline, runs }: EngineDefinition,
  option: OptionName,
  { kind, inline = false }: Where = {},
): boolean {
  if ("always" in callOptions[option]) return true;
  if (inline && ofInline) return ofInline.includes(option);
  // workers: 0 has no meaning where nothing runs in the calling thread
  if (inline && option === "workers") return false;
  if (isList(heeds)) return heeds.includes(option);
  return (kind === undefined ? runs : [kind]).some((each) => heeds[each]?.includes(option));
}

function isList(heeds: EngineDefinition["heeds"]): heeds is readonly OptionName[] {
  return Array.isArray(heeds);
}

/** The options that an engine heeds, in the order of the schema. */
export function heededBy(definition: EngineDefinition, where?: Where): OptionName[] {
  return (Object.keys(callOptions) as OptionName[]).filter((option) => heeds(definition, option, where));
}

/** The targets that heed an option, with some kind of work or with one. */
export function heedersOf(option: OptionName, kind?: CallableKind): string[] {
  return definitions()
    .filter((each) => (kind === undefined || each.runs.includes(kind)) && heeds(each, option, { kind }))
    .map(({ name }) => name);
}

/** Which of the options given have no effect on a target, and why. */
export function ignoredBy(target: Target, options: RunOptions, kind?: CallableKind): IgnoredOption[] {
  const definition = definitionOf(target);
  const where = { kind, inline: options.workers === 0 };
  return ignoredNames(definition, options, where).map((option) => ({
    option,
    why: whyIgnored(definition, option, where),
  }));
}

const none: readonly OptionName[] = [];

// every call with options asks, and most of what comes is heeded
function ignoredNames(
  definition: EngineDefinition,
  options: RunOptions,
  where: Where,
): readonly OptionName[] {
  let ignored: OptionName[] | undefined;
  for (const name in options) {
    const option = name as OptionName;
    if (options[option] === undefined || !(option in callOptions)) continue;
    if (!heeds(definition, option, where)) ignored = [...(ignored ?? none), option];
  }
  return ignored ?? none;
}

function whyIgnored(definition: EngineDefinition, option: OptionName, { kind, inline }: Where): string {
  const name = `target "${definition.name}"`;
  if (inline && option === "workers") {
    const able = definitions().filter((each) => each.inline?.includes("workers"));
    return `${name} has no use for workers: 0, which is for ${listed(able.map((each) => each.name))}`;
  }
  if (inline && heeds(definition, option, { kind })) {
    return `${name} heeds it in workers only, not with workers: 0`;
  }
  const ofKind = heedersOf(option, kind);
  const when = heeds(definition, option) ? ` for a ${kind}` : "";
  const others = heedersOf(option).filter((each) => each !== definition.name);
  const whoElse =
    ofKind.length > 0
      ? `; ${whoDoes(ofKind)}`
      : others.length > 0
        ? `; ${whoDoes(others)}, though not for a ${kind}`
        : "";
  return `${name} does not heed it${when}${whoElse}`;
}

function whoDoes(names: readonly string[]): string {
  return `${listed(names)} ${names.length > 1 ? "do" : "does"}`;
}

function listed(names: readonly string[]): string {
  const [last, ...before] = [...names].reverse();
  return before.length > 0 ? `${before.reverse().join(", ")} and ${last}` : last;
}

/**
 * Refuses options that were given together with a target that does not heed them.
 * @throws TypeError naming the first of them, the targets that heed it, and the options that there are
 */
export function refuseIgnored(target: Target, options: RunOptions, where: string, kind?: CallableKind): void {
  const [first] = ignoredBy(target, options, kind);
  if (first === undefined) return;
  const known = heededBy(definitionOf(target), { kind, inline: options.workers === 0 });
  throw new TypeError(
    `${where}: the option "${first.option}" would do nothing: ${first.why}. ` +
      `Leave it out; the options of "${target}" here are ${known.join(", ")}.`,
  );
}

/**
 * Refuses options that no target heeds for such work, where a call names none: whatever it comes to run on, they would do nothing.
 * @throws TypeError as `refuseIgnored`, of the target that is usual
 */
export function refuseUseless(options: RunOptions, where: string, kind: CallableKind): void {
  const useless = ignoredNames(definitionOf(usualTarget(kind)), options, { kind }).filter(
    (option) => heedersOf(option, kind).length === 0,
  );
  if (useless.length === 0) return;
  refuseIgnored(usualTarget(kind), { [useless[0]]: options[useless[0]] }, where, kind);
}
