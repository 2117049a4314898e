import { footer } from "../../dist/arrow/footer.js";
import { framesIn } from "../../dist/arrow/ipc/framing.js";
import type { Message } from "../../dist/arrow/ipc/message.js";
import { endOfStream, magic } from "../../dist/arrow/messages.js";

/** A message of a stream, with all its bytes. */
export interface Piece {
  readonly message: Message;
  readonly metadata: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The messages of a stream, to be put together anew. */
export function piecesOf(stream: Uint8Array): Piece[] {
  return [...framesIn(stream)].map(({ message, metadata, body }) => {
    const begin = metadata.byteOffset - 8;
    const end = metadata.byteOffset + metadata.length + body.length;
    return { message, metadata, bytes: new Uint8Array(stream.buffer, begin, end - begin).slice() };
  });
}

export const streamOf = (pieces: readonly Piece[]): Uint8Array =>
  joined([...pieces.map(({ bytes }) => bytes), endOfStream]);

/** A file of these messages, the first of which is the schema. */
export function fileOf([schema, ...pieces]: readonly Piece[]): Uint8Array {
  let offset = magic.length + schema.bytes.length;
  const blocks = pieces.map(({ message, metadata, bytes }) => {
    const block = {
      offset,
      metadataBytes: 8 + metadata.length,
      bodyBytes: bytes.length - 8 - metadata.length,
    };
    offset += bytes.length;
    return { kind: message.kind, block };
  });
  const [dictionaries, records] = (["dictionary", "records"] as const).map((kind) =>
    blocks.filter((each) => each.kind === kind).map(({ block }) => block),
  );
  const all = [magic, schema.bytes, ...pieces.map(({ bytes }) => bytes), endOfStream];
  return joined([...all, footer(schema.metadata, dictionaries, records)]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
