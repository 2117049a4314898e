import { textMemory } from "#host/bytes";
import type { TextMemory } from "../hosts/host.js";
import {
  type ChunkJournal,
  entryBytes,
  hasBytes,
  isText,
  type JournalReference,
  type JournalWriter,
  type Kind,
  type TextKind,
  unended,
  type Visit,
} from "./chunk-journal.js";

type SharedReference = JournalReference & { kind: "memory" };

const Word = { Begun: 0, Committed: 1, Asked: 2, Limit: 3 } as const;
const headerBytes = 16;
const closed = -1;
// what its entries can address
const maximumHeap = 2 ** 32 - 2 ** 16;
const keptHeap = 2 ** 24;

// an entry by its words; the number, if it has one, is the second of its two f64
const entryWords = entryBytes / 4;
const Entry = { Position: 0, Kind: 1, Start: 2, Length: 3 } as const;

/** A journal in shared memory: entries in one buffer, their packed bytes in another that grows. */
export class SharedJournal implements ChunkJournal {
  #words: SharedArrayBuffer;
  #heap = makeHeap();
  #reason = makeHeap();
  #header: Int32Array;
  #begun: number | undefined;

  /** @param waiting a word: how many wait for a core */
  constructor(private readonly waiting: SharedArrayBuffer) {
    this.#words = makeWords(0);
    this.#header = headerOf(this.#words);
  }

  get reference(): SharedReference {
    return {
      kind: "memory",
      words: this.#words,
      heap: this.#heap,
      reason: this.#reason,
      waiting: this.waiting,
    };
  }

  open(items: number): void {
    if (this.#words.byteLength < headerBytes + items * entryBytes) {
      this.#words = makeWords(items);
      this.#header = headerOf(this.#words);
    }
    if (this.#heap.byteLength > keptHeap) this.#heap = makeHeap();
    this.#header.fill(0);
    this.#header[Word.Limit] = items;
    this.#begun = undefined;
  }

  progress(): number {
    const begun = Atomics.load(this.#header, Word.Begun);
    return begun + Atomics.load(this.#header, Word.Committed);
  }

  begun(): number {
    return this.#begun ?? Atomics.load(this.#header, Word.Begun);
  }

  endedCount(): number {
    return Atomics.load(this.#header, Word.Committed);
  }

  ask(reason: Uint8Array): void {
    if (this.#reason.byteLength < reason.length) this.#reason.grow(reason.length);
    new Uint8Array(this.#reason, 0, reason.length).set(reason);
    // whoever sees the length sees the bytes, which were written before
    Atomics.store(this.#header, Word.Asked, reason.length);
  }

  close(): number {
    // the worker claims each item by comparing with this word, so one exchange settles which items began
    this.#begun ??= Atomics.exchange(this.#header, Word.Begun, closed);
    return this.#begun;
  }

  cut(count: number): number {
    const begun = Atomics.load(this.#header, Word.Begun);
    const limit = count - Math.ceil((count - begun) / 2);
    if (this.#begun !== undefined || begun >= count) return count;
    // the worker claims an item and then reads the limit; we write the limit and then read what it has claimed: one of
    // the two sees the other
    Atomics.store(this.#header, Word.Limit, limit);
    if (Atomics.load(this.#header, Word.Begun) <= limit) return limit;
    Atomics.store(this.#header, Word.Limit, count);
    return count;
  }

  read(visit: Visit): number {
    // pairs with the store in `append`: entries below the count are complete
    const count = Atomics.load(this.#header, Word.Committed);
    const words = new Uint32Array(this.#words, headerBytes, count * entryWords);
    const numbers = new Float64Array(this.#words, headerBytes, count * 2);
    const texts = textMemory(this.#heap);
    let size = count * entryBytes;
    for (let i = 0, at = 0; i < count; i++, at += entryWords) {
      const position = words[at + Entry.Position];
      const kind = words[at + Entry.Kind] as Kind;
      if (!hasBytes(kind)) {
        visit(position, kind, numbers[2 * i + 1]);
        continue;
      }
      const start = words[at + Entry.Start];
      const length = words[at + Entry.Length];
      size += length;
      visit(
        position,
        kind,
        isText(kind) ? texts.read(start, start + length) : new Uint8Array(this.#heap, start, length),
      );
    }
    return size;
  }

  ended(visit: (position: number) => void): void {
    const count = Atomics.load(this.#header, Word.Committed);
    const words = new Uint32Array(this.#words, headerBytes, count * entryWords);
    for (let at = Entry.Position; at < words.length; at += entryWords) visit(words[at]);
  }

  running(): number[] {
    return unended(this.begun(), (visit) => this.ended(visit));
  }

  discard(): void {
    this.#words = makeWords(0);
    this.#header = headerOf(this.#words);
    this.#heap = makeHeap();
    this.#reason = makeHeap();
  }
}

export class SharedJournalWriter implements JournalWriter {
  size = 0;
  #committed = 0;
  readonly #header: Int32Array;
  readonly #words: Uint32Array;
  readonly #numbers: Float64Array;
  readonly #heap: SharedArrayBuffer;
  readonly #reason: SharedArrayBuffer;
  readonly #waiting: Int32Array;
  #texts: TextMemory;
  #room: number;

  constructor({ words, heap, reason, waiting }: SharedReference) {
    this.#header = headerOf(words);
    this.#words = new Uint32Array(words, headerBytes);
    this.#numbers = new Float64Array(words, headerBytes);
    this.#heap = heap;
    this.#texts = textMemory(heap);
    this.#room = heap.byteLength;
    this.#reason = reason;
    this.#waiting = new Int32Array(waiting);
  }

  begin(position: number): boolean {
    return (
      Atomics.compareExchange(this.#header, Word.Begun, position, position + 1) === position &&
      position < Atomics.load(this.#header, Word.Limit)
    );
  }

  commit(position: number, kind: Kind, number: number): void {
    const at = this.#committed * entryWords;
    this.#words[at + Entry.Position] = position;
    this.#words[at + Entry.Kind] = kind;
    this.#numbers[2 * this.#committed + 1] = number;
    this.#append();
  }

  commitBytes(position: number, kind: Kind, bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    new Uint8Array(this.#heap, this.size, bytes.length).set(bytes);
    this.#commitStretch(position, kind, bytes.length);
  }

  commitText(position: number, kind: TextKind, text: string): void {
    // no text takes more
    this.#reserve(3 * text.length);
    this.#commitStretch(position, kind, this.#texts.write(text, this.size));
  }

  #commitStretch(position: number, kind: Kind, length: number): void {
    const at = this.#committed * entryWords;
    this.#words[at + Entry.Position] = position;
    this.#words[at + Entry.Kind] = kind;
    this.#words[at + Entry.Start] = this.size;
    this.#words[at + Entry.Length] = length;
    this.size += length;
    this.#append();
  }

  #reserve(length: number): void {
    const needed = this.size + length;
    if (needed <= this.#room) return;
    if (needed > maximumHeap) {
      throw new RangeError(
        `A result of ${length} bytes does not fit beside ${this.size} bytes of others: the items that a worker runs at once may ` +
          `return ${maximumHeap} bytes. Let fewer run at once (concurrency), or return less.`,
      );
    }
    this.#heap.grow(Math.min(maximumHeap, Math.max(needed, 2 * this.#room, 65536)));
    this.#room = this.#heap.byteLength;
    this.#texts = textMemory(this.#heap);
  }

  isWanted(): boolean {
    return Atomics.load(this.#waiting, 0) > 0;
  }

  asked(): Uint8Array | undefined {
    const length = Atomics.load(this.#header, Word.Asked);
    return length > 0 ? new Uint8Array(this.#reason, 0, length).slice() : undefined;
  }

  #append(): void {
    // the entry was written before, so whoever sees the new count sees it whole
    Atomics.store(this.#header, Word.Committed, ++this.#committed);
  }
}

function makeWords(items: number): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + Math.max(4096, items) * entryBytes);
}

function headerOf(words: SharedArrayBuffer): Int32Array {
  return new Int32Array(words, 0, headerBytes / 4);
}

// growable, so that results of any size fit without a message
function makeHeap(): SharedArrayBuffer {
  return new SharedArrayBuffer(0, { maxByteLength: maximumHeap });
}
