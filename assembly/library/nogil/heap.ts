// The memory of a module whose variables may keep objects from one item to the next.
//
// Small objects are cut from holes in chunks, one after the other; large ones, and the chunks, from a list of free blocks.
// Both put an object where it stays, since nothing can move it. What an item allocated and nothing keeps is free again
// after it: the next item begins to cut where this one did.
//
// An item may end at any call, by a stack overflow for one: whatever is changed here is changed without a call between.
//
//     block   its size (free-blocks), then an object: OBJECT
//     chunk   a block, with the next of the item's chunks in OBJECT.gcInfo2, then blocks
//     hole    blocks, and in the last 8 bytes where it begins and the next hole, so that cutting it does not lose it
import { AL_MASK, BLOCK, BLOCK_OVERHEAD, OBJECT, TOTAL_OVERHEAD } from "rt/common";
import { addFree, beginFreeList, cut, find, release, isFree, setFree, sizeOf, smallest, takeAt } from "nogil/free-blocks";

/** What `gcInfo` says of an object that the running item made. */
export const young: u32 = 0;
/** Nothing frees it: the rows' views, and raw memory that top-level code took. */
export const fixed: u32 = -1;
const rawId: u32 = -1;
const chunkMark: u32 = 4;

const chunkHead: usize = 16;
const holeFoot: usize = 16;

let begin: usize = 0;
let end: usize = 0;
let chunkBytes: usize = 0;
let smallLimit: usize = 0;

// large objects of the item, and its chunks
let youngLarge: usize = 0;
let youngChunks: usize = 0;
// the most that an item had of either
let mostLarge: usize = 0;
let mostChunks: usize = 0;

// the hole that is being cut: where it ends, from where on it is free, and up to where
let hole: usize = 0;
let top: usize = 0;
let limit: usize = 0;
let lastHole: usize = 0;
// where the item began
let firstHole: usize = 0;
let firstTop: usize = 0;
let lastHoleBefore: usize = 0;

// @ts-ignore: decorator
@inline
export function headerOf(pointer: usize): OBJECT {
  return changetype<OBJECT>(pointer - TOTAL_OVERHEAD);
}

// @ts-ignore: decorator
@inline
export function isIn(pointer: usize): bool {
  return pointer - begin < end - begin;
}

/** Whether the running item made it. */
// @ts-ignore: decorator
@inline
export function isYoung(pointer: usize): bool {
  return headerOf(pointer).gcInfo == young && isIn(pointer);
}

// @ts-ignore: decorator
@inline
export function isSmall(pointer: usize): bool {
  return sizeOf(pointer - TOTAL_OVERHEAD) <= smallLimit;
}

export function sizeOfObject(pointer: usize): usize {
  return sizeOf(pointer - TOTAL_OVERHEAD);
}

export function setUpHeap(address: usize, size: usize): void {
  begin = ((address + AL_MASK) & ~AL_MASK) + AL_MASK + 1 - BLOCK_OVERHEAD;
  end = begin + ((address + size - begin) & ~AL_MASK);
  chunkBytes = min<usize>(1 << 16, max<usize>(1 << 12, (size >> 5) & ~AL_MASK));
  smallLimit = chunkBytes >> 3;
  beginFreeList();
  addFree(begin, end - begin);
  youngLarge = youngChunks = hole = top = limit = lastHole = firstHole = firstTop = lastHoleBefore = 0;
  mostLarge = mostChunks = 0;
}

/** Bytes that objects can lie in. */
export function heapBytes(): usize {
  return end - begin;
}

/** Where an object of so many bytes, header included, begins; 0 where there is no room. */
export function allocate(size: usize): usize {
  size = (size + AL_MASK) & ~AL_MASK;
  if (size > smallLimit) return allocateLarge(size);
  while (size > limit - top) {
    const next = hole ? load<usize>(hole - 4) : 0;
    if (next) {
      seal();
      enter(next, load<usize>(next - 8));
    } else {
      const chunk = takeChunk(size + chunkHead + holeFoot);
      if (!chunk) return 0;
    }
  }
  const block = top;
  changetype<BLOCK>(block).mmInfo = size - BLOCK_OVERHEAD;
  changetype<OBJECT>(block).gcInfo = young;
  changetype<OBJECT>(block).gcInfo2 = 0;
  top = block + size;
  return block;
}

/** Fills an object with zeros: what follows its header, and the last word of that. */
export function clear(block: usize): void {
  const end = block + sizeOf(block);
  for (let at = block + AL_MASK + 1; at < end; at += AL_MASK + 1) {
    store<u64>(at, 0);
    store<u64>(at, 0, 8);
  }
}

// the rest of the hole becomes a block, so that blocks can be walked
// @ts-ignore: decorator
@inline
function seal(): void {
  if (hole) setFree(top, hole - top);
}

// @ts-ignore: decorator
@inline
function enter(next: usize, from: usize): void {
  hole = next;
  top = from;
  limit = next - holeFoot;
}

// @ts-ignore: decorator
@inline
function makeHole(from: usize, to: usize): void {
  setFree(from, to - from);
  store<usize>(to - 8, from);
  store<usize>(to - 4, 0);
  if (lastHole) store<usize>(lastHole - 4, to);
  lastHole = to;
}

function takeChunk(least: usize): usize {
  let block = find(chunkBytes);
  const size = block ? chunkBytes : (least + AL_MASK) & ~AL_MASK;
  if (!block) block = find(size);
  if (!block) return 0;
  cut(block, size);
  const chunk = changetype<OBJECT>(block);
  const whole = sizeOf(block);
  chunk.gcInfo = chunkMark;
  chunk.gcInfo2 = <u32>youngChunks;
  youngChunks = block;
  seal();
  makeHole(block + chunkHead, block + whole);
  enter(block + whole, block + chunkHead);
  return block;
}

function allocateLarge(size: usize): usize {
  const block = find(size);
  if (!block) return 0;
  cut(block, size);
  changetype<OBJECT>(block).gcInfo = young;
  changetype<OBJECT>(block).gcInfo2 = <u32>youngLarge;
  youngLarge = block;
  return block;
}

/** Makes an object of the item larger where it lies, if there is room behind it. */
export function extend(block: usize, size: usize): bool {
  size = (size + AL_MASK) & ~AL_MASK;
  const has = sizeOf(block);
  if (block + has == top) {
    if (size > smallLimit || size - has > limit - top) return false;
    changetype<BLOCK>(block).mmInfo = size - BLOCK_OVERHEAD;
    top = block + size;
    return true;
  }
  if (has <= smallLimit) return false;
  const taken = takeAt(block + has, size - has);
  if (!taken) return false;
  changetype<BLOCK>(block).mmInfo = has + taken - BLOCK_OVERHEAD;
  return true;
}

/** Frees an object of the item that is large, and was made last or last but one. */
export function freeLarge(block: usize): void {
  const next = changetype<OBJECT>(block).gcInfo2;
  if (youngLarge == block) youngLarge = next;
  else if (youngLarge && changetype<OBJECT>(youngLarge).gcInfo2 == <u32>block) changetype<OBJECT>(youngLarge).gcInfo2 = next;
  else return;
  release(block);
}

/** Frees an object of the item that is small, and was made last. */
export function freeSmall(block: usize): void {
  if (block + sizeOf(block) == top) top = block;
}

/** Memory that is no object: freed with its item, or never if top-level code took it. */
export function markRaw(block: usize): void {
  changetype<OBJECT>(block).rtId = rawId;
}

/** Whether the item allocated anything: then it left off elsewhere than it began. */
// @ts-ignore: decorator
@inline
export function hasAllocated(): bool {
  return top != firstTop || youngLarge != 0;
}

/** The item kept nothing: what it allocated is free. */
export function forgetItem(): void {
  if (youngLarge) freeYoungLarge();
  if (youngChunks) freeYoungChunks();
  hole = firstHole;
  top = firstTop;
  limit = firstHole ? firstHole - holeFoot : 0;
}

/** The most bytes that an item had so far, as far as they count. */
export function mostOfItems(): usize {
  return mostLarge + mostChunks;
}

/** Frees the item's large objects that are young still. Returns the bytes of the others. */
function freeYoungLarge(): usize {
  let kept: usize = 0;
  let all: usize = 0;
  let block = youngLarge;
  youngLarge = 0;
  while (block) {
    const object = changetype<OBJECT>(block);
    const next: usize = object.gcInfo2;
    all += sizeOf(block);
    if (object.gcInfo == young) release(block);
    else {
      object.gcInfo2 = 0;
      kept += sizeOf(block);
    }
    block = next;
  }
  mostLarge = max(mostLarge, all);
  return kept;
}

function freeYoungChunks(): void {
  lastHole = lastHoleBefore;
  if (lastHole) store<usize>(lastHole - 4, 0);
  let all: usize = 0;
  let chunk = youngChunks;
  youngChunks = 0;
  while (chunk) {
    const next: usize = changetype<OBJECT>(chunk).gcInfo2;
    all += sizeOf(chunk);
    release(chunk);
    chunk = next;
  }
  mostChunks = max(mostChunks, all);
}

/**
 * The item kept what is no longer young. If that is something small, all that is small stays until the next `sweep`.
 * Returns the bytes that are in use up till then.
 */
export function keepItem(keptSmall: bool): usize {
  let used = freeYoungLarge();
  if (!keptSmall) {
    forgetItem();
    return used;
  }
  for (let chunk = youngChunks; chunk; chunk = changetype<OBJECT>(chunk).gcInfo2) used += sizeOf(chunk);
  if (!youngChunks) used += hole == firstHole ? top - firstTop : chunkBytes;
  youngChunks = 0;
  beginItem();
  return used;
}

// @ts-ignore: decorator
@inline
function beginItem(): void {
  firstHole = hole;
  firstTop = top;
  lastHoleBefore = lastHole;
}

/** All that top-level code made is kept. Returns the bytes that are in use. */
export function keepAll(cycle: u32): usize {
  let used: usize = 0;
  for (let block = youngLarge; block; ) {
    const next: usize = changetype<OBJECT>(block).gcInfo2;
    keepObject(block, cycle);
    used += sizeOf(block);
    block = next;
  }
  for (let chunk = youngChunks; chunk; chunk = changetype<OBJECT>(chunk).gcInfo2) {
    used += sizeOf(chunk);
    const last = hole == chunk + sizeOf(chunk) ? top : chunk + sizeOf(chunk);
    for (let block = chunk + chunkHead; block < last; block += sizeOf(block)) {
      if (!isFree(block)) keepObject(block, cycle);
    }
  }
  youngLarge = youngChunks = 0;
  beginItem();
  return used;
}

/** Leaves what the item made to the next `sweep`. */
export function joinOthers(): void {
  while (youngLarge) {
    const object = changetype<OBJECT>(youngLarge);
    youngLarge = object.gcInfo2;
    object.gcInfo2 = 0;
  }
  youngChunks = 0;
}

function keepObject(block: usize, cycle: u32): void {
  const object = changetype<OBJECT>(block);
  if (object.gcInfo == young) object.gcInfo = object.rtId == rawId ? fixed : cycle;
  object.gcInfo2 = 0;
}

/** Frees every object but those marked with this cycle, and the fixed ones. Returns the bytes that are left in use. */
export function sweep(cycle: u32): usize {
  seal();
  // what was cut from the holes behind, and given back, is no longer walkable
  for (let next = hole ? load<usize>(hole - 4) : 0; next; next = load<usize>(next - 4)) {
    const from = load<usize>(next - 8);
    setFree(from, next - from);
  }
  let used: usize = 0;
  hole = top = limit = lastHole = firstHole = 0;
  beginFreeList();
  for (let at = begin; at < end; ) {
    const size = sizeOf(at);
    const info = changetype<OBJECT>(at).gcInfo;
    const live = !isFree(at) && (info == chunkMark ? sweepChunk(at, size, cycle) : isLive(info, cycle));
    if (live) used += size;
    else addFree(at, size);
    at += size;
  }
  if (firstHole) enter(firstHole, load<usize>(firstHole - 8));
  beginItem();
  return used;
}

// @ts-ignore: decorator
@inline
function isLive(info: u32, cycle: u32): bool {
  return info == cycle || info == fixed;
}

/** Makes holes of what is free in a chunk. Returns whether something in it is in use. */
function sweepChunk(chunk: usize, size: usize, cycle: u32): bool {
  const to = chunk + size;
  let any = false;
  for (let at = chunk + chunkHead; at < to && !any; at += sizeOf(at)) {
    any = !isFree(at) && isLive(changetype<OBJECT>(at).gcInfo, cycle);
  }
  if (!any) return false;
  let from = chunk + chunkHead;
  for (let at = from; at < to; ) {
    const next = at + sizeOf(at);
    if (!isFree(at) && isLive(changetype<OBJECT>(at).gcInfo, cycle)) {
      closeHole(from, at);
      from = next;
    }
    at = next;
  }
  closeHole(from, to);
  return true;
}

function closeHole(from: usize, to: usize): void {
  if (from == to) return;
  if (to - from < smallest) {
    setFree(from, to - from);
    return;
  }
  makeHole(from, to);
  if (!firstHole) firstHole = to;
}
