import type { Journal } from "./journal.js";

/**
 * The results of a chunk and how far it got, kept where they outlive the worker that writes them: in shared memory for a
 * thread, in a file for a process. A result is committed before the worker begins its next item, so that its death
 * costs the items in flight and no other. The other way goes one thing only: that the items are asked to end.
 *
 * An entry has 16 bytes, little-endian:
 *
 *     0  position of the item in the chunk
 *     4  kind
 *     8  kind Number: the number (f64); one of text or packed bytes: u32 where these start, u32 how many there are
 *
 * In a file the packed bytes follow their entry, and an entry of kind Begun stands before the first item's.
 */
export const Kind = {
  Undefined: 0,
  Null: 1,
  True: 2,
  False: 3,
  Number: 4,
  Value: 5,
  Failure: 6,
  Begun: 7,
  Text: 8,
  Json: 9,
  PlainFailure: 10,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export const entryBytes = 16;

/** What an entry has: the number or text, or packed bytes, which are there only until the journal is used again. */
export type Content = number | string | Uint8Array;

/** Is called with each entry, in the order of the commits. */
export type Visit = (position: number, kind: Kind, content: Content) => void;

/** The worker's end. */
export interface JournalWriter {
  /** Claims the next item. False: the chunk was closed, so the item is not to run. */
  begin(position: number): boolean;
  commit(position: number, kind: Kind, number: number): void;
  /** @throws RangeError when the bytes are more than fit into a journal */
  commitBytes(position: number, kind: Kind, bytes: Uint8Array): void;
  /** @param text is well-formed */
  commitText(position: number, kind: TextKind, text: string): void;
  /** bytes of results so far */
  readonly size: number;
  /** Whether others wait for this core, as far as is known: true where it is not. */
  isWanted(): boolean;
  /** The packed error with which the items were asked to end, once they were. */
  asked(): Uint8Array | undefined;
}

/** Where a worker finds its end of a journal. */
export type JournalReference =
  | {
      readonly kind: "memory";
      readonly words: SharedArrayBuffer;
      readonly heap: SharedArrayBuffer;
      readonly reason: SharedArrayBuffer;
      /** how many wait for a core: one word */
      readonly waiting: SharedArrayBuffer;
    }
  | { readonly kind: "file"; readonly path: string };

/** The engine's end: a journal by positions in the chunk, of one chunk after another. */
export interface ChunkJournal extends Omit<Journal, "account"> {
  readonly reference: JournalReference;
  /** Makes the journal ready for a chunk of so many items. */
  open(items: number): void;
  /** How many items ended. */
  endedCount(): number;
  /** Asks the items that run to end, with the packed error that their signal then has as its reason. */
  ask(reason: Uint8Array): void;
  /**
   * Ends the chunk: no item begins afterwards, which for a file holds only once its process is dead or done.
   * @returns how many items began, in the order of the chunk
   */
  close(): number;
  /**
   * Takes items that have not begun from the end of the chunk, half of them, where that can reach a worker while it runs.
   * @param count items that the chunk has now
   * @returns how many it has left; `count` if nothing was taken
   */
  cut(count: number): number;
  /** @returns bytes of the entries and what they point to */
  read(visit: Visit): number;
  /** Calls with the position of each entry. */
  ended(visit: (position: number) => void): void;
  /** Frees what the journal has. A writer may still be at it. */
  discard(): void;
}

/** The first positions of a chunk, so many as began, without those that have an entry. */
export function unended(begun: number, ended: ChunkJournal["ended"]): number[] {
  const running = new Set(Array.from({ length: begun }, (_, position) => position));
  ended((position) => running.delete(position));
  return [...running];
}

export function hasBytes(kind: Kind): boolean {
  return kind === Kind.Value || kind === Kind.Failure || isText(kind);
}

export function isText(kind: Kind): kind is TextKind {
  return kind === Kind.Text || kind === Kind.Json || kind === Kind.PlainFailure;
}

export function isFailure(kind: Kind): boolean {
  return kind === Kind.Failure || kind === Kind.PlainFailure;
}

export type TextKind = typeof Kind.Text | typeof Kind.Json | typeof Kind.PlainFailure;
