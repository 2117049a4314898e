import type { SharedMemory } from "../../columns/memory.js";

/** Bytes up to which a block is a small one. */
export const smallBlock = 4096;

const mostKept = 16;
const kept: number[] = [];

/**
 * A block of shared memory for what each call needs a little of: its frame, its arguments, its results. Small ones that came
 * back serve the next call, which costs less than to allocate them. What is in the block is unspecified.
 * @throws RangeError when shared memory is full
 */
export function acquireBlock(memory: SharedMemory, bytes: number, purpose: string): number {
  if (bytes > smallBlock) return memory.allocate(bytes, { purpose });
  return kept.pop() ?? memory.allocate(smallBlock, { purpose });
}

export function releaseBlock(memory: SharedMemory, address: number): void {
  if (kept.length < mostKept && memory.heap.sizeOf(address) === smallBlock) kept.push(address);
  else memory.free(address);
}
