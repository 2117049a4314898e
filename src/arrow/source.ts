import type { Table } from "@uwdata/flechette";
import { bytesOf } from "../columns/bytes.js";
import { sharedBytes } from "../columns/dense.js";
import type { TypedArray } from "../columns/dtype.js";
import { kindOf } from "../columns/from-values.js";
import { ownedAddress } from "../columns/storage.js";
import { isError } from "../realms.js";
import type { Flechette } from "./flechette.js";
import { magic } from "./messages.js";

/** Arrow data, open for reading. */
export interface Source {
  readonly table: Table<any>;
  /** the elements where the user has them, for a view that the table gives */
  place(view: TypedArray): TypedArray;
  /** why the bytes were copied into shared memory before they were read, if they were */
  readonly copiedBefore?: string;
  /** Ends the use of what was only needed to read. Columns over the bytes keep them. */
  close(): void;
}

const asItIs = { place: (view: TypedArray) => view, close: () => {} };

/** @throws TypeError for what is no Arrow data, saying what is */
export function openSource(given: unknown, f: Flechette): Source {
  const bytes = bytesOf(given);
  if (bytes) return openBytes(bytes, f);
  if (Array.isArray(given) && given.length > 0) {
    const parts = given.map(bytesOf).filter((part) => part !== undefined);
    if (parts.length === given.length) return { table: parse(parts, f), ...asItIs };
  }
  if (typeof given === "object" && given !== null && "schema" in given) {
    if ("children" in given && Array.isArray(given.children)) {
      return { table: given as Table<any>, ...asItIs };
    }
    throw new TypeError(
      `fromArrow() takes Arrow IPC bytes or a table of @uwdata/flechette, got ${kindOf(given)}. ` +
        "For a Table or RecordBatch of apache-arrow: fromArrow(tableToIPC(table), …) with its tableToIPC.",
    );
  }
  throw new TypeError(
    "fromArrow() takes Arrow IPC bytes as a Uint8Array or ArrayBuffer, the messages of a stream in an array, or a table " +
      `of @uwdata/flechette, got ${kindOf(given)}.`,
  );
}

function openBytes(bytes: Uint8Array, f: Flechette): Source {
  if (bytes.byteOffset % 8 !== 0) {
    // elements would not be where typed arrays can begin
    const aligned = sharedBytes(bytes.length);
    aligned.values.set(bytes);
    try {
      const copiedBefore = "the bytes do not begin at a multiple of 8";
      return { ...openBytes(aligned.values, f), copiedBefore, close: () => aligned.dispose() };
    } catch (error) {
      aligned.dispose();
      throw error;
    }
  }
  if (ownedAddress(bytes) === undefined || decodesShared()) return { table: parse(bytes, f), ...asItIs };
  // strings can be read from ordinary memory only: the table is made of a copy, the columns of the same places in the bytes
  const copy = bytes.slice();
  const shift = bytes.byteOffset - copy.byteOffset;
  const place = (view: TypedArray): TypedArray => {
    if (view.buffer !== copy.buffer) return view;
    const Class = view.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => TypedArray;
    return new Class(bytes.buffer, view.byteOffset + shift, view.length);
  };
  return { table: parse(copy, f), place, close: () => {} };
}

function parse(bytes: Uint8Array | readonly Uint8Array[], f: Flechette): Table<any> {
  if (bytes instanceof Uint8Array && isCutFile(bytes)) throw notArrow("a file has its footer at its end");
  let table: Table<any>;
  try {
    // 64-bit integers and dates as they are, should they come in ordinary arrays
    table = f.tableFromIPC(bytes as Uint8Array, { useBigInt: true, useDate: true });
  } catch (cause) {
    const why = isError(cause) ? cause.message : String(cause);
    if (why.startsWith("Missing compression codec")) {
      throw new Error(
        `The Arrow data is compressed, and there is no decoder yet: ${why}. Write it uncompressed, or give one to ` +
          "setCompressionCodec of @uwdata/flechette first.",
        { cause },
      );
    }
    throw notArrow(why, cause);
  }
  // what the library gives for bytes without a schema has no version
  if (table.schema.version === undefined) throw notArrow("there is no schema in them");
  if (table.schema.endianness === 1)
    throw new TypeError("The Arrow data is big-endian, which is not supported.");
  const { children, numRows, schema } = table;
  const odd = children.findIndex(({ length }) => length !== numRows);
  if (odd >= 0) {
    const [first, other] = [schema.fields[0].name, schema.fields[odd].name];
    throw new RangeError(
      `The Arrow data is broken: its column "${first}" has ${numRows} rows, "${other}" ${children[odd].length}.`,
    );
  }
  return table;
}

function isCutFile(bytes: Uint8Array): boolean {
  const name = magic.subarray(0, 6);
  const from = bytes.length - name.length;
  return magic.every((byte, i) => bytes[i] === byte) && !name.every((byte, i) => bytes[from + i] === byte);
}

function notArrow(why: string, cause?: unknown): TypeError {
  return new TypeError(
    `The bytes are no Arrow IPC stream or file, or are cut off: ${why.replace(/\.$/, "")}.`,
    { cause },
  );
}

// browsers refuse to decode text that lies in shared memory
function decodesShared(): boolean {
  try {
    new TextDecoder().decode(new Uint8Array(new SharedArrayBuffer(1)));
    return true;
  } catch {
    return false;
  }
}
