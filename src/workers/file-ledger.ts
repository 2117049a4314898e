import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
  writevSync,
} from "node:fs";
import {
  type Entry,
  entryBytes,
  hasBytes,
  Kind,
  type LedgerReader,
  type LedgerWriter,
  readEntry,
  unended,
  writeBytesEntry,
  writeEntry,
} from "./ledger.js";
import type { LedgerReference } from "./protocol.js";

/** A ledger in a file, which the kernel keeps whatever happens to the process that writes it. */
export class FileLedger implements LedgerReader {
  readonly reference: LedgerReference & { kind: "file" };
  readonly #file: number;

  constructor(path: string) {
    this.reference = { kind: "file", path };
    this.#file = openSync(path, "w+", 0o600);
  }

  open(): void {
    ftruncateSync(this.#file, 0);
  }

  progress(): number {
    return fstatSync(this.#file).size;
  }

  close(): number {
    let begun = 0;
    // an entry ends one item and begins the next
    for (const _ of this.#read()) begun++;
    return begun;
  }

  *entries(): Iterable<Entry> {
    for (const entry of this.#read()) if (entry.kind !== Kind.Begun) yield entry;
  }

  running(): number[] {
    return unended(this.close(), this.entries());
  }

  discard(): void {
    closeSync(this.#file);
    rmSync(this.reference.path, { force: true });
  }

  *#read(): Iterable<Entry> {
    const content = Buffer.allocUnsafe(fstatSync(this.#file).size);
    const size = readAll(this.#file, content);
    const view = new DataView(content.buffer, content.byteOffset, size);
    let at = 0;
    while (at + entryBytes <= size) {
      const start = at + entryBytes;
      const entry = readEntry(view, at, (_, length) => content.subarray(start, start + length));
      at = start + (hasBytes(entry.kind) ? view.getUint32(at + 12, true) : 0);
      // a process killed while it wrote leaves an entry incomplete, and its item unfinished
      if (at > size) return;
      yield entry;
    }
  }
}

export class FileLedgerWriter implements LedgerWriter {
  size = 0;
  readonly #entry = new DataView(new ArrayBuffer(entryBytes));
  readonly #entryArray = new Uint8Array(this.#entry.buffer);

  constructor(private readonly file: number) {}

  begin(position: number): boolean {
    if (position === 0) this.commit(0, Kind.Begun, 0);
    return true;
  }

  commit(position: number, kind: Kind, number: number): void {
    writeEntry(this.#entry, 0, position, kind, number);
    writeSync(this.file, this.#entryArray, 0, entryBytes, this.size);
    this.size += entryBytes;
  }

  commitBytes(position: number, kind: Kind, bytes: Uint8Array): void {
    writeBytesEntry(this.#entry, 0, position, kind, 0, bytes.length);
    writeAll(this.file, [this.#entryArray, bytes], this.size);
    this.size += entryBytes + bytes.length;
  }
}

// one call writes or reads at most 2 GiB, and may do less than asked
function writeAll(file: number, parts: readonly Uint8Array[], from: number): void {
  let written = writevSync(file, parts, from);
  for (const part of parts) {
    for (let done = Math.min(written, part.length); done < part.length; ) {
      done += writeSync(file, part, done, part.length - done, from + done);
    }
    written = Math.max(0, written - part.length);
    from += part.length;
  }
}

function readAll(file: number, target: Uint8Array): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(file, target, done, target.length - done, done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
