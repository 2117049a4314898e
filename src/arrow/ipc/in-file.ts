import { type DenseColumn, uncleared } from "../../columns/dense.js";
import type { FileHandle } from "../../hosts/host.js";
import type { Block } from "../messages.js";
import { readFully } from "../node-files.js";
import type { Codec } from "./body.js";
import { notArrow } from "./broken.js";
import { Budget } from "./budget.js";
import {
  checkBlock,
  checkFile,
  footerPlace,
  headBytes,
  isFile,
  readFooter,
  tailBytes,
} from "./file-layout.js";
import { checkRest, cutOff, type Prefix, readPrefix } from "./framing.js";
import { Stream } from "./in-memory.js";
import { type Message, readMessage } from "./message.js";
import { Reading, type RowGroup } from "./reading.js";
import type { Schema } from "./schema.js";

/** One record batch of a file. */
export interface FileRows {
  readonly group: RowGroup;
  readonly budget: Budget;
  /** what its columns lie in */
  readonly body: DenseColumn<"u8", unknown>;
}

type Codecs = (id: number) => Codec;

/**
 * The record batches of a file or stream, one at a time: whoever takes one disposes of its body.
 * @param begin called with the schema, before the first of them
 */
export async function* rowsInFile(
  handle: FileHandle,
  codecs: Codecs,
  begin: (schema: Schema) => void,
): AsyncGenerator<FileRows, void> {
  const { size } = await handle.stat();
  const start = new Uint8Array(headBytes);
  await readFully(handle, start, 0);
  yield* isFile(start)
    ? rowsByFooter(handle, size, codecs, begin)
    : rowsInStream(handle, size, codecs, begin);
}

async function* rowsByFooter(
  handle: FileHandle,
  size: number,
  codecs: Codecs,
  begin: (schema: Schema) => void,
): AsyncGenerator<FileRows, void> {
  const end = size - tailBytes;
  const place = footerPlace(await bytesAt(handle, Math.max(0, end), Math.min(size, tailBytes)), size);
  const footer = readFooter(await bytesAt(handle, place, end - place), place);
  const { schema } = footer;
  // nothing that the footer names may stand there
  const first = await messageAt(handle, headBytes, place).catch(() => undefined);
  checkFile(first && { ...first, end: first.bodyAt + first.message.bodyBytes }, footer, place);
  begin(schema);
  const reading = new Reading(schema, codecs, new Budget(size), true);
  const read = async (block: Block, kind: Message["kind"]) => {
    const found = await messageAt(handle, block.offset, place);
    checkBlock(block, found.prefix, found.message, kind);
    return found;
  };
  let dictionaryBytes = 0;
  for (const block of footer.dictionaries) {
    const { message, bodyAt } = await read(block, "dictionary");
    reading.take({ message, body: await bytesAt(handle, bodyAt, message.bodyBytes) });
    dictionaryBytes += message.bodyBytes;
  }
  for (const block of footer.records) {
    yield await takeRows(handle, await read(block, "records"), reading, dictionaryBytes);
  }
}

async function* rowsInStream(
  handle: FileHandle,
  size: number,
  codecs: Codecs,
  begin: (schema: Schema) => void,
): AsyncGenerator<FileRows, void> {
  let stream: Stream | undefined;
  let dictionaryBytes = 0;
  for (let place = 0; place < size; ) {
    const prefix = await prefixAt(handle, place, size);
    if (prefix.metadataBytes === 0) {
      await checkEnd(handle, place + prefix.bytes, size);
      break;
    }
    const found = await messageAt(handle, place, size, prefix);
    const { message, bodyAt } = found;
    place = bodyAt + message.bodyBytes;
    if (place > size) throw cutOff(bodyAt - prefix.metadataBytes - prefix.bytes);
    if (stream && message.kind === "records") {
      yield await takeRows(handle, found, stream.reading, dictionaryBytes);
      continue;
    }
    const body = await bytesAt(handle, bodyAt, message.bodyBytes);
    if (message.kind === "dictionary") dictionaryBytes += body.length;
    if (stream) stream.take({ ...found, body });
    else {
      stream = new Stream({ ...found, body }, codecs, new Budget(size));
      begin(stream.reading.schema);
    }
  }
  if (!stream) throw notArrow("there is no schema in them");
}

interface Found {
  readonly prefix: Prefix;
  readonly message: Message;
  readonly metadata: Uint8Array;
  readonly bodyAt: number;
}

/** Reads the rows of a message to shared memory, where columns can lie in place. */
async function takeRows(
  handle: FileHandle,
  { message, metadata, bodyAt }: Found,
  reading: Reading,
  dictionaryBytes: number,
): Promise<FileRows> {
  const body = uncleared("u8", [message.bodyBytes]);
  try {
    if ((await readFully(handle, body.values, bodyAt)) < body.length) throw cutOff(bodyAt);
    const budget = new Budget(metadata.length + message.bodyBytes + dictionaryBytes);
    const group = reading.take({ message, body: body.values }, budget)!;
    return { group, budget, body };
  } catch (error) {
    body.dispose();
    throw error;
  }
}

async function messageAt(handle: FileHandle, place: number, end: number, before?: Prefix): Promise<Found> {
  const prefix = before ?? (await prefixAt(handle, place, end));
  const begin = place + prefix.bytes;
  const metadata = await bytesAt(handle, begin, prefix.metadataBytes);
  return { prefix, message: readMessage(metadata), metadata, bodyAt: begin + metadata.length };
}

async function prefixAt(handle: FileHandle, place: number, end: number): Promise<Prefix> {
  const left = end - place;
  return readPrefix(await bytesAt(handle, place, Math.max(0, Math.min(8, left))), place, left);
}

async function bytesAt(handle: FileHandle, place: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  // the file may have become shorter meanwhile
  if ((await readFully(handle, bytes, place)) < length) throw cutOff(place);
  return bytes;
}

async function checkEnd(handle: FileHandle, place: number, size: number): Promise<void> {
  const mebibyte = 2 ** 20;
  for (let at = place; at < size; at += mebibyte) {
    checkRest(await bytesAt(handle, at, Math.min(mebibyte, size - at)), place);
  }
}
