import type { Field } from "@uwdata/flechette";
import { fileSystem, requireFiles } from "#host/files";
import { isError } from "../base/realms.js";
import type { AnyBatch, AnyBatchClass } from "../batch/any-batch.js";
import type { Parallel } from "../batch/parallel-type.js";
import { uncleared } from "../columns/dense.js";
import { flechette } from "./flechette.js";
import { batchOf, checkParts, fromArrow } from "./from-arrow.js";
import { Budget } from "./ipc/budget.js";
import { codecsOf } from "./ipc/codecs.js";
import { rowsInFile } from "./ipc/in-file.js";
import type { Schema } from "./ipc/schema.js";
import { readFully } from "./node-files.js";
import {
  checkBatchClass,
  checkFromArrowOptions,
  checkPath,
  checkToArrowOptions,
  type FromArrowOptions,
  type Path,
  type ToArrowOptions,
} from "./options.js";
import { sourceOf } from "./source.js";
import { arrowWriter } from "./writer.js";

/** See `Batch.save`. */
export async function saveBatch(batch: AnyBatch, path: Path, options?: ToArrowOptions): Promise<void> {
  checkPath(path, "save()");
  if (options !== undefined) checkToArrowOptions(options, "save()");
  requireFiles("save()");
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
        throw named(error, path);
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
 * each when done with it (`using`). Their columns use the bytes that were read, in place. Items without ids are numbered
 * through the file. Node only; needs `@uwdata/flechette`.
 * @param path of the file, or its URL
 * @param batchClass the class of the batches
 * @param options the columns to take, what nulls become, dtypes to convert to
 * @throws TypeError for what is not an Arrow file, or is cut off; TypeError, RangeError naming the column, for what no component
 * holds
 * @cost Reads each byte once, into shared memory; columns with nulls, or converted ones, are copied once more.
 * @example
 * import { readArrow } from "nogil/arrow";
 *
 * for await (using batch of readArrow("table.arrow", EcgBatch)) {
 *   await batch.standardize();
 * }
 */
export async function* readArrow<T extends AnyBatchClass>(
  path: Path,
  batchClass: T,
  options: FromArrowOptions = {},
): AsyncGenerator<Parallel<InstanceType<T>>, void> {
  checkPath(path, "readArrow()");
  checkFromArrowOptions(options, "readArrow()");
  checkBatchClass(batchClass, "readArrow()");
  const codecs = codecsOf(await flechette());
  const handle = await fileSystem("readArrow()").open(path);
  let rows = 0;
  try {
    let fields: readonly Field[] = [];
    // what is wrong with columns or options is so without rows, too
    const begin = (schema: Schema) => {
      fields = schema.fields;
      checkParts(sourceOf(fields, [], new Budget(0)), options);
    };
    for await (const { group, budget, body } of rowsInFile(handle, codecs, begin)) {
      let batch: Parallel<InstanceType<T>>;
      try {
        batch = batchOf(sourceOf(fields, [group], budget), batchClass, options, rows);
      } finally {
        // columns over the bytes keep them, no longer than they are needed
        body.dispose();
      }
      rows += group.rows;
      yield batch;
    }
  } catch (error) {
    throw named(error, path);
  } finally {
    await handle.close();
  }
}

/** The error, saying which file it is about. */
function named(error: unknown, path: Path): unknown {
  if (isError(error)) error.message = `${String(path)}: ${error.message}`;
  return error;
}
