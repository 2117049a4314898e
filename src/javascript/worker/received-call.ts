import { reviveKey } from "../../base/keys.js";
import { findClass, findFunction, findMethod } from "../addressing/find.js";
import { loadModule } from "../addressing/load.js";
import type { CallReference, CallState } from "../chunk-protocol.js";
import { unpack } from "../codec/codec.js";
import type { Exports } from "../codec/error-class.js";
import { type CallArguments, readCommon } from "../codec/item-arguments.js";
import { LostWrites } from "./lost-writes.js";

/** A call as a worker has it. */
export interface Call extends CallArguments {
  readonly label: string;
  readonly exports: Exports;
  readonly run: (args: readonly unknown[]) => unknown;
  /** what the method assigns to the batch here, if that is looked for */
  readonly writes?: LostWrites;
  /** names of what was assigned that the engine knows of */
  readonly reported: Set<string>;
}

/** Imports what a call runs and unpacks what its items have in common. */
export async function prepareCall({ label, work, state, strict }: CallReference): Promise<Call> {
  const exports = await loadModule(work.module);
  const { self, shared, ...given }: CallState = unpack(state!);
  const common = {
    label,
    exports,
    ...readCommon(given),
    shared: (shared ?? []) as CallArguments["shared"],
    reported: new Set<string>(),
  };
  if (work.kind === "function") {
    const fn = findFunction(exports, work);
    return { ...common, run: (args) => fn(...args) };
  }
  const found = findClass(exports, work.className, work.module);
  const method = findMethod(found, work.method, work.depth);
  const batch = rebuild(found, self!);
  const run = (args: readonly unknown[]) => method.apply(batch, args as unknown[]);
  return { ...common, run, writes: strict ? new LostWrites(batch) : undefined };
}

function rebuild(
  found: { prototype: object; [reviveKey]?: (state: object) => object },
  state: object,
): object {
  return found[reviveKey]?.(state) ?? Object.assign(Object.create(found.prototype), state);
}
