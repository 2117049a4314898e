import type { MessagePort } from "node:worker_threads";
import type { WorkerName } from "../events/events.js";
import type { JournalReference } from "../workers/chunk-journal.js";
import type { Packed } from "./codec/codec.js";
import type { PackedError } from "./codec/errors.js";

/**
 * What travels between an engine and the far side of a worker, be it a thread or a process. One message takes a chunk of
 * items there and a short report back; results and progress go over the chunk's journal, which outlives the worker.
 */

/** Where the far side finds what runs. */
export type WorkAddress =
  | {
      readonly kind: "method";
      readonly module: string;
      readonly className: string;
      readonly method: string;
      /** how many prototypes up from the instance the method lies; 0 for a field. A subclass may have another one. */
      readonly depth: number;
    }
  | {
      readonly kind: "function";
      readonly module: string;
      readonly name: string;
      /** the name is an export's key for certain, checked against the function itself */
      readonly exact: boolean;
    };

/** The arguments that all items of a call have. */
export interface CommonArguments {
  readonly bound?: readonly [positional: readonly unknown[], named?: object];
  readonly call: readonly [positional: readonly unknown[], named?: object];
}

/** What all chunks of one call have in common, packed once. */
export interface CallState extends CommonArguments {
  /** own state of the batch, whichever way its class gives it; absent for functions */
  readonly self?: object;
  /** zipped invocations: the components that are shared as a whole, in the place of each */
  readonly shared?: readonly unknown[];
}

/** A call as each of its chunks names it. */
export interface CallReference {
  readonly id: number;
  /** the oldest call still running; what the far side keeps of older ones can go */
  readonly oldest: number;
  readonly label: string;
  readonly work: WorkAddress;
  /** absent where the engine expects the far side to have it */
  readonly state?: Packed;
  /** items in flight at once in one worker */
  readonly concurrency: number;
  /** an item that was given up counts as one of them until it has ended */
  readonly exact: boolean;
  /** milliseconds that one item may take */
  readonly timeout?: number;
  /** milliseconds that items get to end by themselves, once they were asked to */
  readonly grace: number;
  /** look for what methods assign to the batch */
  readonly strict: boolean;
}

/** Arguments of a chunk's items: lists of each one's arguments, or one list for each parameter. */
export type ChunkArguments = {
  /** in the place of those in the call's state, where items view the same bytes */
  readonly common?: CommonArguments;
} & (
  | { readonly kind: "entries"; readonly entries: readonly (readonly [readonly unknown[], object?])[] }
  | {
      readonly kind: "columns";
      readonly columns: readonly ArgumentColumn[];
      /** the named arguments of each item, if all have some */
      readonly named?: readonly object[];
    }
);

/** One argument of each item: a run of whole numbers, numbers, anything; null for what is shared as a whole. */
export type ArgumentColumn = { readonly first: number } | Float64Array | readonly unknown[] | null;

/** Which items a chunk has: a run of them, or single ones that have to run again. */
export type ChunkItems =
  | { readonly first: number; readonly count: number }
  | { readonly items: readonly number[] };

export interface Chunk {
  readonly call: CallReference;
  readonly items: ChunkItems;
  /** packed `ChunkArguments` */
  readonly args: Packed;
  /** after so many milliseconds the far side gives the rest back as soon as others wait for its core */
  readonly slice?: number;
  readonly journal: JournalReference;
}

/** What the item at a position, or one before it, assigned to the batch here. */
export interface LostWrite {
  readonly position: number;
  readonly names: readonly string[];
}

/** A worker caught an error that belongs to no item in flight. */
export interface UnhandledErrorMessage {
  readonly nogil: "unhandledError";
  readonly worker: WorkerName;
  readonly error: PackedError;
  /** the item that started what threw, if it is known */
  readonly origin?: { readonly label: string; readonly item: number };
}

/** A thread has started, and sends what it prints over this port. */
export interface PortMessage {
  readonly nogil: "port";
  readonly worker: WorkerName;
  readonly port: MessagePort;
}

/** What a worker printed, in one piece. */
export interface Printed {
  readonly name: "stdout" | "stderr";
  readonly text: string | Uint8Array;
}

/** How a chunk went as a whole. Its items' results are in the journal. */
export type Report =
  | {
      readonly kind: "done";
      /** when the first item began, in milliseconds of the shared clock */
      readonly began: number;
      /** milliseconds from the first item's start to the last one's end */
      readonly busy: number;
      /** items given up at their timeout that still run: the worker has to go */
      readonly abandoned: number;
      /** the thread or process that ran it */
      readonly worker: WorkerName;
      readonly lost?: readonly LostWrite[];
    }
  /** the worker is about to be ended: send the chunk to another */
  | { readonly kind: "retired" }
  /** the call's state is not there: send the chunk again with it */
  | { readonly kind: "stateless" }
  /** the work cannot be found or its module not be loaded: no item can run anywhere */
  | { readonly kind: "impossible"; readonly error: PackedError };

export function countOf(items: ChunkItems): number {
  return "items" in items ? items.items.length : items.count;
}

export function itemAt(items: ChunkItems, position: number): number {
  return "items" in items ? items.items[position] : items.first + position;
}
