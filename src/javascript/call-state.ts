import { parallelKey, stateKey } from "../base/keys.js";
import { isSharedArrayBuffer } from "../base/realms.js";
import { type Invocation, type Invocations, invocationAt } from "../call/invocation.js";
import type { Job } from "../call/job.js";
import { because, refuseDisposed } from "../call/refusals.js";
import type { Component } from "../columns/column.js";
import { elementAt, isColumn } from "../columns/from-values.js";
import { retainView } from "../columns/index.js";
import type {
  ArgumentColumn,
  CallState,
  ChunkArguments,
  ChunkItems,
  CommonArguments,
} from "./chunk-protocol.js";
import { type Packed, type Passing, pack } from "./codec/codec.js";

/**
 * Packs what all chunks of a call have in common: the batch, the call's arguments, components shared as a whole.
 * @throws TypeError naming the path of what cannot be sent; Error for a column that was disposed of
 */
export function packState({ work, label, bound, call, invocations }: Job, passing: Passing): Packed {
  refuseDisposed(invocations);
  const self = work.kind === "method" ? stateOf(work.self) : undefined;
  const state: CallState = {
    self,
    ...commonArguments({ bound, call }),
    shared:
      passing === "share" && invocations.kind === "zipped"
        ? invocations.components.map(wholeColumn)
        : undefined,
  };
  try {
    return pack(state, passing, label);
  } catch (error) {
    // the parts one by one, for a path that users know
    if (work.kind === "method") packSelf(work.self, self!, passing);
    for (const [from, what] of [
      [bound, "bound argument"],
      [call, "argument"],
    ] as const) {
      for (const [i, value] of (from?.positional ?? []).entries())
        pack(value, passing, `${label}: ${what} ${i}`);
      for (const [name, value] of Object.entries(from?.named ?? {}))
        pack(value, passing, `${label}: ${what} ${name}`);
    }
    throw error;
  }
}

type State = { readonly own?: object; readonly components?: object };

function packSelf(self: object, state: State, passing: Passing): void {
  const name = self.constructor.name;
  if (!(stateKey in self)) pack(state, passing, name);
  if (state.own) pack(state.own, passing, name);
  if (state.components) pack(state.components, passing, `${name}.data`);
}

function stateOf(self: object): object {
  const own = stateKey in self ? (self as { [stateKey]: () => State })[stateKey]() : { ...self };
  return "own" in own && typeof own.own === "object"
    ? { ...own, own: withoutParallel(own.own!) }
    : withoutParallel(own);
}

// parallel methods in fields are made anew on the other side
function withoutParallel(own: object): object {
  return Object.fromEntries(
    Object.entries(own).filter(([, value]) => !(typeof value === "function" && parallelKey in value)),
  );
}

function wholeColumn(component: unknown): unknown {
  return isColumn(component) ? component : null;
}

/** The arguments that all items of a call have, as they travel. */
export function commonArguments({ bound, call }: Pick<Job, "bound" | "call">): CommonArguments {
  return { bound: bound && [bound.positional, bound.named], call: [call.positional, call.named] };
}

/**
 * What the items of a chunk are called with, as it travels.
 * @param common the call's arguments, where they have to travel with the items'
 */
export function chunkArguments(
  invocations: Invocations,
  items: ChunkItems,
  passing: Passing,
  common?: CommonArguments,
): ChunkArguments {
  if (invocations.kind === "zipped") {
    return {
      kind: "columns",
      common,
      columns: invocations.components.map((component) =>
        passing === "share" && wholeColumn(component) ? null : toColumn(elementsOf(component, items)),
      ),
    };
  }
  const entries = elementsOf(invocations.entries, items) as readonly Invocation[];
  const { length } = entries[0].positional;
  // one list for each parameter is quicker to read and write than one for each item
  const isNamed = entries[0].named !== undefined;
  const isAlike = ({ positional, named }: Invocation) =>
    positional.length === length && (named !== undefined) === isNamed;
  if (entries.every(isAlike)) {
    return {
      kind: "columns",
      common,
      ...(isNamed && { named: entries.map(({ named }) => named!) }),
      columns: Array.from({ length }, (_, i) => toColumn(entries.map(({ positional }) => positional[i]))),
    };
  }
  return { kind: "entries", common, entries: entries.map(({ positional, named }) => [positional, named]) };
}

function elementsOf(component: Component, items: ChunkItems): readonly unknown[] {
  if ("items" in items) return items.items.map((item) => elementAt(component, item));
  const { first, count } = items;
  if (Array.isArray(component)) return component.slice(first, first + count);
  return Array.from({ length: count }, (_, position) => elementAt(component, first + position));
}

// numbers travel as their bytes, and those of a range, as indices are, not at all
function toColumn(values: readonly unknown[]): ArgumentColumn {
  const [first] = values;
  if (typeof first !== "number") return values;
  let isRange = Number.isSafeInteger(first) && !Object.is(first, -0);
  for (let i = 1; i < values.length; i++) {
    if (typeof values[i] !== "number") return values;
    isRange &&= values[i] === first + i;
  }
  return isRange ? { first } : Float64Array.from(values as readonly number[]);
}

/** Packs the arguments of one item alone. @throws TypeError naming the path of what cannot be sent */
export function checkArguments(
  { invocations, label, first = 0 }: Pick<Job, "invocations" | "label" | "first">,
  item: number,
  passing: Passing,
): void {
  const check = (argument: number | string, value: unknown) => {
    try {
      pack(value, passing, `${label}, item ${first + item}: argument ${argument}`);
    } catch (error) {
      const { message } = error as Error;
      throw because(error as Error, message.slice(message.indexOf(": argument ")));
    }
  };
  const { positional, named } = invocationAt(invocations, item);
  for (const [i, value] of positional.entries()) check(i, value);
  for (const [key, value] of Object.entries(named ?? {})) check(key, value);
}

/** Keeps the shared memory under packed columns and views, until the function that comes back is called. */
export function retain({ shared }: Packed): () => void {
  const holds = shared.map((each) => {
    const buffer = isSharedArrayBuffer(each) ? each : each.buffer;
    return retainView(new Uint8Array(buffer, 0, 0));
  });
  return () => {
    for (const release of holds) release();
  };
}
