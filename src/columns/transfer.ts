import { type Dtype, typedArrays } from "../abi/dtype.js";
import type { Column } from "./column.js";
import { DenseColumn } from "./dense.js";
import { RaggedColumn } from "./ragged.js";
import { Storage } from "./storage.js";
import { copyRows, wordsIn, wordsOf } from "./words.js";

/** A column as plain data that structured clone and Node's advanced serialization carry. */
export type ColumnDescriptor =
  | {
      readonly column: "dense";
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly buffer: ArrayBufferLike;
      readonly address: number;
    }
  | {
      readonly column: "ragged";
      readonly dtype: Dtype;
      readonly buffer: ArrayBufferLike;
      /** address and length in elements of each item */
      readonly addresses: Uint32Array;
      readonly lengths: Uint32Array;
      /** sizes of each item's dimensions, item after item */
      readonly sizes?: Uint32Array;
      readonly dimensions: number;
    };

/** Describes a column to another thread of this process: nothing is copied, both see the same bytes. */
export function describe(column: Column): ColumnDescriptor {
  if (column instanceof DenseColumn) {
    const { dtype, shape, storage, address } = column;
    storage.check();
    return { column: "dense", dtype, shape, buffer: storage.buffer, address };
  }
  if (column instanceof RaggedColumn) {
    const { dtype, storage, addresses, lengths, sizes, dimensions } = column;
    storage.check();
    return { column: "ragged", dtype, buffer: storage.buffer, addresses, lengths, sizes, dimensions };
  }
  throw new TypeError("Only columns made by nogil can be described to another thread.");
}

/** Describes a column to another process: its elements are copied, O(bytes). */
export function detach(column: Column): ColumnDescriptor {
  const { dtype } = column;
  if (column instanceof RaggedColumn) {
    const lengths = Uint32Array.from(column.lengths);
    const { BYTES_PER_ELEMENT: bytes } = typedArrays[dtype];
    const addresses = new Uint32Array(lengths.length);
    let end = 0;
    for (let i = 0; i < lengths.length; i++) {
      addresses[i] = end;
      end += lengths[i] * bytes;
    }
    const values = new typedArrays[dtype](end / bytes);
    const { storage } = column;
    storage.check();
    const all = { begin: 0, end: lengths.length };
    copyRows(wordsIn(storage.buffer, bytes), column, bytes, all, wordsOf(values, bytes), 0);
    const sizes = column.sizes && Uint32Array.from(column.sizes);
    return {
      column: "ragged",
      dtype,
      buffer: values.buffer,
      addresses,
      lengths,
      sizes,
      dimensions: column.dimensions,
    };
  }
  const copy = column.values.slice();
  // slice of a view of shared memory gives an ordinary array
  return {
    column: "dense",
    dtype,
    shape: column.shape as readonly number[],
    buffer: copy.buffer,
    address: 0,
  };
}

/**
 * The column that was described. After `describe` it lies in the memory of the thread that owns it, which frees it; after
 * `detach` in ordinary memory. It never owns shared memory here, so disposing of it only ends its use here.
 */
export function revive(descriptor: ColumnDescriptor): Column {
  const storage = Storage.foreign(descriptor.buffer);
  if (descriptor.column === "dense") {
    return new DenseColumn(storage, descriptor.dtype, descriptor.shape, descriptor.address);
  }
  const { dtype, addresses, lengths, sizes, dimensions } = descriptor;
  return new RaggedColumn(storage, dtype, { addresses, lengths, sizes, dimensions });
}
