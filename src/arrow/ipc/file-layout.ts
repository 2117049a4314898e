import { type Block, blockBytes, magic } from "../messages.js";
import { broken, notArrow } from "./broken.js";
import { FlatTable } from "./flat-table.js";
import type { Prefix } from "./framing.js";
import type { Message } from "./message.js";
import { readMetadata, readSchema, type Schema } from "./schema.js";

export interface Footer {
  readonly schema: Schema;
  readonly dictionaries: readonly Block[];
  readonly records: readonly Block[];
}

const name = magic.subarray(0, 6);
/** What a file begins with. */
export const headBytes = magic.length;
/** What stands at its end: the length of the footer, and its name again. */
export const tailBytes = 4 + name.length;

export const isFile = (start: Uint8Array): boolean => name.every((byte, i) => start[i] === byte);

/** @param tail the last bytes of a file @returns where its footer begins */
export function footerPlace(tail: Uint8Array, fileBytes: number): number {
  if (fileBytes < headBytes + tailBytes || !name.every((byte, i) => tail[4 + i] === byte)) {
    throw notArrow("a file has its footer at its end");
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
  const place = fileBytes - tailBytes - length;
  if (length > 0 && place >= headBytes) return place;
  throw broken(`its footer has ${length} bytes, in a file of ${fileBytes}`);
}

/** Tables and fields as Arrow's File.fbs numbers them. @param place where the footer begins in the file */
export function readFooter(footer: Uint8Array, place: number): Footer {
  // its version is left out by some writers, and messages have their own
  const table = FlatTable.root(footer);
  const schema = table.table(1);
  if (!schema) throw broken("its footer has no schema");
  const made = {
    schema: readSchema(schema),
    dictionaries: readBlocks(table, 2, place),
    records: readBlocks(table, 3, place),
  };
  readMetadata(table, 4);
  table.checkRead();
  return made;
}

function readBlocks(table: FlatTable, field: number, end: number): Block[] {
  const { length, at, view } = table.vector(field, blockBytes);
  return Array.from({ length }, (_, i) => {
    const place = at + blockBytes * i;
    const block = {
      offset: Number(view.getBigInt64(place, true)),
      metadataBytes: view.getInt32(place + 8, true),
      bodyBytes: Number(view.getBigInt64(place + 16, true)),
    };
    if (block.offset >= headBytes && block.metadataBytes > 4 && block.bodyBytes >= 0 && endOf(block) <= end) {
      return block;
    }
    throw broken(
      `its footer names a message of ${block.metadataBytes} and ${block.bodyBytes} bytes at byte ${block.offset}, ` +
        `and its messages are located at bytes ${headBytes} to ${end}`,
    );
  });
}

const endOf = ({ offset, metadataBytes, bodyBytes }: Block) => offset + metadataBytes + bodyBytes;

/** @throws TypeError for a message that is not the one which the footer names */
export function checkBlock(block: Block, prefix: Prefix, message: Message, kind: Message["kind"]): void {
  if (
    message.kind === kind &&
    prefix.bytes + prefix.metadataBytes === block.metadataBytes &&
    message.bodyBytes === block.bodyBytes
  ) {
    return;
  }
  throw broken(`the message at byte ${block.offset} is not the one that its footer names there`);
}

/** A message that a file begins with, before those that the footer names. */
export interface First {
  readonly message: Message;
  readonly end: number;
}

// less than any message has: ends of streams, and what fills them up
const mostBetween = 64;

/**
 * The schema stands at the beginning, too, where the writer is one that put it there. All other messages are those that the
 * footer names.
 * @param place where the footer begins
 * @throws TypeError where the first schema is another one, or rows would be lost or come twice
 */
export function checkFile(first: First | undefined, footer: Footer, place: number): void {
  const isSchema = first?.message.kind === "schema";
  if (isSchema) checkSameSchema(first.message, footer.schema);
  let end = isSchema ? first.end : headBytes;
  const inOrder = [...footer.dictionaries, ...footer.records].sort((a, b) => a.offset - b.offset);
  for (const block of [...inOrder, { offset: place, metadataBytes: 0, bodyBytes: 0 }]) {
    const { offset } = block;
    if (offset < end) throw broken(`its footer names byte ${offset} in two messages`);
    if (offset > end + mostBetween) {
      throw broken(
        `its footer names no message from byte ${end} to ${offset}, so that rows there would be lost`,
      );
    }
    end = endOf(block);
  }
}

function checkSameSchema(first: Message & { kind: "schema" }, footer: Schema): void {
  const text = (schema: Schema) =>
    JSON.stringify(schema.fields, (_, value) =>
      typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value,
    );
  if (text(first.schema) !== text(footer)) throw broken("it begins with another schema than its footer has");
}
