import type { Field, Table } from "@uwdata/flechette";
import { fileSystem } from "#host/files";
import { kindOf } from "../base/kind-of.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { isBatch } from "../batch/batch-class.js";
import { componentsOf } from "../batch/components.js";
import { checkAlive } from "../batch/disposal.js";
import { retainView } from "../columns/storage.js";
import type { FileHandle } from "../hosts/host.js";
import { type Encoded, encode } from "./encode.js";
import { type Flechette, flechette } from "./flechette.js";
import { footer } from "./footer.js";
import { type Block, endOfStream, MessageType, magic } from "./messages.js";
import { beside, writeFully } from "./node-files.js";
import { type ArrowType, checkIpcOptions, checkPath, type IpcOptions, type Path } from "./options.js";
import { extensionData, roleKey, Type, typeName } from "./types.js";
import { tableOf } from "./write.js";

/** An Arrow file that takes batch after batch. See `arrowWriter`. */
export interface ArrowWriter {
  /** rows written so far */
  readonly rows: number;
  /**
   * Appends a batch, as one record batch. The batch may be changed and disposed of once the promise resolves.
   * @param batch with the same components as the first one
   * @throws TypeError when its components differ from those of the first batch; the file stays as it was
   */
  write(batch: Pick<AnyBatch, "indices" | "data" | "length">): Promise<void>;
  /** Ends the file and renames it to its path. @throws Error when a write failed, or there was none: no file is left then */
  close(): Promise<void>;
  /** Gives up: removes what was written. Nothing happens once the file is closed. */
  abort(): Promise<void>;
  /** `abort`, for `await using`: what ends before `close` leaves no file. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Writes an Arrow file batch by batch, holding one batch in memory at a time. The file appears at its path when it is closed:
 * until then its bytes are in another one beside it, so that nobody reads half a file.
 * Node only; needs `@uwdata/flechette`.
 * @param path where to; a file that is there is replaced
 * @param options file or stream, name of the column for the ids, types
 * @throws TypeError for what is not a path, or for options that cannot be meant
 * @cost One batch's bytes at a time; each element is copied once, into the file.
 * @example
 * import { arrowWriter } from "nogil/arrow";
 *
 * await using writer = arrowWriter("table.arrow");
 * for await (using batch of job.batches({ batchSize: 10_000 })) await writer.write(batch);
 * await writer.close();
 */
export function arrowWriter(path: Path, options: IpcOptions = {}): ArrowWriter {
  checkPath(path, "arrowWriter()");
  checkIpcOptions(options, "arrowWriter()");
  return new Writer(path, { ...options, format: options.format ?? "file" });
}

class Writer implements ArrowWriter {
  rows = 0;
  readonly #path: Path;
  readonly #temporary: Path;
  readonly #options: IpcOptions;
  readonly #fs = fileSystem("arrowWriter()");
  // writes come one after another, and none after one that failed
  #last: Promise<void> = Promise.resolve();
  #failure?: { error: unknown };
  #ended = false;
  #handle?: FileHandle;
  #position = 0;
  #first?: { readonly fields: readonly Field[]; readonly schema: Uint8Array };
  readonly #dictionaries: Block[] = [];
  readonly #records: Block[] = [];

  constructor(path: Path, options: IpcOptions) {
    this.#path = path;
    this.#temporary = beside(path);
    this.#options = options;
  }

  write(batch: Parameters<ArrowWriter["write"]>[0]): Promise<void> {
    if (this.#ended)
      return Promise.reject(new Error("This Arrow file is closed: nothing can be written to it."));
    const written = this.#last.then(() => this.#write(batch));
    this.#last = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#last;
    try {
      if (this.#failure) throw this.#failure.error;
      if (!this.#first) {
        throw new Error(
          "No batch was written, so the file would have no schema: write one, without items perhaps.",
        );
      }
      await this.#append([endOfStream]);
      if (this.#options.format === "file") {
        await this.#append([footer(this.#first.schema.subarray(8), this.#dictionaries, this.#records)]);
      }
      // the bytes are on the disk before the name is
      await this.#handle!.sync();
      await this.#handle!.close();
      await this.#fs.rename(this.#temporary, this.#path);
    } catch (error) {
      await this.#remove();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#last;
    await this.#remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  async #write(batch: Parameters<ArrowWriter["write"]>[0]): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (!isBatch(batch)) throw new TypeError(`write() takes a batch, got ${kindOf(batch)}.`);
    checkAlive(batch);
    const f = await flechette();
    const table = this.#tableOf(batch, f);
    const encoded = encode(table, f);
    this.#check(table, encoded);
    // should the batch be disposed of before it is written, its memory stays
    const holds = holdAll(encoded);
    try {
      await this.#begin(encoded.schema);
      for (const { type, metadataBytes, bodyBytes, chunks } of encoded.messages) {
        const block = { offset: this.#position, metadataBytes, bodyBytes };
        (type === MessageType.Dictionary ? this.#dictionaries : this.#records).push(block);
        await this.#append(chunks);
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      for (const letGo of holds) letGo();
    }
    this.#first ??= { fields: table.schema.fields, schema: encoded.schema };
    this.rows += batch.length;
  }

  /** Columns as in the first batch where this one's components leave a choice. */
  #tableOf(batch: AnyBatch, f: Flechette): Table<any> {
    const components = componentsOf(batch);
    const types: Record<string, ArrowType> = {};
    for (const { name, type, metadata } of this.#first?.fields ?? []) {
      const component = components[name];
      if (component === undefined) continue;
      const open = metadata?.get(roleKey)
        ? Array.isArray(component) && component.every((value) => value === null || value === undefined)
        : type.typeId === Type.List || type.typeId === Type.Struct;
      if (open) types[name] = type;
    }
    const options = { ...this.#options, types: { ...types, ...this.#options.types } };
    return tableOf(components, batch.indices, options, f);
  }

  #check({ schema: { fields } }: Table<any>, { schema, messages }: Encoded): void {
    if (!this.#first) return;
    if (this.#options.format === "file" && messages.some(({ type }) => type === MessageType.Dictionary)) {
      throw new TypeError(
        'An Arrow file has one dictionary for all its batches: write dictionary columns to { format: "stream" }, or as ' +
          "plain Utf8.",
      );
    }
    const first = this.#first;
    if (schema.length === first.schema.length && schema.every((byte, i) => byte === first.schema[i])) return;
    const [before, now] = [first.fields, fields].map((all) => all.map(describe));
    const missing = before.filter((each) => !now.includes(each));
    const added = now.filter((each) => !before.includes(each));
    throw new TypeError(
      "All batches of an Arrow file have the same columns in the same order. " +
        (missing.length + added.length > 0
          ? `Only the first batch has: ${missing.join(", ") || "none"}; only this one: ${added.join(", ") || "none"}.`
          : `The first batch has ${before.join(", ")}; this one ${now.join(", ")}.`) +
        (added.some((each) => each.includes("List"))
          ? " Rows that are equally long in the first batch make a dense column: name its type with the option types."
          : ""),
    );
  }

  async #begin(schema: Uint8Array): Promise<void> {
    if (this.#handle) return;
    this.#handle = await this.#fs.open(this.#temporary, "wx");
    if (this.#options.format === "file") await this.#append([magic]);
    await this.#append([schema]);
  }

  async #append(chunks: readonly Uint8Array[]): Promise<void> {
    await writeFully(this.#handle!, chunks, this.#position);
    for (const { length } of chunks) this.#position += length;
  }

  async #remove(): Promise<void> {
    if (!this.#handle) return;
    // it may be closed already
    await this.#handle.close().catch(() => {});
    await this.#fs.rm(this.#temporary, { force: true });
  }
}

function describe({ name, type, metadata }: Field): string {
  const shape = metadata?.get(extensionData);
  return `${name}: ${typeName(type)}${shape && shape !== "{}" ? ` ${shape}` : ""}`;
}

function holdAll({ messages }: Encoded): (() => void)[] {
  const buffers = new Map(
    messages.flatMap(({ chunks }) =>
      chunks.map((chunk): [ArrayBufferLike, Uint8Array] => [chunk.buffer, chunk]),
    ),
  );
  return [...buffers.values()].map(retainView);
}
