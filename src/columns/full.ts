import { bytesText } from "../base/text.js";

/** What is known of a memory when it has no room. */
interface Memory {
  readonly limit: number;
  readonly forColumns: number;
  readonly heap: { readonly largestFree: number; readonly freeBytes: number };
  readonly reclaim?: unknown;
  columns(): ColumnBytes;
}

/** What columns have of the memory, as far as it is known. */
export interface ColumnBytes {
  /** columns that nobody disposed of, and that were not found to be garbage */
  readonly count: number;
  readonly bytes: number;
  /** columns that were disposed of, and that others still use: calls, and columns over their bytes */
  readonly waiting: number;
}

/** The error of what no memory holds, however empty. */
export function tooSmall({ limit, forColumns }: Memory, bytes: number, purpose: string): RangeError {
  return new RangeError(
    `Shared memory is too small: ${purpose} needs ${bytesText(bytes)}, and the whole memory has ${bytesText(limit)}, of which ` +
      `columns have ${bytesText(forColumns)}. Work in smaller batches, take a dtype of fewer bytes, or leave the ` +
      "rows in ordinary arrays and pass run() a part of them at a time.",
  );
}

/** The error of a memory that is full: how it is filled, and how it is emptied. */
export function full({ heap, limit, reclaim, columns }: Memory, bytes: number, purpose: string): RangeError {
  const { count, bytes: taken, waiting } = columns();
  const free =
    `the largest free block has ${bytesText(heap.largestFree)} (${bytesText(heap.freeBytes)} free in all, the memory ends at ` +
    `${bytesText(limit)})`;
  const held =
    waiting > 0 ? ` and ${waiting} that were disposed of while a call or another column uses them` : "";
  // where garbage can be collected, it was
  const garbage = reclaim
    ? "which the program still refers to"
    : "as far as is known: unreachable columns are found only when the event loop turns";
  const filled = count + waiting > 0 ? ` ${count} columns${held} take ${bytesText(taken)}, ${garbage}.` : "";
  return new RangeError(
    `Shared memory is full: ${purpose} needs ${bytesText(bytes)}, ${free}.${filled} Free what is no longer needed: ` +
      "dispose(), or using; or drop your references, and await something in a loop that never does. Or work in smaller batches.",
  );
}
