import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
  writevSync,
} from "node:fs";
import { dirname } from "node:path";
import {
  type ChunkJournal,
  type Content,
  entryBytes,
  hasBytes,
  isText,
  type JournalReference,
  type JournalWriter,
  Kind,
  type TextKind,
  unended,
  type Visit,
} from "./chunk-journal.js";

// how often at most a process looks whether its items are asked to end
const lookEvery = 1;

/** A journal in a file, which the kernel keeps whatever happens to the process that writes it. */
export class FileJournal implements ChunkJournal {
  readonly reference: JournalReference & { kind: "file" };
  readonly #file: number;
  #asked = false;

  constructor(path: string) {
    this.reference = { kind: "file", path };
    this.#file = openSync(path, "w+", 0o600);
  }

  open(): void {
    ftruncateSync(this.#file, 0);
    if (this.#asked) rmSync(reasonPath(this.reference.path), { force: true });
    this.#asked = false;
  }

  progress(): number {
    return fstatSync(this.#file).size;
  }

  endedCount(): number {
    let count = 0;
    this.read(() => void count++);
    return count;
  }

  ask(reason: Uint8Array): void {
    const path = reasonPath(this.reference.path);
    // when the engine is closed the folder may be gone, and those who would be asked with it
    if (!existsSync(dirname(path))) return;
    this.#asked = true;
    // renamed, so that whoever sees it sees it whole
    writeFileSync(`${path}.new`, reason, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  close(): number {
    return this.begun();
  }

  begun(): number {
    let begun = 0;
    // an entry ends one item and begins the next
    this.#read(() => void begun++);
    return begun;
  }

  // there is no telling what a process has begun a moment ago
  cut(count: number): number {
    return count;
  }

  read(visit: Visit): number {
    return this.#read((position, kind, content) => {
      if (kind !== Kind.Begun) visit(position, kind, content);
    });
  }

  ended(visit: (position: number) => void): void {
    this.read(visit);
  }

  running(): number[] {
    return unended(this.begun(), (visit) => this.ended(visit));
  }

  discard(): void {
    closeSync(this.#file);
    rmSync(this.reference.path, { force: true });
    if (this.#asked) rmSync(reasonPath(this.reference.path), { force: true });
  }

  #read(visit: Visit): number {
    const content = Buffer.allocUnsafe(fstatSync(this.#file).size);
    const size = readAll(this.#file, content);
    const view = new DataView(content.buffer, content.byteOffset, size);
    let at = 0;
    while (at + entryBytes <= size) {
      const kind = view.getInt32(at + 4, true) as Kind;
      const start = at + entryBytes;
      const end = hasBytes(kind) ? start + view.getUint32(at + 12, true) : start;
      // a process killed while it wrote leaves an entry incomplete, and its item unfinished
      if (end > size) break;
      let entry: Content = view.getFloat64(at + 8, true);
      if (isText(kind)) entry = content.toString("utf8", start, end);
      else if (hasBytes(kind)) entry = content.subarray(start, end);
      visit(view.getInt32(at, true), kind, entry);
      at = end;
    }
    return at;
  }
}

export class FileJournalWriter implements JournalWriter {
  size = 0;
  readonly #entry = new DataView(new ArrayBuffer(entryBytes));
  readonly #entryArray = new Uint8Array(this.#entry.buffer);
  #looked = performance.now();
  #reason: Uint8Array | undefined;

  constructor(
    private readonly file: number,
    private readonly path: string,
  ) {}

  begin(position: number): boolean {
    if (this.asked()) return false;
    if (position === 0) this.commit(0, Kind.Begun, 0);
    return true;
  }

  commit(position: number, kind: Kind, number: number): void {
    this.#entry.setInt32(0, position, true);
    this.#entry.setInt32(4, kind, true);
    this.#entry.setFloat64(8, number, true);
    writeSync(this.file, this.#entryArray, 0, entryBytes, this.size);
    this.size += entryBytes;
  }

  commitBytes(position: number, kind: Kind, bytes: Uint8Array): void {
    this.#entry.setInt32(0, position, true);
    this.#entry.setInt32(4, kind, true);
    this.#entry.setUint32(8, 0, true);
    this.#entry.setUint32(12, bytes.length, true);
    writeAll(this.file, [this.#entryArray, bytes], this.size);
    this.size += entryBytes + bytes.length;
  }

  commitText(position: number, kind: TextKind, text: string): void {
    this.commitBytes(position, kind, Buffer.from(text));
  }

  isWanted(): boolean {
    return true;
  }

  asked(): Uint8Array | undefined {
    const now = performance.now();
    if (this.#reason || now - this.#looked < lookEvery) return this.#reason;
    this.#looked = now;
    const path = reasonPath(this.path);
    if (existsSync(path)) this.#reason = readFileSync(path);
    return this.#reason;
  }
}

function reasonPath(path: string): string {
  return `${path}.reason`;
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
