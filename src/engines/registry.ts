import { checkHost } from "#host/needs";
import { workerFlag } from "../base/keys.js";
import type { CallableKind, Target } from "../events/target.js";
import { async } from "./async.js";
import type { Engine, EngineDefinition } from "./engine.js";
import { sequential } from "./for.js";
import { mpc } from "./mpc.js";
import { nogil } from "./nogil.js";
import { threads } from "./threads.js";

// the order is that of error messages, and of those that run a kind the first is used where nobody names a target
const engines = {
  threads,
  nogil,
  async,
  mpc,
  for: sequential,
};

type Registered = typeof engines;

declare module "../events/target.js" {
  interface Engines extends Kinds {}
}
type Kinds = { readonly [N in keyof Registered]: Registered[N]["runs"][0] };

const registered = new Map<string, EngineDefinition>();
// small calls ask again and again
const usual = new Map<CallableKind, Target>();

/** Makes an engine known, behind those that are. */
export function register(definition: EngineDefinition): void {
  registered.set(definition.name, definition);
  for (const kind of definition.runs) if (!usual.has(kind)) usual.set(kind, definition.name as Target);
}

const named: { readonly [N in keyof Registered]: EngineDefinition<N> } = engines;
for (const definition of Object.values(named)) register(definition);

/** What every engine says of itself, in the order of the registry. */
export function definitions(): readonly EngineDefinition[] {
  return [...registered.values()];
}

/** The names of all targets. */
export function targets(): readonly Target[] {
  return [...registered.keys()] as Target[];
}

export function isTarget(value: unknown): value is Target {
  return registered.has(value as string);
}

export function definitionOf(target: Target): EngineDefinition {
  return registered.get(target)!;
}

/** What a method that declares the target is: itself what runs for each item, or called once for the kernel or function that does. */
export function declaredKind(target: Target): CallableKind {
  return definitionOf(target).runs[0];
}

export function canRun(target: Target, kind: CallableKind): boolean {
  return definitionOf(target).runs.includes(kind);
}

/** The targets that run a kind, those that are declared for it first. */
export function targetsFor(kind: CallableKind): Target[] {
  const able = targets().filter((target) => canRun(target, kind));
  const own = able.filter((target) => declaredKind(target) === kind);
  return [...own, ...able.filter((target) => !own.includes(target))];
}

/** What runs a kind where nobody names a target. */
export function usualTarget(kind: CallableKind): Target {
  return usual.get(kind)!;
}

const used = new Map<Target, Engine>();
const loading = new Map<Target, Promise<Engine>>();

/**
 * The engine of a target. Inside a worker it is always the loop: there are no pools inside pools.
 * @throws TypeError for a target that cannot run the kind, listing those that can
 */
export function engineFor(target: Target, kind: CallableKind, label: string): Engine | Promise<Engine> {
  if (!canRun(target, kind)) {
    throw new TypeError(
      `${label} ${described[kind]}, which target "${target}" cannot run; possible are ${targetsFor(kind).join(", ")}.`,
    );
  }
  const actual = isWorker() ? "for" : target;
  return used.get(actual) ?? load(actual);
}

/** Loads an engine when it is first used: a page that runs kernels only never asks for Node's modules. */
export function load(target: Target): Promise<Engine> {
  let engine = loading.get(target);
  if (!engine) {
    engine = loadNow(target);
    loading.set(target, engine);
    // what failed may work later
    engine.catch(() => loading.delete(target));
  }
  return engine;
}

async function loadNow(target: Target): Promise<Engine> {
  const definition = definitionOf(target);
  checkHost(target, definition.needs);
  const engine = { target, definition, ...(await definition.load()) };
  used.set(target, engine);
  return engine;
}

const described: Record<CallableKind, string> = {
  method: "is a method that runs for each item",
  kernel: "runs a kernel",
  function: "runs a function",
};

function isWorker(): boolean {
  return workerFlag in globalThis;
}

/** The engines that were used so far. */
export function usedEngines(): Engine[] {
  return [...used.values()];
}

let ending: Promise<unknown> = Promise.resolve();

/**
 * Ends every thread and process that the library started. Later calls start new ones. Idle workers keep no program alive, so that
 * a program need not call it to end.
 * @throws what kept a worker from ending
 * @cost Milliseconds, and as many for each worker that later calls start.
 * @example
 * import { shutdown } from "nogil";
 *
 * process.env.OMP_NUM_THREADS = "1";
 * await shutdown(); // processes that start from now on have it
 */
export async function shutdown(): Promise<void> {
  // those that another call is about to end count too
  const all = Promise.all([ending, ...[...used.values()].map((engine) => engine.close())]);
  ending = all.catch(() => {}).then(() => {});
  await all;
}
