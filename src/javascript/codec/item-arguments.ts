import { Invocation, joinArguments, mergeNamed, type Named } from "../../call/invocation.js";
import {
  type ArgumentColumn,
  type Chunk,
  type ChunkArguments,
  type ChunkItems,
  type CommonArguments,
  itemAt,
} from "../chunk-protocol.js";
import { unpack } from "./codec.js";

/** What all items of a call have in common. */
export interface CallArguments {
  readonly bound: Invocation;
  readonly call: Invocation;
  /** zipped invocations: the components that are here as a whole */
  readonly shared: readonly (Row | null)[];
}

export type Row = { at(i: number): unknown };

type AtPosition = (position: number) => unknown;

export function readCommon({ bound, call }: CommonArguments): Pick<CallArguments, "bound" | "call"> {
  return { bound: bound ? toInvocation(bound) : new Invocation([]), call: toInvocation(call) };
}

function toInvocation([positional, named]: CommonArguments["call"]): Invocation {
  return new Invocation(positional, named as Named);
}

/** What each position of a chunk is called with. */
export function argumentReader(
  { items, args }: Pick<Chunk, "items" | "args">,
  { shared, ...state }: CallArguments,
): (position: number) => unknown[] {
  const given: ChunkArguments = unpack(args);
  const { bound, call } = given.common ? readCommon(given.common) : state;
  const plain = !bound.named && !call.named;
  if (given.kind === "columns") {
    const columns = given.columns.map((column, i) => columnReader(column, items, shared[i]));
    const { named } = given;
    if (plain && !named && columns.length === 1 && bound.positional.length === 0) {
      const [only] = columns;
      return (position) => [only(position), ...call.positional];
    }
    const positional = (position: number) => [
      ...bound.positional,
      ...columns.map((column) => column(position)),
    ];
    if (plain && !named) return (position) => [...positional(position), ...call.positional];
    return (position) => {
      const own = named ? mergeNamed(bound.named, named[position] as Named) : bound.named;
      return joinArguments(new Invocation(positional(position), own), call);
    };
  }
  return (position) => {
    const [positional, named] = given.entries[position];
    if (plain && !named) return [...bound.positional, ...positional, ...call.positional];
    const item = new Invocation([...bound.positional, ...positional], { ...bound.named, ...named });
    return joinArguments(item, call);
  };
}

function columnReader(column: ArgumentColumn, items: ChunkItems, whole: Row | null): AtPosition {
  if (column === null) return (position) => whole!.at(itemAt(items, position));
  if ("first" in column) return (position) => column.first + position;
  return (position) => column[position];
}
