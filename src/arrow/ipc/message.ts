import { broken, unsupported } from "./broken.js";
import { FlatTable } from "./flat-table.js";
import { readMetadata, readSchema, type Schema } from "./schema.js";

/** What the metadata of a record batch says of its body, all of which is known to lie within it. */
export interface Records {
  readonly rows: number;
  /** of each column and what it is made of: length and number of nulls */
  readonly nodes: readonly { readonly length: number; readonly nullCount: number }[];
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
  /** id of the compression of each buffer */
  readonly codec?: number;
  /** of each column of views, the number of its buffers of data */
  readonly variadic: readonly number[];
}

export type Message = { readonly bodyBytes: number; readonly version: number } & (
  | { readonly kind: "schema"; readonly schema: Schema }
  | { readonly kind: "records"; readonly records: Records }
  | { readonly kind: "dictionary"; readonly id: bigint; readonly isDelta: boolean; readonly records: Records }
);

const version4 = 3;
const version5 = 4;

/** Tables and fields as Arrow's Message.fbs numbers them. @param metadata of one message, without what comes before it */
export function readMessage(metadata: Uint8Array): Message {
  const table = FlatTable.root(metadata);
  const message = messageIn(table);
  readMetadata(table, 4);
  table.checkRead();
  return message;
}

function messageIn(table: FlatTable): Message {
  const version = checkVersion(table.i16(0, 0));
  const header = table.table(2);
  if (!header) throw broken("a message has no header");
  const bodyBytes = count(table.i64(3), Number.MAX_SAFE_INTEGER, "bytes in a body");
  const kind = table.u8(1, 0);
  switch (kind) {
    case 1:
      if (bodyBytes > 0) throw broken("its schema has a body");
      return { kind: "schema", version, bodyBytes, schema: readSchema(header) };
    case 2: {
      const data = header.table(1);
      if (!data) throw broken("a dictionary has no values");
      const records = readRecords(data, bodyBytes);
      return { kind: "dictionary", version, bodyBytes, id: header.i64(0), isDelta: header.bool(2), records };
    }
    case 3:
      return { kind: "records", version, bodyBytes, records: readRecords(header, bodyBytes) };
    case 4:
    case 5:
      throw unsupported("a tensor instead of a table");
    default:
      throw broken(`a message is of the kind ${kind}, expected a schema, a dictionary or a record batch`);
  }
}

function checkVersion(version: number): number {
  if (version === version4 || version === version5) return version;
  if (version >= 0 && version < version4) {
    throw unsupported(`metadata of version ${version + 1}, from before Arrow 0.8`);
  }
  throw unsupported(`metadata of version ${version + 1}; 4 and 5 are known`);
}

/** Whether unions and runs have a bitmap of nulls, too. */
export const allHaveBitmaps = (version: number): boolean => version < version5;

function readRecords(table: FlatTable, bodyBytes: number): Records {
  const rows = count(table.i64(0), mostRows, "rows");
  const nodes = structs(table, 1, (length, nullCount) => {
    const own = { length: count(length, mostRows, "rows"), nullCount: count(nullCount, mostRows, "nulls") };
    if (own.nullCount <= own.length) return own;
    throw broken(`a column has ${own.nullCount} nulls in ${own.length} rows`);
  });
  const buffers = structs(table, 2, (offset, length) => {
    if (offset < 0n || length < 0n || offset + length > BigInt(bodyBytes)) {
      throw broken(`a buffer of ${length} bytes at byte ${offset} is not in its body of ${bodyBytes}`);
    }
    return { offset: Number(offset), length: Number(length) };
  });
  checkApart(buffers, bodyBytes);
  const { length, at, view } = table.vector(4, 8);
  const variadic = Array.from({ length }, (_, i) =>
    count(view.getBigInt64(at + 8 * i, true), buffers.length, "buffers in a column of views"),
  );
  return { rows, nodes, buffers, codec: readCodec(table.table(3)), variadic };
}

function structs<T>(table: FlatTable, field: number, read: (a: bigint, b: bigint) => T): T[] {
  const { length, at, view } = table.vector(field, 16);
  return Array.from({ length }, (_, i) =>
    read(view.getBigInt64(at + 16 * i, true), view.getBigInt64(at + 16 * i + 8, true)),
  );
}

// a few bytes could stand for many columns, and what is written in place to one would change another
function checkApart(buffers: Records["buffers"], bodyBytes: number): void {
  const inOrder = buffers.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, length } of inOrder) {
    if (offset < end) throw broken("buffers of a body overlap");
    if (offset % 8 > 0)
      throw broken(`a buffer begins at byte ${offset} of its body, which is not a multiple of 8`);
    end = offset + length;
  }
  // a body is filled up to a multiple of 8, or of 64; messages within a longer one would be lost
  if (bodyBytes <= Math.ceil(end / 64) * 64) return;
  throw broken(`a body has ${bodyBytes} bytes, and buffers up to byte ${end}`);
}

function readCodec(compression: FlatTable | undefined): number | undefined {
  if (!compression) return undefined;
  if (compression.u8(1, 0) !== 0) throw unsupported("a compression of other than single buffers");
  const codec = compression.u8(0, 0);
  if (codec > 1) throw unsupported(`the compression ${codec}; 0, LZ4, and 1, Zstandard, are known`);
  return codec;
}

// places in a column are 32-bit integers
const mostRows = 2 ** 31 - 1;

function count(given: bigint, most: number, what: string): number {
  if (given >= 0n && given <= BigInt(most)) return Number(given);
  if (given < 0n) throw broken(`it has ${given} ${what}`);
  throw broken(`it has ${given} ${what}, where ${most} is the most`);
}
