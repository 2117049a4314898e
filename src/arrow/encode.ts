import type { Table } from "@uwdata/flechette";
import type { Flechette } from "./flechette.js";
import { readHead } from "./messages.js";

/** A dictionary or record batch, as it stands in a stream or file. */
export interface EncodedMessage {
  readonly type: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
  /** all its bytes; those of columns are views of their memory */
  readonly chunks: readonly Uint8Array[];
}

export interface Encoded {
  /** the message of the schema */
  readonly schema: Uint8Array;
  readonly messages: readonly EncodedMessage[];
}

/** A table as the messages of a stream, without its end. Elements of columns are not copied. */
export function encode(table: Table<any>, f: Flechette): Encoded {
  const chunks: Uint8Array[] = [];
  const sink = {
    write: (bytes: Uint8Array) => {
      chunks.push(bytes);
    },
    pad: (bytes: number) => {
      chunks.push(new Uint8Array(bytes));
    },
    finish: () => null,
  };
  f.tableToIPC(table, { format: "stream", sink });
  // what ends the stream
  chunks.pop();
  const messages: EncodedMessage[] = [];
  let next = 0;
  while (next < chunks.length) {
    // a message's metadata comes as one chunk, perhaps with another of padding
    const first = chunks[next];
    const metadataBytes = 8 + new DataView(first.buffer, first.byteOffset).getInt32(4, true);
    const { type, bodyBytes } = readHead(first.subarray(8));
    const own: Uint8Array[] = [];
    for (let bytes = 0; bytes < metadataBytes + bodyBytes; next++) {
      own.push(chunks[next]);
      bytes += chunks[next].length;
    }
    messages.push({ type, metadataBytes, bodyBytes, chunks: own });
  }
  const [schema, ...rest] = messages;
  return { schema: joined(schema.chunks), messages: rest };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
