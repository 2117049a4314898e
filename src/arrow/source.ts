import type { Field, Table } from "@uwdata/flechette";
import { kindOf } from "../base/kind-of.js";
import { bytesOf } from "../columns/bytes.js";
import { sharedBytes } from "../columns/dense.js";
import type { Flechette } from "./flechette.js";
import { Budget } from "./ipc/budget.js";
import { codecsOf } from "./ipc/codecs.js";
import { isFile } from "./ipc/file-layout.js";
import { readFileBytes, readStreamBytes } from "./ipc/in-memory.js";
import { type Parts, partsOf } from "./ipc/part.js";
import type { RowGroup } from "./ipc/reading.js";

/** Arrow data, open for reading. */
export interface Source {
  readonly fields: readonly Field[];
  readonly rows: number;
  /** what its columns may make of nothing */
  readonly budget: Budget;
  column(at: number): Parts;
  /** why the bytes were copied into shared memory before they were read, if they were */
  readonly copiedBefore?: string;
  /** Ends the use of what was only needed to read. Columns over the bytes keep them. */
  close(): void;
}

/** @throws TypeError for what is not Arrow data, saying what is */
export function openSource(given: unknown, f: Flechette): Source {
  const bytes = bytesOf(given);
  if (bytes) return openBytes(plain(bytes), f);
  if (Array.isArray(given) && given.length > 0) {
    const parts = given.map(bytesOf).filter((part) => part !== undefined);
    if (parts.length === given.length) return openMessages(parts.map(plain), f);
  }
  if (typeof given === "object" && given !== null && "schema" in given) {
    if ("children" in given && Array.isArray(given.children)) return openTable(given as Table<any>);
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

/** What record batches have together. */
export function sourceOf(fields: readonly Field[], groups: readonly RowGroup[], budget: Budget): Source {
  return {
    fields,
    rows: groups.reduce((sum, { rows }) => sum + rows, 0),
    budget,
    column: (at) => partsOf(groups.map((group) => group.column(at))),
    close: () => {},
  };
}

// Node's buffers have methods of these names that do other things
const plain = ({ buffer, byteOffset, length }: Uint8Array) => new Uint8Array(buffer, byteOffset, length);

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
  const budget = new Budget(bytes.length);
  const { reading, groups } = isFile(bytes)
    ? readFileBytes(bytes, codecsOf(f), budget)
    : readStreamBytes([bytes], codecsOf(f), budget);
  return sourceOf(reading.schema.fields, groups, budget);
}

function openMessages(messages: readonly Uint8Array[], f: Flechette): Source {
  const budget = new Budget(messages.reduce((sum, { length }) => sum + length, 0));
  const { reading, groups } = readStreamBytes(messages, codecsOf(f), budget);
  return sourceOf(reading.schema.fields, groups, budget);
}

function openTable({ schema, children, numRows }: Table<any>): Source {
  return {
    fields: schema.fields,
    rows: numRows,
    // a table's values are in memory already
    budget: new Budget(Number.POSITIVE_INFINITY),
    column: (at) => children[at] as unknown as Parts,
    close: () => {},
  };
}
