import { broken } from "./broken.js";

/** What all tables of one FlatBuffer have in common. */
interface Buffer {
  readonly view: DataView;
  // tables may share parts, so that a few bytes could stand for endlessly many
  tables: number;
  text: number;
  /** behind all that was read */
  end: number;
}

/**
 * A table of a FlatBuffer (https://flatbuffers.dev/internals): nothing of it is read before it is known to lie in the
 * buffer. Fields are numbered as the schema has them; one that is left out has its default.
 */
export class FlatTable {
  readonly #buffer: Buffer;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;
  readonly #bytes: number;

  private constructor(buffer: Buffer, at: number) {
    this.#buffer = buffer;
    this.#at = within(buffer, at, 4);
    if (--buffer.tables < 0) throw broken("its metadata has more tables than bytes for them");
    const vtable = within(buffer, at - buffer.view.getInt32(at, true), 4);
    this.#vtable = vtable;
    this.#vtableBytes = buffer.view.getUint16(vtable, true);
    this.#bytes = buffer.view.getUint16(vtable + 2, true);
    if (this.#vtableBytes < 4) throw broken("a table of its metadata has no fields");
    within(buffer, vtable, this.#vtableBytes);
    within(buffer, at, this.#bytes);
  }

  /** @throws TypeError where the bytes are not a FlatBuffer */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const buffer = { view, tables: bytes.length / 4, text: 4 * bytes.length + 65536, end: 0 };
    within(buffer, 0, 4);
    return new FlatTable(buffer, view.getUint32(0, true));
  }

  /**
   * To be called when all is read that there is to read.
   * @throws TypeError where much is left, which may be other messages
   */
  checkRead(): void {
    const { view, end } = this.#buffer;
    if (view.byteLength - end <= mostLeft) return;
    throw broken(`its metadata has ${view.byteLength} bytes, of which ${view.byteLength - end} are unused`);
  }

  has(field: number): boolean {
    return this.#place(field, 1) > 0;
  }

  bool(field: number): boolean {
    return this.u8(field, 0) !== 0;
  }

  u8(field: number, fallback: number): number {
    const at = this.#place(field, 1);
    return at === 0 ? fallback : this.#buffer.view.getUint8(at);
  }

  i16(field: number, fallback: number): number {
    const at = this.#place(field, 2);
    return at === 0 ? fallback : this.#buffer.view.getInt16(at, true);
  }

  i32(field: number, fallback: number): number {
    const at = this.#place(field, 4);
    return at === 0 ? fallback : this.#buffer.view.getInt32(at, true);
  }

  i64(field: number): bigint {
    const at = this.#place(field, 8);
    return at === 0 ? 0n : this.#buffer.view.getBigInt64(at, true);
  }

  text(field: number): string {
    const at = this.#target(field);
    return at === 0 ? "" : textAt(this.#buffer, at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#target(field);
    return at === 0 ? undefined : new FlatTable(this.#buffer, at);
  }

  tables(field: number): FlatTable[] {
    const { length, at, view } = this.vector(field, 4);
    return Array.from({ length }, (_, i) => {
      const place = at + 4 * i;
      return new FlatTable(this.#buffer, place + view.getUint32(place, true));
    });
  }

  /** Elements that lie in the vector itself, of so many bytes each. */
  vector(field: number, elementBytes: number): { length: number; at: number; view: DataView } {
    const { view } = this.#buffer;
    const at = this.#target(field);
    if (at === 0) return { length: 0, at, view };
    const length = view.getUint32(within(this.#buffer, at, 4), true);
    within(this.#buffer, at + 4, length * elementBytes);
    return { length, at: at + 4, view };
  }

  /** Where a field's value lies; 0 for one that is left out. */
  #place(field: number, bytes: number): number {
    const slot = 4 + 2 * field;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#buffer.view.getUint16(this.#vtable + slot, true);
    if (offset === 0) return 0;
    if (offset < 4 || offset + bytes > this.#bytes) {
      throw broken("a field of its metadata is outside its table");
    }
    return this.#at + offset;
  }

  #target(field: number): number {
    const at = this.#place(field, 4);
    return at === 0 ? 0 : at + this.#buffer.view.getUint32(at, true);
  }
}

// what fills it up, and what later versions of Arrow may add
const mostLeft = 128;

function within(buffer: Buffer, at: number, bytes: number): number {
  const { view } = buffer;
  if (at >= 0 && at + bytes <= view.byteLength) {
    buffer.end = Math.max(buffer.end, at + bytes);
    return at;
  }
  throw broken(`its metadata points to bytes ${at} to ${at + bytes}, of the ${view.byteLength} that it has`);
}

function textAt(buffer: Buffer, at: number): string {
  const { view } = buffer;
  const length = view.getUint32(within(buffer, at, 4), true);
  const begin = within(buffer, at + 4, length);
  buffer.text -= length;
  if (buffer.text < 0) throw broken("its metadata repeats its text over and over");
  // a copy, since text in shared memory cannot be decoded everywhere
  const bytes = new Uint8Array(view.buffer, view.byteOffset + begin, length).slice();
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw broken("a name in its metadata is not UTF-8");
  }
}
