import type { FileHandle } from "node:fs/promises";
import type { Batch } from "../batch.js";
import { uncleared } from "../columns/dense.js";
import { isError } from "../realms.js";
import type { AnyBatchClass, Parallel } from "../types.js";
import { flechette } from "./flechette.js";
import { batchOf, fromArrow } from "./from-arrow.js";
import { MessageType, magic, readHead } from "./messages.js";
import { fileSystem, readFully } from "./node-files.js";
import {
  checkBatchClass,
  checkFromArrowOptions,
  checkPath,
  checkToArrowOptions,
  type FromArrowOptions,
  type Path,
  type ToArrowOptions,
} from "./options.js";
import { openSource } from "./source.js";
import { arrowWriter } from "./writer.js";

/** See `Batch.save`. */
export async function saveBatch(batch: Batch<any, any>, path: Path, options?: ToArrowOptions): Promise<void> {
  checkPath(path, "save()");
  if (options !== undefined) checkToArrowOptions(options, "save()");
  // no `using` here: a vm context of Node 20, such as a test runner's, has no Symbol.dispose
  const writer = arrowWriter(path, options);
  try {
    await writer.write(batch);
    await writer.close();
  } finally {
    await writer.abort();
  }
}

/** See `Batch.load`. */
export async function loadBatch<T extends AnyBatchClass>(
  batchClass: T,
  path: Path,
  options?: FromArrowOptions,
): Promise<Parallel<InstanceType<T>>> {
  checkPath(path, "load()");
  if (options !== undefined) checkFromArrowOptions(options, "load()");
  const handle = await fileSystem("load()").open(path);
  try {
    const { size } = await handle.stat();
    // columns over the bytes keep them
    const bytes = uncleared("u8", [size]);
    try {
      const read = await readFully(handle, bytes.values, 0);
      return await fromArrow(bytes.values.subarray(0, read), batchClass, options).catch((error) => {
        if (isError(error)) error.message = `${String(path)}: ${error.message}`;
        throw error;
      });
    } finally {
      bytes.dispose();
    }
  } finally {
    await handle.close();
  }
}

/**
 * The record batches of an Arrow file or stream, each as a batch of the class, with one in memory at a time: dispose of
 * each when done with it (`using`). Their columns lie where the file's bytes were read to. Items without ids are numbered
 * through the file.
 * @throws TypeError for what is no Arrow file, or is cut off
 */
export async function* readArrow<T extends AnyBatchClass>(
  path: Path,
  batchClass: T,
  options: FromArrowOptions = {},
): AsyncGenerator<Parallel<InstanceType<T>>, void> {
  checkPath(path, "readArrow()");
  checkFromArrowOptions(options, "readArrow()");
  checkBatchClass(batchClass, "readArrow()");
  const f = await flechette();
  const handle = await fileSystem("readArrow()").open(path);
  try {
    let schema: Uint8Array | undefined;
    const dictionaries = new Map<bigint, Uint8Array[]>();
    let rows = 0;
    for await (const { head, metadata, place } of messagesIn(handle, String(path))) {
      if (head.type === MessageType.Schema) {
        schema ??= metadata;
        continue;
      }
      const length = metadata.length + head.bodyBytes;
      if (head.dictionary) {
        const message = new Uint8Array(length);
        await readMessage(handle, message, place, path);
        const { id, isDelta } = head.dictionary;
        dictionaries.set(id, isDelta ? [...(dictionaries.get(id) ?? []), message] : [message]);
        continue;
      }
      if (head.type !== MessageType.RecordBatch) continue;
      if (!schema) throw notArrow(path, "it has no schema");
      const bytes = uncleared("u8", [length]);
      let batch: Parallel<InstanceType<T>>;
      try {
        await readMessage(handle, bytes.values, place, path);
        const source = openSource([schema, ...[...dictionaries.values()].flat(), bytes.values], f);
        batch = batchOf(source, batchClass, options, rows);
        rows += source.table.numRows;
      } finally {
        // columns over the bytes keep them, no longer than they are needed
        bytes.dispose();
      }
      yield batch;
    }
    if (!schema) throw notArrow(path, "it has no schema");
  } finally {
    await handle.close();
  }
}

interface Message {
  readonly head: ReturnType<typeof readHead>;
  /** with what comes before it */
  readonly metadata: Uint8Array;
  /** where it begins in the file */
  readonly place: number;
}

async function* messagesIn(handle: FileHandle, path: string): AsyncGenerator<Message> {
  const start = new Uint8Array(8);
  const isFile = (await readFully(handle, start, 0)) === 8 && start.every((byte, i) => byte === magic[i]);
  let place = isFile ? 8 : 0;
  for (;;) {
    const prefix = new Uint8Array(8);
    const read = await readFully(handle, prefix, place);
    // a stream may end without saying so
    if (read === 0 && !isFile && place > 0) return;
    const view = new DataView(prefix.buffer);
    // before Arrow 0.15 there was no -1
    const [before, length] =
      view.getInt32(0, true) === -1 ? [8, view.getInt32(4, true)] : [4, view.getInt32(0, true)];
    if (read >= before && length === 0) return;
    if (read < 8 || length < 0 || length > 2 ** 28)
      throw notArrow(path, `there is no message at byte ${place}`);
    const metadata = new Uint8Array(before + length);
    if ((await readFully(handle, metadata, place)) < metadata.length) throw cutOff(path, place);
    let head: ReturnType<typeof readHead>;
    try {
      head = readHead(metadata.subarray(before));
    } catch (cause) {
      throw notArrow(path, `there is no message at byte ${place}`, cause);
    }
    yield { head, metadata, place };
    place += metadata.length + head.bodyBytes;
  }
}

async function readMessage(handle: FileHandle, into: Uint8Array, place: number, path: Path): Promise<void> {
  if ((await readFully(handle, into, place)) < into.length) throw cutOff(path, place);
}

function cutOff(path: Path, place: number): TypeError {
  return notArrow(path, `it is cut off within the message at byte ${place}`);
}

function notArrow(path: Path, why: string, cause?: unknown): TypeError {
  return new TypeError(`${String(path)} is no whole Arrow file: ${why}.`, { cause });
}
