// The framing of Arrow IPC (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format): each message
// is -1, the length of its metadata, the metadata (a FlatBuffer padded to 8 bytes), and a body.

export const MessageType = { Schema: 1, Dictionary: 2, RecordBatch: 3 } as const;

/** `ARROW1` and padding: how a file begins. Its last six bytes are the name again. */
export const magic = Uint8Array.of(65, 82, 82, 79, 87, 49, 0, 0);
export const endOfStream = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/** Where a message lies in a file, as its footer names it. */
export interface Block {
  readonly offset: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/** bytes of a block in a footer */
export const blockBytes = 24;

/** What of the metadata of a message that was just written is needed to find the next one, and to write a footer. */
export interface Head {
  readonly type: number;
  readonly bodyBytes: number;
  /** byte position of the header table in the metadata */
  readonly header: number;
}

export function readHead(metadata: Uint8Array): Head {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const message = table(view, view.getUint32(0, true));
  const type = message(1);
  const header = message(2);
  const body = message(3);
  const kind = type === 0 ? 0 : view.getUint8(type);
  const at = header === 0 ? 0 : header + view.getUint32(header, true);
  const bodyBytes = body === 0 ? 0 : Number(view.getBigInt64(body, true));
  return { type: kind, bodyBytes, header: at };
}

/** Where the fields of a FlatBuffers table lie; 0 for one that is left out. */
function table(view: DataView, at: number): (field: number) => number {
  const vtable = at - view.getInt32(at, true);
  const bytes = view.getUint16(vtable, true);
  return (field) => {
    const slot = 4 + 2 * field;
    const offset = slot < bytes ? view.getUint16(vtable + slot, true) : 0;
    return offset === 0 ? 0 : at + offset;
  };
}
