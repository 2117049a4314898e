// The blocks that are free in a heap, in the order of their addresses, so that neighbours become one.
//
//     block   size | 1 if free, 4 bytes; if it is on the list, the next one there, 4 bytes
import { BLOCK, BLOCK_OVERHEAD } from "rt/common";

/** Bytes of a piece that is worth keeping track of. */
export const smallest: usize = 64;

const free: usize = 1;

let first: usize = 0;
// of the list, while it is built
let last: usize = 0;

// @ts-ignore: decorator
@inline
export function sizeOf(block: usize): usize {
  return (changetype<BLOCK>(block).mmInfo & ~free) + BLOCK_OVERHEAD;
}

// @ts-ignore: decorator
@inline
export function isFree(block: usize): bool {
  return (changetype<BLOCK>(block).mmInfo & free) != 0;
}

// @ts-ignore: decorator
@inline
export function setFree(block: usize, size: usize): void {
  changetype<BLOCK>(block).mmInfo = (size - BLOCK_OVERHEAD) | free;
}

// @ts-ignore: decorator
@inline
function nextFree(block: usize): usize {
  return load<usize>(block, 4);
}

// @ts-ignore: decorator
@inline
function setNextFree(block: usize, next: usize): void {
  if (block) store<usize>(block, next, 4);
  else first = next;
}

/** Begins a list, which `addFree` builds. */
export function beginFreeList(): void {
  first = last = 0;
}

/** Adds what follows everything on the list. */
export function addFree(block: usize, size: usize): void {
  if (last && last + sizeOf(last) == block) {
    setFree(last, sizeOf(last) + size);
    return;
  }
  setFree(block, size);
  setNextFree(block, 0);
  setNextFree(last, block);
  last = block;
}

// the smallest free block that has room: what stays whole serves large objects later
let before: usize = 0;
export function find(size: usize): usize {
  let best: usize = 0;
  let bestSize: usize = -1;
  let previous: usize = 0;
  for (let block = first; block; block = nextFree(block)) {
    const has = sizeOf(block);
    if (has >= size && has < bestSize) {
      best = block;
      bestSize = has;
      before = previous;
      if (has == size) break;
    }
    previous = block;
  }
  return best;
}

/** Takes so much of the free block that `find` returned, or a little more. */
// @ts-ignore: decorator
@inline
export function cut(block: usize, size: usize): void {
  const has = sizeOf(block);
  const next = nextFree(block);
  if (has - size < smallest) {
    setNextFree(before, next);
    changetype<BLOCK>(block).mmInfo = has - BLOCK_OVERHEAD;
  } else {
    const rest = block + size;
    setFree(rest, has - size);
    setNextFree(rest, next);
    setNextFree(before, rest);
    changetype<BLOCK>(block).mmInfo = size - BLOCK_OVERHEAD;
  }
}

// @ts-ignore: decorator
@inline
export function release(block: usize): void {
  let previous: usize = 0;
  let next = first;
  while (next && next < block) {
    previous = next;
    next = nextFree(next);
  }
  let size = sizeOf(block);
  if (next && block + size == next) {
    size += sizeOf(next);
    next = nextFree(next);
  }
  if (previous && previous + sizeOf(previous) == block) {
    setFree(previous, sizeOf(previous) + size);
    setNextFree(previous, next);
  } else {
    setFree(block, size);
    setNextFree(block, next);
    setNextFree(previous, block);
  }
}

/** Takes so many bytes, or a few more, from the free block at that address. Returns how many; 0 if it has not so many. */
export function takeAt(block: usize, size: usize): usize {
  let previous: usize = 0;
  let next = first;
  while (next && next < block) {
    previous = next;
    next = nextFree(next);
  }
  if (next != block || sizeOf(next) < size) return 0;
  before = previous;
  cut(next, size);
  return sizeOf(next);
}
