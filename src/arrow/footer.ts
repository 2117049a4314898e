import { type Block, blockBytes, magic, readHead } from "./messages.js";

const version5 = 4;
const tableAt = 16;
const blocksAt = 36;

/**
 * What stands behind the messages of an Arrow file: the footer, a FlatBuffer, its length, and the file's name again.
 *
 * ```
 *  0  root → 16     4  vtable { 12, 20, 4, 8, 12, 16 }
 * 16  Footer { vtable, version, → schema, → dictionaries, → record batches }
 * 36  dictionaries [Block]     then record batches [Block], elements at multiples of 8
 *     the metadata of the schema message, whose table is the footer's schema
 * ```
 * @param schema the metadata of the schema message
 */
export function footer(
  schema: Uint8Array,
  dictionaries: readonly Block[],
  records: readonly Block[],
): Uint8Array {
  const recordsAt = blocksAt + 8 + blockBytes * dictionaries.length;
  const schemaAt = recordsAt + 4 + blockBytes * records.length;
  const length = schemaAt + schema.length;
  const bytes = new Uint8Array(length + 4 + 6);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, tableAt, true);
  [12, 20, 4, 8, 12, 16].forEach((value, i) => {
    view.setUint16(4 + 2 * i, value, true);
  });
  view.setInt32(tableAt, tableAt - 4, true);
  view.setInt16(tableAt + 4, version5, true);
  const point = (from: number, to: number) => view.setUint32(from, to - from, true);
  point(tableAt + 8, schemaAt + readHead(schema).header);
  point(tableAt + 12, blocksAt);
  point(tableAt + 16, recordsAt);
  writeBlocks(view, blocksAt, dictionaries);
  writeBlocks(view, recordsAt, records);
  bytes.set(schema, schemaAt);
  view.setInt32(length, length, true);
  bytes.set(magic.subarray(0, 6), length + 4);
  return bytes;
}

function writeBlocks(view: DataView, at: number, blocks: readonly Block[]): void {
  view.setUint32(at, blocks.length, true);
  blocks.forEach(({ offset, metadataBytes, bodyBytes }, i) => {
    const block = at + 4 + blockBytes * i;
    view.setBigInt64(block, BigInt(offset), true);
    view.setInt32(block + 8, metadataBytes, true);
    view.setBigInt64(block + 16, BigInt(bodyBytes), true);
  });
}
