/** The bytes of a FlatBuffer, table by table, to make what no writer would. */
export class FlatBuffer {
  readonly view: DataView;
  #end = 4;

  constructor(bytes = 2 ** 16) {
    this.view = new DataView(new ArrayBuffer(bytes));
  }

  take(bytes: number): number {
    const at = this.#end;
    this.#end += 8 * Math.ceil(bytes / 8);
    return at;
  }

  /** A table with so many fields, of which those that are named are there, 8 bytes each. */
  table(fields: number, ...there: number[]): { at: number; field(i: number): number } {
    const vtable = this.take(4 + 2 * fields);
    const at = this.take(4 + 8 * fields);
    this.view.setUint16(vtable, 4 + 2 * fields, true);
    this.view.setUint16(vtable + 2, 4 + 8 * fields, true);
    for (const i of there) this.view.setUint16(vtable + 4 + 2 * i, 4 + 8 * i, true);
    this.view.setInt32(at, at - vtable, true);
    return { at, field: (i) => at + 4 + 8 * i };
  }

  point(from: number, to: number): void {
    this.view.setUint32(from, to - from, true);
  }

  /** Room for places of tables, which the field points to. */
  vector(from: number, length: number): (i: number) => number {
    const at = this.take(4 + 4 * length);
    this.view.setUint32(at, length, true);
    this.point(from, at);
    return (i) => at + 4 + 4 * i;
  }

  text(from: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    const at = this.take(4 + bytes.length + 1);
    this.view.setUint32(at, bytes.length, true);
    new Uint8Array(this.view.buffer).set(bytes, at + 4);
    this.point(from, at);
  }

  /** As the metadata of a message, with what stands before it. */
  message(): Uint8Array {
    const length = 8 * Math.ceil(this.#end / 8);
    const bytes = new Uint8Array(8 + length);
    new DataView(bytes.buffer).setInt32(0, -1, true);
    new DataView(bytes.buffer).setInt32(4, length, true);
    bytes.set(new Uint8Array(this.view.buffer, 0, length), 8);
    return bytes;
  }

  /** The message of a schema. @returns where its fields go */
  schema(columns: number, bigEndian = false): (i: number) => number {
    const message = this.table(4, 0, 1, 2);
    this.point(0, message.at);
    this.view.setInt16(message.field(0), 4, true);
    this.view.setUint8(message.field(1), 1);
    const schema = this.table(2, 0, 1);
    this.view.setInt16(schema.field(0), bigEndian ? 1 : 0, true);
    this.point(message.field(2), schema.at);
    return this.vector(schema.field(1), columns);
  }
}
