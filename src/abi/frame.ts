import { wholeView } from "./whole-view.js";

/**
 * How the engine tells a kernel where its items are: one frame a call, in shared memory, 4-byte little-endian words.
 *
 *     word 0   results: scalars, an array of `n` elements of the result's type; arrays, a table of `n` addresses
 *     word 1   lengths: arrays, a table of `n` lengths in elements; else 0
 *     word 2   parameter 0: base      3: stride      4: length      5: lengths
 *     word 6   parameter 1: …
 *
 * A scalar of item `i` is loaded from `base + i * stride` (stride 0: one value for all items).
 * A row of item `i` lies at `base + i * stride` and has `length` elements when `lengths` is 0 (strided); else it lies at
 * the address in word `i` of the table at `base` and has as many elements as word `i` of the table at `lengths` says.
 *
 * A built module imports `env.memory` (shared) and
 * - `env.abort(message, file, line, column)`: never returns. Strings are AssemblyScript's (UTF-16, byte length at -4);
 *   a message starts with the thrown class and U+0000 when the source says `throw new Class(…)`;
 * - `env.reserve(bytes): address`: more room for returned arrays, called when the segment is full.
 *
 * and exports
 * - `arena(base, size)`: what scratch to allocate from; before `start` and whenever the room changes;
 * - `start()`: top-level code, once per instance, after `arena`;
 * - `mark(): address`: what is allocated now is kept for good; returns the first free address;
 * - `release()`: everything allocated since `mark` is free again, but for what the module's variables reach;
 * - `segment(base, size)`: where returned arrays go; `segmentTop(): address`: up to where it is filled;
 * - `run$<kernel>(begin, end, frame, cell)`: runs the items `begin` up to `end`, storing each item's number in the
 *   4-byte word at `cell` before it begins, and releasing scratch after it where the kernel may have taken some.
 *
 * A module whose variables may keep objects from one item to the next (its description names them) has scratch memory of its
 * own, which `arena` is given once. Of an item that failed it also tells, by `takeTrouble`, `keeper` and `keeperBytes`
 * (`assembly/library/nogil/kept.ts`), whether a variable is to blame, and which. A `release` that throws found a row kept.
 */
export const frameHeaderWords = 2;
export const frameParameterWords = 4;

/** Bytes of a frame for a kernel with so many parameters. */
export function frameBytes(parameters: number): number {
  return 4 * (frameHeaderWords + frameParameterWords * parameters);
}

/**
 * Where the shared memory has an argument of each item, as addresses and sizes in bytes: what a kernel reads it by.
 * @group Types behind types
 */
export interface FrameParameter {
  /** address of item 0, or of a table with the address of each */
  readonly base: number;
  /** bytes from one item to the next; 0 for one value for all */
  readonly stride: number;
  /** elements in a row, where all rows have as many */
  readonly length: number;
  /** address of a table with the length of each row; 0 where all have the same */
  readonly lengths: number;
}

export interface Frame {
  readonly results: number;
  readonly lengths: number;
  readonly parameters: readonly FrameParameter[];
}

/** Writes a frame at a 4-byte aligned address. */
export function writeFrame(memory: ArrayBufferLike, address: number, frame: Frame): void {
  const words = wholeView("u32", memory);
  const first = address / 4;
  words[first] = frame.results;
  words[first + 1] = frame.lengths;
  let at = first + frameHeaderWords;
  for (const { base, stride, length, lengths } of frame.parameters) {
    words[at] = base;
    words[at + 1] = stride;
    words[at + 2] = length;
    words[at + 3] = lengths;
    at += frameParameterWords;
  }
}
