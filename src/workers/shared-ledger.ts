import {
  type Entry,
  entryBytes,
  type Kind,
  type LedgerReader,
  type LedgerWriter,
  readEntry,
  unended,
  writeBytesEntry,
  writeEntry,
} from "./ledger.js";
import type { LedgerReference } from "./protocol.js";

type SharedReference = LedgerReference & { kind: "memory" };

const Word = { Begun: 0, Committed: 1 } as const;
const headerBytes = 16;
const closed = -1;
const maximumHeap = 2 ** 30;
const keptHeap = 2 ** 24;

/** A ledger in shared memory: entries in one buffer, their packed bytes in another that grows. */
export class SharedLedger implements LedgerReader {
  #words: SharedArrayBuffer;
  #heap = makeHeap();
  #header: Int32Array;
  #begun: number | undefined;

  constructor() {
    this.#words = makeWords(0);
    this.#header = headerOf(this.#words);
  }

  get reference(): SharedReference {
    return { kind: "memory", words: this.#words, heap: this.#heap };
  }

  open(items: number): void {
    if (this.#words.byteLength < headerBytes + items * entryBytes) {
      this.#words = makeWords(items);
      this.#header = headerOf(this.#words);
    }
    if (this.#heap.byteLength > keptHeap) this.#heap = makeHeap();
    this.#header.fill(0);
    this.#begun = undefined;
  }

  progress(): number {
    const begun = Atomics.load(this.#header, Word.Begun);
    return begun + Atomics.load(this.#header, Word.Committed);
  }

  close(): number {
    // the worker claims each item by comparing with this word, so one exchange settles which items began
    this.#begun ??= Atomics.exchange(this.#header, Word.Begun, closed);
    return this.#begun;
  }

  *entries(): Iterable<Entry> {
    // pairs with the store in `append`: entries below the count are complete
    const bytes = Atomics.load(this.#header, Word.Committed) * entryBytes;
    const entries = new DataView(this.#words, headerBytes, bytes);
    for (let at = 0; at < bytes; at += entryBytes) {
      yield readEntry(entries, at, (start, length) => new Uint8Array(this.#heap, start, length));
    }
  }

  running(): number[] {
    return unended(this.#begun ?? Atomics.load(this.#header, Word.Begun), this.entries());
  }

  discard(): void {
    this.#words = makeWords(0);
    this.#header = headerOf(this.#words);
    this.#heap = makeHeap();
  }
}

export class SharedLedgerWriter implements LedgerWriter {
  size = 0;
  #committed = 0;
  readonly #header: Int32Array;
  readonly #entries: DataView;
  readonly #heap: SharedArrayBuffer;

  constructor({ words, heap }: SharedReference) {
    this.#header = headerOf(words);
    this.#entries = new DataView(words, headerBytes);
    this.#heap = heap;
  }

  begin(position: number): boolean {
    return Atomics.compareExchange(this.#header, Word.Begun, position, position + 1) === position;
  }

  commit(position: number, kind: Kind, number: number): void {
    writeEntry(this.#entries, this.#committed * entryBytes, position, kind, number);
    this.#append();
  }

  commitBytes(position: number, kind: Kind, bytes: Uint8Array): void {
    const start = this.size;
    const needed = start + bytes.length;
    if (needed > this.#heap.byteLength) {
      if (needed > maximumHeap) {
        throw new RangeError(
          `A result of ${bytes.length} bytes is more than one item may return (${maximumHeap}).`,
        );
      }
      this.#heap.grow(Math.min(maximumHeap, Math.max(needed, 2 * this.#heap.byteLength, 65536)));
    }
    new Uint8Array(this.#heap, start, bytes.length).set(bytes);
    writeBytesEntry(this.#entries, this.#committed * entryBytes, position, kind, start, bytes.length);
    this.size = needed;
    this.#append();
  }

  #append(): void {
    // the entry was written before, so whoever sees the new count sees it whole
    Atomics.store(this.#header, Word.Committed, ++this.#committed);
  }
}

export function hasBegun(reference: LedgerReference): boolean {
  return reference.kind === "memory" && Atomics.load(headerOf(reference.words), Word.Begun) !== 0;
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
